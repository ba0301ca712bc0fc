import Locking

/// A log opened for reading only, beside a running daemon or without one: it never writes, and takes no lock that a
/// writer would wait for.
public final class ReadOnlyLog: LogReader {
    public let storage: any LogStorage
    public let vault: Vault?
    /// What the head was verified with.
    public let keys: CheckpointKeys
    /// The key that signs what comes next.
    public var verifierKey: VerifierKey { keys.current }
    /// The newest state that was read. Set by `refresh`, read by everybody.
    private let known: Locked<LogHead>

    /// Opens a log and verifies its newest checkpoint, and that entries and tiles give its root.
    /// - Parameter vault: nil to leave bodies about people closed.
    public init(storage: any LogStorage, keys: CheckpointKeys, vault: Vault?) throws(LogError) {
        self.storage = storage
        self.vault = vault
        self.keys = keys
        known = Locked(try LogHead(of: storage, verifiedBy: keys))
    }

    /// The same of a log that has had one key only.
    public convenience init(storage: any LogStorage, verifierKey: VerifierKey, vault: Vault?) throws(LogError) {
        try self.init(storage: storage, keys: CheckpointKeys(first: verifierKey), vault: vault)
    }

    /// Opens the log of a data folder.
    /// - Parameters:
    ///   - folder: DIR of `--data DIR`.
    ///   - keys: the keys that signed its checkpoints.
    ///   - kek: nil to leave bodies about people closed.
    public convenience init(folder: DataFolder, keys: CheckpointKeys, kek: KeyEncryptionKey?) throws(LogError) {
        let storage = try LogError.reading { () throws(StorageError) in try SQLiteLogStorage.readOnly(path: folder.log)
        }
        let vault: Vault?
        do throws(VaultError) {
            vault = if let kek { try Vault.readOnly(path: folder.vault, kek: kek) } else { nil }
        } catch {
            throw .vault(error)
        }
        try self.init(storage: storage, keys: keys, vault: vault)
    }

    public var head: LogHead { known.withLock { $0 } }

    /// Reads the newest committed state.
    @discardableResult
    public func refresh() throws(LogError) -> LogHead {
        let head = try LogHead(of: storage, verifiedBy: keys)
        return known.withLock { known in
            if head.size > known.size { known = head }
            return known
        }
    }
}
