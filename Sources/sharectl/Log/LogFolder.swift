import EventStore
import Foundation
import Projections
import SharingService

/// A data folder opened for reading only, beside a running daemon or without one.
struct LogFolder {
    let folder: DataFolder
    /// What the log is verified with: pinned, or made from the site's own keys.
    let verifierKey: VerifierKey
    /// Opens bodies about people; nil where the keys are not here, or not readable.
    let kek: KeyEncryptionKey?

    /// - Parameters:
    ///   - path: DIR of `--data DIR`.
    ///   - vkey: as given with `--vkey`. Where it is missing the site's own keys say which it is, which proves less: whoever could change the log there could change
    ///     them too.
    /// - Throws: `Failure`
    init(_ path: String, vkey: String?) throws {
        let folder = DataFolder(path: path)
        self.folder = folder
        guard FileManager.default.fileExists(atPath: folder.log) else {
            throw Failure.usage("there is no log in \(path); give the data folder of a founded site")
        }
        let keys = Result { try SiteKeys.load(from: folder) }
        kek = try? keys.get().kek
        if let vkey {
            verifierKey = try Failure.no { try VerifierKey(parsing: vkey) }
        } else {
            verifierKey = try Failure.no {
                guard let newest = try SQLiteLogStorage.readOnly(path: folder.log).newestCheckpoint() else {
                    throw LogError.empty
                }
                let origin = try SignedCheckpoint(parsing: newest.note).checkpoint.origin
                return try VerifierKey(name: origin, publicKey: try Self.own(keys).checkpoint.publicKey)
            }
        }
    }

    private static func own(_ keys: Result<SiteKeys, any Error>) throws(Failure) -> SiteKeys {
        switch keys {
        case .success(let keys): return keys
        case .failure(let error): throw Failure(.no, "\(error); or give the site's verifier key with `--vkey`")
        }
    }

    /// The log with its newest checkpoint verified.
    func log() throws -> ReadOnlyLog {
        try Failure.no { try ReadOnlyLog(folder: folder, verifierKey: verifierKey, kek: kek) }
    }

    /// A checkpoint of the log with the cosignatures that are known for it: the newest, or the newest that a policy trusts.
    /// - Throws: `Failure` if none is trusted.
    func checkpoint(of log: ReadOnlyLog, trustedUnder policy: TlogPolicy?) throws -> SignedCheckpoint {
        let book = try Failure.no { try CosignatureBook(readingAt: folder.cosignatures) }
        guard let policy else {
            return try Failure.no { try book?.cosigned(log.head.checkpoint) ?? log.head.checkpoint }
        }
        let trusted = try Failure.no { try book?.newest(trustedUnder: policy, log: verifierKey) }
        if let trusted { return trusted }
        // One that needs no witness, or a failure that says what is missing.
        try Failure.no { _ = try policy.check(log.head.checkpoint, log: verifierKey) }
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
