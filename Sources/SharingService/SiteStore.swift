package import Encodings
package import EventStore
import Foundation
package import Projections
import SharingModel

/// Everything of a site that lies in its data folder, open for writing: log, vault, projections and keys, held against a second daemon.
package struct SiteStore: Sendable {
    let folder: DataFolder
    let origin: String
    /// The site as an author.
    let author: AgencyID
    package let log: EventLog
    let vault: Vault
    package let projections: ProjectionStore
    /// What came of peers' logs.
    package let replicas: Replicas
    /// Documents of policy, parsed, for readers.
    let library = PolicyLibrary()
    /// Signs decisions.
    let siteKey: SigningKey
    /// Cosigns other logs' checkpoints, and nothing else.
    let witnessKey: SigningKey
    /// What is shipped to this site is to be sealed to this key.
    package let agreementKey: AgreementKey
    /// Everything that it may be sealed to, the newest first.
    package let receivingKeys: [AgreementKey]
    /// Receiving keys that had been kept for long enough, and were destroyed when this was opened.
    let destroyedKeys: Int
    /// Held until the site ends.
    let lock: DataFolderLock

    /// Opens a founded site.
    /// - Throws: `DataFolderError`, `KeyFileError`, `StorageError`, `VaultError`, `LogError`, `SiteError`: each says what to do.
    /// - Parameter now: the machine's clock.
    package init(folder: DataFolder, now: Instant = SystemClock().now) throws {
        let lock = try DataFolderLock(folder)
        guard !folder.hasUnfinishedRestore else { throw RecoveryError.unfinished(path: folder.unfinishedRestore) }
        let storage = try SQLiteLogStorage(path: folder.log)
        guard let newest = try storage.newestCheckpoint() else { throw LogError.empty }
        let origin = try SignedCheckpoint(parsing: newest.note).checkpoint.origin
        let known = try CheckpointKeys(of: storage)
        // The last step of a change of the checkpoint key, where the process ended before it.
        if let next = try SiteKeys.nextCheckpoint(in: folder), next.publicKey == known.current.publicKey {
            try SiteKeys.replaceCheckpointKey(in: folder)
        }
        let destroyed = try ReceivingKeyChange.finish(
            folder, storage, author: try AgencyID.site(origin: origin), now: now)
        let keys = try SiteKeys.load(from: folder)
        let vault = try Vault(path: folder.vault, kek: keys.kek)
        let log = try EventLog(
            storage: storage, signer: try CheckpointSigner(origin: origin, key: keys.checkpoint), keys: known,
            vault: vault)
        try self.init(
            folder: folder, lock: lock, origin: origin, log: log, vault: vault, keys: keys, destroyedKeys: destroyed)
        guard log.head.size > 0 else { throw LogError.empty }
    }

    init(
        folder: DataFolder, lock: DataFolderLock, origin: String, log: EventLog, vault: Vault, keys: SiteKeys,
        destroyedKeys: Int = 0
    ) throws {
        self.folder = folder
        self.lock = lock
        self.origin = origin
        author = try AgencyID.site(origin: origin)
        self.log = log
        self.vault = vault
        siteKey = keys.site
        witnessKey = keys.witness
        agreementKey = keys.hpke
        receivingKeys = keys.receiving
        self.destroyedKeys = destroyedKeys
        replicas = Replicas(folder: folder, receiver: origin, vault: vault)
        projections = try ProjectionStore(path: folder.projections, emptyRoot: MerkleHash.emptyRoot.bytes)
    }

    /// Lets the data folder go.
    package func end() { lock.release() }

    /// Whether the disk has room for another batch. A disk whose room cannot be told is taken to have some: the commit will say.
    func hasRoom() -> Bool { folder.freeBytes.map { $0 >= ServiceLimits.freeDiskBytes } ?? true }
}

extension DataFolder {
    /// Disposable: drawn again from the log where it is missing.
    package var projections: String { path + "/projections.sqlite" }

    /// What this site has seen of other logs. Not disposable: a witness that forgets vouches for anything.
    package var witness: String { path + "/witness.sqlite" }

    /// What this site's own witnesses cosigned. They can be asked again.
    package var cosignatures: String { path + "/cosignatures.sqlite" }

    /// Files that go where the log goes, in backups and restores.
    static let companions = ["witness.sqlite", "timestamps.sqlite"]
}

/// What is wrong with a site as a whole.
package enum SiteError: Error, CustomStringConvertible {
    /// The log begins with something else than the founding of this site.
    case notFounded
    /// A body that the projections need cannot be opened.
    case bodyUnavailable(index: Int64)
    /// A recorded event cannot be read by this release.
    case eventUnreadable(index: Int64, reason: String)
    /// The site's own event is not valid: a fault of this program.
    case ownEventInvalid(String)
    case operatorKeyMissing
    /// The replica of a peer's log does not have what the own log says was known of it.
    case replicaBehind(peer: String)

    package var description: String {
        switch self {
        case .notFounded: "the log does not begin with the founding of this site; give the data folder of a founded one"
        case .bodyUnavailable(let index):
            "the body of entry \(index) cannot be opened, and no erasure says why; restore the vault from its backup"
        case .eventUnreadable(let index, let reason):
            "entry \(index) cannot be read by this release: \(reason); use the release that wrote it, or a newer one"
        case .ownEventInvalid(let reason):
            "the site's own event is not valid, which is a fault of this program: \(reason)"
        case .replicaBehind(let peer):
            "the replica of \(peer) does not have what this log says was known of it; restore `replicas/` from the backup, or move that "
                + "file away and have the peer ship everything again before the daemon is started"
        case .operatorKeyMissing: "the operator's key is not among the site's keys; give it with `--key`"
        }
    }
}
