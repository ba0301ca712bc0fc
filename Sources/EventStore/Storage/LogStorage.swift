public import Encodings

/// Where a log is kept. The log above knows no more of its engine than this.
///
/// One writer appends; any number of readers read beside it. What was committed never changes, so readers need no
/// common snapshot: everything below the size of a checkpoint that was read is there.
public protocol LogStorage: Sendable {
    /// Writes entries, bodies, full tiles and the checkpoint, all or nothing, and returns only when they would outlast
    /// a loss of power.
    ///
    /// - Throws: `StorageError`. `commitFailed` MUST mean "may or may not have happened", and every other error
    ///   "nothing was written".
    func append(_ batch: LogBatch) throws(StorageError)

    /// How many entries there are.
    func entryCount() throws(StorageError) -> Int64

    /// The checkpoint with the largest size; nil where there is no log.
    func newestCheckpoint() throws(StorageError) -> StoredCheckpoint?

    /// The checkpoints from a size on, by size, at most `limit`. Every one that was ever signed is kept.
    func checkpoints(from size: Int64, limit: Int) throws(StorageError) -> [StoredCheckpoint]

    /// The entries in a range, by index. What is missing is left out.
    func entries(in range: Range<Int64>) throws(StorageError) -> [StoredBytes]

    /// The entries of some types in a range, by index, and maybe some that may be of these types: what it gives is to be parsed.
    func entries(in range: Range<Int64>, mayBeOf types: [String]) throws(StorageError) -> [StoredBytes]

    /// The bodies in a range, by index. What is missing is left out.
    func bodies(in range: Range<Int64>) throws(StorageError) -> [StoredBytes]

    /// The same, one after the other, so that only one is in memory.
    func eachBody(in range: Range<Int64>, _ visit: (StoredBytes) -> Void) throws(StorageError)

    /// Where events stand; what is not in the log is left out.
    func indexes(of ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64]

    /// The same for the one writer, before it appends: an engine may hold in memory already what an append needs.
    func indexes(beforeAppending ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64]

    /// Every id with its place, as the index that `indexes(of:)` uses holds them, in the order of the ids' bytes.
    /// - Parameter visit: says whether to go on.
    func eachID(_ visit: (UniqueID, Int64) -> Bool) throws(StorageError)

    /// The 8,192 bytes of a full tile; nil where there is none.
    func tile(_ place: TilePlace) throws(StorageError) -> [UInt8]?

    /// How many full tiles there are at each level; a level without any is left out.
    func tileCounts() throws(StorageError) -> [Int: Int64]

    /// What the engine finds wrong with its own files: damaged pages, an altered schema, rows at positions that the log
    /// never had. One line each, never text from an event; empty where all is well.
    func flaws() throws(StorageError) -> [StorageFlaw]
}

extension LogStorage {
    public func indexes(beforeAppending ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64] {
        try indexes(of: ids)
    }
}

/// What an engine finds wrong with its own file.
public struct StorageFlaw: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// The file's structure is damaged.
        case fileDamaged
        /// Tables, indexes or triggers are not those that this library makes.
        case schemaChanged
        /// There are rows that no log of this size has.
        case strayRows
    }

    public let kind: Kind
    public let detail: String

    public init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }
}

/// What one transaction adds to a log.
public struct LogBatch: Sendable {
    /// How many entries there must be before.
    public let expectedSize: Int64
    public let records: [LogRecord]
    /// The tiles that these entries fill.
    public let tiles: [FullTile]
    public let checkpoint: StoredCheckpoint

    public init(expectedSize: Int64, records: [LogRecord], tiles: [FullTile], checkpoint: StoredCheckpoint) {
        self.expectedSize = expectedSize
        self.records = records
        self.tiles = tiles
        self.checkpoint = checkpoint
    }
}

/// One entry with its body, as they are kept.
public struct LogRecord: Sendable {
    public let id: UniqueID
    public let entry: [UInt8]
    /// Sealed, where the entry has a subject.
    public let body: [UInt8]

    public init(id: UniqueID, entry: [UInt8], body: [UInt8]) {
        self.id = id
        self.entry = entry
        self.body = body
    }
}

/// A signed checkpoint as it is kept.
public struct StoredCheckpoint: Sendable, Hashable {
    public let size: Int64
    /// The signed note.
    public let note: String

    public init(size: Int64, note: String) {
        self.size = size
        self.note = note
    }
}

/// Bytes at a position of the log.
public struct StoredBytes: Sendable, Hashable {
    public let index: Int64
    public let bytes: [UInt8]
    /// For an entry, the bytes of the id that the engine keeps beside it; nil where it keeps none.
    public let id: [UInt8]?

    public init(index: Int64, bytes: [UInt8], id: [UInt8]? = nil) {
        self.index = index
        self.bytes = bytes
        self.id = id
    }
}

/// Why storage did not do what it was asked. Texts name the operation and the engine's reason, never what was to be
/// written.
public enum StorageError: CodedError, Hashable {
    case sizeConflict(expected: Int64, found: Int64)
    case idTaken
    case diskFull
    case readOnly
    case notThere(path: String)
    case notOurs(path: String)
    case newerSchema(version: Int)
    case olderSchema(version: Int)
    /// May or may not have happened.
    case commitFailed(String)
    case failed(String)

    public var code: String {
        switch self {
        case .sizeConflict: "storage-size-conflict"
        case .idTaken: "storage-id-taken"
        case .diskFull: "storage-disk-full"
        case .readOnly: "storage-read-only"
        case .notThere: "storage-not-there"
        case .notOurs: "storage-not-ours"
        case .newerSchema: "storage-schema-newer"
        case .olderSchema: "storage-schema-older"
        case .commitFailed: "storage-commit-failed"
        case .failed: "storage-failed"
        }
    }

    public var description: String {
        switch self {
        case .sizeConflict(let expected, let found):
            "expected \(expected) entries and found \(found): another process writes to this log, stop it"
        case .idTaken: "an event with the same id is in the log already"
        case .diskFull: "the disk is full; make room and try again"
        case .readOnly: "this was opened for reading only"
        case .olderSchema(let version):
            "the file has version \(version), from before the first release; only the build that wrote it can read it"
        case .notThere(let path): "there is no file \(path); give the data folder of a founded site"
        case .notOurs(let path): "\(path) is a database of something else; give the data folder of a founded site"
        case .newerSchema(let version): "the file has version \(version); use the release that wrote it, or a newer one"
        case .commitFailed(let reason): reason
        case .failed(let reason): reason
        }
    }
}
