import Encodings
import EventStore
import Locking

/// Storage that fails on demand, before or after the commit: "failed and not persisted", "failed but persisted".
final class FaultyStorage: LogStorage {
    enum Fault {
        case beforeCommit(StorageError)
        case afterCommit
        case lostCommit
    }

    private let state: Locked<(inner: any LogStorage, fault: Fault?)>

    init(_ inner: any LogStorage) { state = Locked((inner, nil)) }

    /// What the index of ids says instead of the truth.
    var falseIndex: [(UniqueID, Int64)]? {
        get { lies.withLock { $0 } }
        set { lies.withLock { $0 = newValue } }
    }
    private let lies = Locked<[(UniqueID, Int64)]?>(nil)

    var inner: any LogStorage {
        get { state.withLock { $0.inner } }
        set { state.withLock { $0.inner = newValue } }
    }

    func failNext(_ fault: Fault) { state.withLock { $0.fault = fault } }

    func append(_ batch: LogBatch) throws(StorageError) {
        let fault = state.withLock { state in
            defer { state.fault = nil }
            return state.fault
        }
        switch fault {
        case .beforeCommit(let error): throw error
        case .lostCommit: throw .commitFailed("the test lost the commit")
        case .afterCommit:
            try inner.append(batch)
            throw .commitFailed("the test lost the answer of the commit")
        case nil: try inner.append(batch)
        }
    }

    func entryCount() throws(StorageError) -> Int64 { try inner.entryCount() }
    func newestCheckpoint() throws(StorageError) -> StoredCheckpoint? { try inner.newestCheckpoint() }
    func checkpoints(from size: Int64, limit: Int) throws(StorageError) -> [StoredCheckpoint] {
        try inner.checkpoints(from: size, limit: limit)
    }
    func entries(in range: Range<Int64>) throws(StorageError) -> [StoredBytes] { try inner.entries(in: range) }
    func entries(in range: Range<Int64>, mayBeOf types: [String]) throws(StorageError) -> [StoredBytes] {
        try inner.entries(in: range, mayBeOf: types)
    }
    func eachBody(in range: Range<Int64>, _ visit: (StoredBytes) -> Void) throws(StorageError) {
        try inner.eachBody(in: range, visit)
    }
    func eachID(_ visit: (UniqueID, Int64) -> Bool) throws(StorageError) {
        guard let ids = falseIndex else { return try inner.eachID(visit) }
        for (id, index) in ids where !visit(id, index) { return }
    }
    func bodies(in range: Range<Int64>) throws(StorageError) -> [StoredBytes] { try inner.bodies(in: range) }
    func indexes(of ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64] { try inner.indexes(of: ids) }
    func tile(_ place: TilePlace) throws(StorageError) -> [UInt8]? { try inner.tile(place) }
    func tileCounts() throws(StorageError) -> [Int: Int64] { try inner.tileCounts() }
    func flaws() throws(StorageError) -> [StorageFlaw] { try inner.flaws() }
}
