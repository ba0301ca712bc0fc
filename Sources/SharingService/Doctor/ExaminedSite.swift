package import Encodings
package import EventStore
import Foundation
import Projections
import SharingModel

/// A data folder as the doctor finds it: everything opened once, for reading only, and what did not open kept with its reason.
package struct ExaminedSite: Sendable {
    package let folder: DataFolder
    /// The machine's clock.
    let now: Instant
    let keys: Result<SiteKeys, any Error>
    let storage: Result<SQLiteLogStorage, any Error>
    /// Bytes free on the folder's disk; nil where that cannot be told.
    let freeBytes: Int64?
    /// What the log is verified with: the keys that it announces, if the one that was given is among them.
    let verifierKeys: Result<CheckpointKeys, any Error>
    /// Whether the verifier key was given, and not read from the folder itself.
    let isPinned: Bool
    /// Without the vault: bodies about people stay closed.
    let log: Result<ReadOnlyLog, any Error>
    let vault: Result<Vault, any Error>
    let projections: Result<ProjectionStore, any Error>
    /// The tlog-policy that the daemon's configuration names, as it was read; nil where none was given.
    let policy: Result<TlogPolicy, any Error>?
    /// Every key ever enrolled, as the daemon knows them.
    let enrolled: Result<KeyBook, any Error>

    /// Opens what is there.
    /// - Parameters:
    ///   - pinned: the site's verifier key, known by other means; nil to take the folder's own.
    ///   - policy: the tlog-policy file that the configuration names, or why it could not be read.
    ///   - freeBytes: on the folder's disk; nil to ask the system.
    package init(
        folder: DataFolder, pinned: VerifierKey? = nil, policy: Result<TlogPolicy, any Error>? = nil, now: Instant,
        freeBytes: Int64? = nil
    ) {
        self.policy = policy
        self.folder = folder
        self.now = now
        self.freeBytes = freeBytes ?? folder.freeBytes
        isPinned = pinned != nil
        let keys = Result<SiteKeys, any Error> { try SiteKeys.load(from: folder) }
        let storage = Result<SQLiteLogStorage, any Error> { try SQLiteLogStorage.readOnly(path: folder.log) }
        let verifierKeys = Result<CheckpointKeys, any Error> {
            if let pinned { return CheckpointKeys(of: try storage.get(), pinned: pinned) }
            return try CheckpointKeys(of: storage.get())
        }
        let projections = Result<ProjectionStore, any Error> {
            guard FileManager.default.fileExists(atPath: folder.projections) else {
                throw StorageError.notThere(path: folder.projections)
            }
            return try ProjectionStore(readingAt: folder.projections)
        }
        self.keys = keys
        self.storage = storage
        self.verifierKeys = verifierKeys
        log = Result {
            try ReadOnlyLog(storage: try storage.get(), keys: try verifierKeys.get(), vault: nil)
        }
        vault = Result { try Vault.readOnly(path: folder.vault, kek: try keys.get().kek) }
        self.projections = projections
        enrolled = Result { try projections.get().read { try KeyBook($0) } }
    }

    // MARK: What another check has said already, if it is not there

    func openKeys() throws -> SiteKeys { try open(keys, "the keys do not load", "see `keys`") }

    func openLog() throws -> ReadOnlyLog { try open(log, "the log does not open", "see `log`") }

    func openProjections() throws -> ProjectionStore {
        try open(projections, "the projections do not open", "see `projections`")
    }

    func openKeyBook() throws -> KeyBook {
        try open(enrolled, "the projections do not open, and they know the keys", "see `projections`")
    }

    private func open<Value>(_ result: Result<Value, any Error>, _ reason: String, _ remedy: String) throws -> Value {
        guard case .success(let value) = result else { throw NotExamined(reason: reason, remedy: remedy) }
        return value
    }
}
