public import Encodings
import Locking

/// A signed, append-only log of events: the one that writes.
///
/// Invariants:
/// - There is one `EventLog` for a storage, and one caller that appends: the registrar. Readers are many.
/// - `head` is never ahead of what would outlast a loss of power.
/// - Every checkpoint that is signed is stored in the transaction of its entries; none is signed for a state that is
///   not.
public final class EventLog: LogReader {
    public let storage: any LogStorage
    /// The vault that every body about a person is sealed with.
    public let sealing: Vault
    public var vault: Vault? { sealing }

    /// The keys that signed its checkpoints, the signer's the last.
    public let keys: CheckpointKeys

    private let signer: CheckpointSigner
    /// What was committed last. Set by `append` after its commit, read by everybody.
    private let published: Locked<LogHead>
    /// Held for the whole of an append, so that a second writer by mistake waits instead of forking the log.
    private let writer: Locked<WriterState>

    private struct WriterState {
        var lastRecorded: Instant?
        var isClosed = false
    }

    /// Founds a log in empty storage: stores the checkpoint of the empty tree.
    /// - Throws: `LogError.refused` if there is a log already.
    public static func create(storage: any LogStorage, signer: CheckpointSigner, vault: Vault) throws(LogError)
        -> EventLog
    {
        guard let checkpoint = try? signer.sign(size: 0, root: .emptyRoot) else { throw .refused(.signing) }
        let found = try LogError.reading { () throws(StorageError) in try storage.newestCheckpoint() }
        if let found { throw .refused(.storage(.sizeConflict(expected: 0, found: found.size))) }
        try commit(
            LogBatch(
                expectedSize: 0, records: [], tiles: [],
                checkpoint: StoredCheckpoint(size: 0, note: checkpoint.note)), to: storage)
        return try EventLog(storage: storage, signer: signer, vault: vault)
    }

    /// Opens a log for writing: verifies the newest checkpoint, and that entries and tiles give its root.
    ///
    /// Removes from the vault what a crash left there for positions that were never committed.
    /// - Parameter keys: the keys that signed the log's checkpoints; nil for one that knows the signer's only.
    /// - Throws: `LogError.signerNotCurrent` if the signer's key is not the last of them.
    public init(
        storage: any LogStorage, signer: CheckpointSigner, keys: CheckpointKeys? = nil, vault: Vault
    ) throws(LogError) {
        let keys = keys ?? CheckpointKeys(first: signer.verifierKey)
        guard keys.current == signer.verifierKey else { throw .signerNotCurrent }
        let head = try LogHead(of: storage, verifiedBy: keys)
        let count = try LogError.reading { () throws(StorageError) in try storage.entryCount() }
        guard count == head.size else {
            throw .storage(.sizeConflict(expected: head.size, found: count))
        }
        do throws(VaultError) {
            try vault.reconcile(logSize: head.size)
        } catch {
            throw .vault(error)
        }
        self.storage = storage
        self.signer = signer
        self.keys = keys
        sealing = vault
        published = Locked(head)
        writer = Locked(WriterState())
        if head.size > 0 {
            let last = try entry(at: head.size - 1).recorded
            writer.withLock { $0.lastRecorded = last }
        }
    }

    public var head: LogHead { published.withLock { $0 } }

    /// What third parties pin.
    public var verifierKey: VerifierKey { signer.verifierKey }

    /// The site's clock at the newest entry: what is appended next must not be recorded before.
    public var lastRecorded: Instant? { writer.withLock { $0.lastRecorded } }

    /// Where events stand that may be about to be appended; what is not in the log is left out. For the one writer only.
    package func indexes(beforeAppending ids: [UniqueID]) throws(LogError) -> [UniqueID: Int64] {
        try LogError.reading { () throws(StorageError) in try storage.indexes(beforeAppending: ids) }
    }

    /// Appends admitted events in order: seals their bodies, signs one checkpoint, and commits everything in one
    /// transaction. When this returns, the entries would outlast a loss of power, and `head` shows them.
    ///
    /// What is staged in the vault is committed first, so that no body is ever sealed under a key that is not durable.
    /// - Throws: `LogError.refused` if nothing was written. Any error with `isFatal` means that it may or may not have
    ///   been: the process MUST end and recover at its next start, and MUST NOT try again. After it this log refuses
    ///   everything.
    public func append(_ drafts: [EntryDraft]) throws(LogError) -> [AppendedEntry] {
        try append(drafts, announcing: nil)
    }

    /// Appends the event that announces a new checkpoint key, alone, under a checkpoint that the old key and the new one both sign.
    /// After it this log refuses everything: open it again with the new key.
    /// - Throws: as `append`; `LogError.refused` also if the key may not follow.
    public func append(announcing next: CheckpointSigner, by draft: EntryDraft) throws(LogError) -> AppendedEntry {
        var keys = keys
        do throws(CheckpointKeyError) {
            try keys.rotate(to: next.verifierKey.description, at: head.size)
        } catch {
            throw .refused(.checkpointKey(error))
        }
        guard let entry = try append([draft], announcing: next).first else { throw .refused(.nothingToAppend) }
        return entry
    }

    private func append(_ drafts: [EntryDraft], announcing announced: CheckpointSigner?) throws(LogError)
        -> [AppendedEntry]
    {
        try writer.withLock { (state: inout WriterState) throws(LogError) in
            guard !state.isClosed else { throw .closed }
            let head = self.head
            var batch = AppendBatch(head: head, lastRecorded: state.lastRecorded)
            try batch.add(drafts, sealing: sealing)
            let (next, stored) = try batch.finish(signer: signer, and: announced)
            do throws(LogError) {
                try commitStaged(logSize: head.size)
                try Self.commit(stored, to: storage)
            } catch {
                state.isClosed = error.isFatal
                throw error
            }
            state.isClosed = announced != nil
            state.lastRecorded = batch.lastRecorded
            published.withLock { $0 = next }
            return batch.appended
        }
    }

    private func commitStaged(logSize: Int64) throws(LogError) {
        do throws(VaultError) {
            try sealing.commitStaged(logSize: logSize)
        } catch {
            if case .storage(.commitFailed) = error { throw .vaultCommitFailed(error) }
            throw .refused(.vault(error))
        }
    }

    private static func commit(_ batch: LogBatch, to storage: any LogStorage) throws(LogError) {
        do throws(StorageError) {
            try storage.append(batch)
        } catch {
            switch error {
            case .commitFailed: throw .commitFailed(error)
            case .idTaken: throw .refused(.idTaken)
            default: throw .refused(.storage(error))
            }
        }
    }
}
