public import Encodings
import Foundation
import GRDB
import GRDBSQLite

/// A log in one SQLite file (DESIGN, section 4): entries, bodies, full tiles, and every checkpoint.
///
/// Triggers refuse to change or delete entries and checkpoints; they keep honest mistakes out, and `LogVerifier` finds
/// the others.
public final class SQLiteLogStorage: LogStorage {
    let pool: DatabasePool

    static let kind = SQLiteFile.Kind(
        // Version 2: bodies about persons are packed.
        applicationID: 0x5348_5245, version: 2, oldest: 2,
        schema: """
            CREATE TABLE entry(idx INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
            CREATE TABLE body(idx INTEGER PRIMARY KEY REFERENCES entry, sealed BLOB NOT NULL) STRICT;
            CREATE TABLE tile(
                level INTEGER NOT NULL, n INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY(level, n)) STRICT;
            CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
            \(["entry", "body", "tile", "checkpoint"].map { table in
                ["UPDATE", "DELETE"].map { verb in
                    """
                    CREATE TRIGGER \(table)_no_\(verb.lowercased()) BEFORE \(verb) ON \(table)
                    BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
                    """
                }.joined(separator: "\n")
            }.joined(separator: "\n"))
            """,
        secureDelete: false)

    /// Opens the log in a file for its one writer, creating an empty file if there is none.
    public init(path: String) throws(StorageError) {
        let mover = JournalMover(path: path, pages: SQLiteFile.pagesPerCheckpoint)
        pool = try SQLiteFile.openForWriting(path, Self.kind, mover: mover)
    }

    private init(pool: DatabasePool) { self.pool = pool }

    /// Opens the log in a file for reading only, beside a running daemon or without one. It writes nothing.
    public static func readOnly(path: String) throws(StorageError) -> SQLiteLogStorage {
        SQLiteLogStorage(pool: try SQLiteFile.openForReading(path, kind))
    }

    /// Opens the log in a file that nobody writes, such as a backup. Nothing is created beside it.
    public static func immutable(path: String) throws(StorageError) -> SQLiteLogStorage {
        SQLiteLogStorage(pool: try SQLiteFile.openForReading(path, kind, folderIsWritable: false))
    }

    /// `PRAGMA synchronous` of the connection that writes: 2 is FULL.
    func synchronousLevel() throws(StorageError) -> Int? {
        try SQLiteFile.attempt("read PRAGMA synchronous") {
            try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        }
    }

    public func append(_ batch: LogBatch) throws(StorageError) {
        try pool.commit("append to the log") { db in
            let found = try Self.entryCount(db)
            guard found == batch.expectedSize else {
                throw StorageError.sizeConflict(expected: batch.expectedSize, found: found)
            }
            let entry = try RowInserter(db, "INSERT INTO entry(idx, id, bytes) VALUES (?, ?, ?)")
            let body = try RowInserter(db, "INSERT INTO body(idx, sealed) VALUES (?, ?)")
            for (offset, record) in batch.records.enumerated() {
                let index = batch.expectedSize + Int64(offset)
                try entry.bind(index, at: 1)
                try withUnsafeBytes(of: record.id.bigEndian) { try entry.bind($0, at: 2) }
                try entry.bind(record.entry, at: 3)
                do {
                    try entry.insert()
                } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
                    throw StorageError.idTaken
                }
                try body.bind(index, at: 1)
                try body.bind(record.body, at: 2)
                try body.insert()
            }
            let tile = try db.cachedStatement(sql: "INSERT INTO tile(level, n, hashes) VALUES (?, ?, ?)")
            for full in batch.tiles {
                try tile.execute(arguments: [full.place.level, full.place.number, Data(full.hashes)])
            }
            try db.cachedStatement(sql: "INSERT INTO checkpoint(size, note) VALUES (?, ?)")
                .execute(arguments: [batch.checkpoint.size, batch.checkpoint.note])
        }
    }

    private static func entryCount(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT coalesce(max(idx) + 1, 0) FROM entry")) ?? 0
    }

    func read<Result>(_ what: String, _ work: (Database) throws -> Result) throws(StorageError) -> Result {
        try SQLiteFile.attempt("read \(what)") { try pool.read(work) }
    }

    public func entryCount() throws(StorageError) -> Int64 { try read("the log's size", Self.entryCount) }

    public func newestCheckpoint() throws(StorageError) -> StoredCheckpoint? {
        try read("the newest checkpoint") { db in
            try Row.fetchOne(
                db.cachedStatement(sql: "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
            ).map { StoredCheckpoint(size: try $0.value(0), note: try $0.value(1)) }
        }
    }

    public func checkpoints(from size: Int64, limit: Int) throws(StorageError) -> [StoredCheckpoint] {
        try read("checkpoints") { db in
            let sql = "SELECT size, note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT ?"
            let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: [size, limit])
            return try Array(rows.map { StoredCheckpoint(size: try $0.value(0), note: try $0.value(1)) })
        }
    }

    public func entries(in range: Range<Int64>) throws(StorageError) -> [StoredBytes] {
        try bytes("entries", "SELECT idx, bytes, id FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", range)
    }

    public func bodies(in range: Range<Int64>) throws(StorageError) -> [StoredBytes] {
        try bytes("bodies", "SELECT idx, sealed FROM body WHERE idx >= ? AND idx < ? ORDER BY idx", range)
    }

    public func entries(in range: Range<Int64>, mayBeOf types: [String]) throws(StorageError) -> [StoredBytes] {
        guard !types.isEmpty else { return [] }
        // SQLite counts from 1, and compares bytes with bytes.
        let place = Entry.typeOffset + 1
        let isOne = types.map { "substr(bytes, \(place), \($0.utf8.count + 1)) = ?" }.joined(separator: " OR ")
        return try read("entries") { db in
            let statement = try db.cachedStatement(
                sql: "SELECT idx, bytes FROM entry WHERE idx >= ? AND idx < ? AND (\(isOne)) ORDER BY idx")
            let types = types.map { Data($0.utf8) + Data("\"".utf8) }
            let rows = try Row.fetchCursor(
                statement, arguments: [range.lowerBound, range.upperBound] + StatementArguments(types))
            return try Array(rows.map { StoredBytes(index: Self.index($0, 0), bytes: Self.blob($0, 1)) })
        }
    }

    public func eachBody(in range: Range<Int64>, _ visit: (StoredBytes) -> Void) throws(StorageError) {
        try read("bodies") { db in
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: "SELECT idx, sealed FROM body WHERE idx >= ? AND idx < ? ORDER BY idx"),
                arguments: [range.lowerBound, range.upperBound])
            while let row = try rows.next() {
                visit(StoredBytes(index: Self.index(row, 0), bytes: Self.blob(row, 1)))
            }
        }
    }

    public func eachID(_ visit: (UniqueID, Int64) -> Bool) throws(StorageError) {
        try read("the places of events") { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT id, idx FROM entry INDEXED BY sqlite_autoindex_entry_1 ORDER BY id")
            while let row = try rows.next() {
                let id = try row.withUnsafeData(atIndex: 0) { $0.flatMap { UniqueID(bytes: $0) } }
                guard let id else { continue }
                guard visit(id, Self.index(row, 1)) else { return }
            }
        }
    }

    private func bytes(_ what: String, _ sql: String, _ range: Range<Int64>) throws(StorageError) -> [StoredBytes] {
        try read(what) { db in try Self.bytes(db.cachedStatement(sql: sql), range, db) }
    }

    /// Reads past the database library's rows, which cost more than the bytes in them.
    private static func bytes(_ statement: Statement, _ range: Range<Int64>, _ db: Database) throws -> [StoredBytes] {
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        sqlite3_bind_int64(handle, 1, range.lowerBound)
        sqlite3_bind_int64(handle, 2, range.upperBound)
        let hasID = sqlite3_column_count(handle) > 2
        var stored: [StoredBytes] = []
        stored.reserveCapacity(min(range.count, Int(Limits.pageEntries)))
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW:
                stored.append(
                    StoredBytes(
                        index: sqlite3_column_int64(handle, 0), bytes: blob(handle, 1),
                        id: hasID ? blob(handle, 2) : nil))
            case SQLITE_DONE: return stored
            default:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
                    message: db.lastErrorMessage, sql: statement.sql)
            }
        }
    }

    private static func blob(_ handle: OpaquePointer, _ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column))))
    }

    public func indexes(of ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64] {
        try read("the places of events") { try Self.indexes(of: ids, $0) }
    }

    /// On the writer's connection: a reader's pages are stale after every append, the writer's are not.
    public func indexes(beforeAppending ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64] {
        try SQLiteFile.attempt("read the places of events") {
            try pool.writeWithoutTransaction { try Self.indexes(of: ids, $0) }
        }
    }

    private static func indexes(of ids: [UniqueID], _ db: Database) throws -> [UniqueID: Int64] {
        var indexes: [UniqueID: Int64] = [:]
        try SQLiteFile.lookUp(ids.lazy.map(\.bytes), of: 16, "SELECT idx FROM entry WHERE id = ", db) { place, row in
            if let index = Int64.fromDatabaseValue(row[1]) { indexes[ids[place]] = index }
        }
        return indexes
    }

    public func tile(_ place: TilePlace) throws(StorageError) -> [UInt8]? {
        try read("a tile") { db in
            try Row.fetchOne(
                db.cachedStatement(sql: "SELECT hashes FROM tile WHERE level = ? AND n = ?"),
                arguments: [place.level, place.number]
            ).map { Self.blob($0, 0) }
        }
    }

    public func tileCounts() throws(StorageError) -> [Int: Int64] {
        try read("the tiles") { db in
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: "SELECT level, count(*) FROM tile GROUP BY level"))
            var counts: [Int: Int64] = [:]
            while let row = try rows.next() { counts[try row.value(0)] = try row.value(1) as Int64 }
            return counts
        }
    }

    /// A position: always a number, being the key by which SQLite keeps the row.
    private static func index(_ row: Row, _ column: Int) -> Int64 { row[column] ?? -1 }

    private static func blob(_ row: Row, _ column: Int) -> [UInt8] {
        (try? row.withUnsafeData(atIndex: column) { data in data.map { Array($0) } ?? [] }) ?? []
    }
}
