import EventStore
import Foundation
import Projections
import SharingService

/// A data folder opened for reading only, beside a running daemon or without one.
struct LogFolder {
    let folder: DataFolder
    /// The keys that the log announces for its checkpoints.
    let keys: CheckpointKeys
    /// What the log is verified with: pinned, or the first of its own keys.
    let verifierKey: VerifierKey
    /// Opens bodies about people; nil where the keys are not here, or not readable.
    let kek: KeyEncryptionKey?

    /// - Parameters:
    ///   - path: DIR of `--data DIR`.
    ///   - vkey: as given with `--vkey`. The first of the log's keys, or any that followed. Where it is missing the log's first event says which
    ///     it is, which proves less: whoever could change the log could change that too.
    /// - Throws: `Failure`
    init(_ path: String, vkey: String?) throws {
        let folder = DataFolder(path: path)
        self.folder = folder
        guard FileManager.default.fileExists(atPath: folder.log) else {
            throw Failure.usage("there is no log in \(path); give the data folder of a founded site")
        }
        kek = try? SiteKeys.load(from: folder).kek
        let pinned = try vkey.map { text in try Failure.no { try VerifierKey(parsing: text) } }
        keys = try Failure.no {
            let storage = try SQLiteLogStorage.readOnly(path: folder.log)
            if let pinned {
                try Self.check(pinned, storage)
                return CheckpointKeys(of: storage, pinned: pinned)
            }
            return try Self.own(storage, folder)
        }
        verifierKey = pinned ?? keys.first
    }

    /// Another site's key would make every checkpoint look damaged.
    private static func check(_ pinned: VerifierKey, _ storage: SQLiteLogStorage) throws {
        guard let note = try? storage.newestCheckpoint()?.note,
            let origin = try? SignedCheckpoint(parsing: note).checkpoint.origin, origin != pinned.name
        else { return }
        throw Failure(
            .no,
            "the log is that of \(origin), and the verifier key is that of \(pinned.name); which of them did you mean?")
    }

    /// As the log's first event says and what follows from it; where that cannot be read, as the site's own keys say.
    private static func own(_ storage: SQLiteLogStorage, _ folder: DataFolder) throws -> CheckpointKeys {
        do {
            return try CheckpointKeys(of: storage)
        } catch {
            guard let newest = try storage.newestCheckpoint(),
                let origin = try? SignedCheckpoint(parsing: newest.note).checkpoint.origin,
                let own = try? SiteKeys.load(from: folder).checkpoint
            else { throw Failure(.no, "\(error); or give the site's verifier key with `--vkey`") }
            return CheckpointKeys(first: try VerifierKey(name: origin, publicKey: own.publicKey))
        }
    }

    /// The log with its newest checkpoint verified.
    func log() throws -> ReadOnlyLog {
        try Failure.no { try ReadOnlyLog(folder: folder, keys: keys, kek: kek) }
    }

    /// What came of peers' logs.
    func replicas(beside log: ReadOnlyLog) -> Replicas { Replicas(reading: folder, beside: log) }

    /// A checkpoint of the log with the cosignatures that are known for it: the newest, or the newest that a policy trusts.
    /// - Throws: `Failure` if none is trusted.
    func checkpoint(of log: ReadOnlyLog, trustedUnder policy: TlogPolicy?) throws -> SignedCheckpoint {
        let book = try Failure.no { try CosignatureBook(readingAt: folder.cosignatures) }
        guard let policy else {
            return try Failure.no { try book?.cosigned(log.head.checkpoint) ?? log.head.checkpoint }
        }
        let trusted = try Failure.no { try book?.newest(trustedUnder: policy, log: keys.current) }
        if let trusted { return trusted }
        // One that needs no witness, or a failure that says what is missing.
        try Failure.no { _ = try policy.check(log.head.checkpoint, log: keys.current) }
        return log.head.checkpoint
    }

    /// The projections as the daemon keeps them.
    func projections() throws -> ProjectionStore {
        guard FileManager.default.fileExists(atPath: folder.projections) else {
            throw Failure(
                .no, "there are no projections in \(folder.path); start the daemon once, and it draws them from the log"
            )
        }
        return try Failure.no { try ProjectionStore(readingAt: folder.projections) }
    }
}
