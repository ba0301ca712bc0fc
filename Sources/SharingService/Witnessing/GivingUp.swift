package import Encodings
package import EventStore

/// An operator's decision to go on from an older copy of the log although more was signed: the way out of `log-set-back` when no newer copy
/// can be found.
package enum GivingUp {
    /// Writes the decision down; the daemon records it in the log at its next start, before anything else.
    /// - Parameters:
    ///   - from: the log's size as it is.
    ///   - to: the largest size that was signed before, as the evidence has it. Both are asked for, so that nobody gives up more than they know of.
    /// - Returns: the evidence that it answers.
    /// - Throws: `GivingUpError`, `DataFolderError` where a daemon runs; `StorageError`, `LogError`, `KeyFileError`.
    package static func decide(
        _ folder: DataFolder, from: Int64, to: Int64, reason: String, now: Instant
    ) throws -> [ForkEvidence] {
        let lock = try DataFolderLock(folder)
        defer { lock.release() }
        let keys = try SiteKeys.load(from: folder)
        guard let newest = try SQLiteLogStorage.readOnly(path: folder.log).newestCheckpoint() else {
            throw LogError.empty
        }
        let origin = try SignedCheckpoint(parsing: newest.note).checkpoint.origin
        let key = try VerifierKey(name: origin, publicKey: keys.checkpoint.publicKey)
        let log = try ReadOnlyLog(
            folder: folder, keys: CheckpointKeys(of: try SQLiteLogStorage.readOnly(path: folder.log), pinned: key),
            kek: nil)
        let size = log.head.size
        guard size == from else { throw GivingUpError.otherSize(size) }
        let evidence = try Witness.evidence(at: folder.witness).filter {
            $0.kind == .rolledBack && $0.origin == origin && $0.newer.checkpoint.size > size
        }
        guard let largest = evidence.map(\.newer.checkpoint.size).max() else { throw GivingUpError.nothingSeen }
        guard largest == to else { throw GivingUpError.otherSeen(largest) }
        try CosignatureBook(path: folder.cosignatures).giveUp(.init(from: from, to: to, time: now, reason: reason))
        return evidence
    }
}

package enum GivingUpError: Error, CustomStringConvertible {
    case otherSize(Int64)
    case otherSeen(Int64)
    case nothingSeen

    package var description: String {
        switch self {
        case .otherSize(let size): "the log is of size \(size); say that size if it is what you mean to go on from"
        case .otherSeen(let size):
            "the largest size that was signed before is \(size); say that size if it is what you mean to give up"
        case .nothingSeen:
            "nothing shows that this log was longer, so there is nothing to give up; start the daemon with its witnesses first"
        }
    }
}
