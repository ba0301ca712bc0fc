import Encodings
import Foundation
import GRDB

/// Keeps what outside authorities stated over a log's checkpoints, in a file of its own, mode 0600. It only grows: no repair touches it.
///
/// This room does not read the responses: what they say is for those who can verify them.
public final class TimestampStore: Sendable {
    private let pool: DatabasePool

    private static let kind = SQLiteFile.Kind(
        applicationID: 0x5348_5254, version: 1,
        schema: """
            CREATE TABLE timestamp(
                size INTEGER PRIMARY KEY, note TEXT NOT NULL, response BLOB NOT NULL, received INTEGER NOT NULL) STRICT;
            CREATE TABLE policy(one INTEGER PRIMARY KEY CHECK (one = 1), required INTEGER NOT NULL, overdue_seconds INTEGER NOT NULL)
                STRICT;
            CREATE TRIGGER timestamp_no_update BEFORE UPDATE ON timestamp BEGIN SELECT RAISE(ABORT, 'evidence only grows'); END;
            CREATE TRIGGER timestamp_no_delete BEFORE DELETE ON timestamp BEGIN SELECT RAISE(ABORT, 'evidence only grows'); END;
            """,
        secureDelete: false)

    /// Opens the file for its one writer, making it where it is missing.
    /// - Throws: `StorageError`
    public init(path: String) throws(StorageError) {
        // SQLite gives its journal the mode of the file, so the file gets its mode first.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .failed("cannot write \(path); check the folder's owner and mode, and room on the disk")
        }
        close(descriptor)
        pool = try SQLiteFile.openForWriting(path, Self.kind)
    }

    private init(pool: DatabasePool) { self.pool = pool }

    /// Opens the file for reading only, beside a running daemon or without one.
    /// - Parameter isAtRest: whether nobody writes it, as a backup, so that nothing is made beside it.
    /// - Returns: nil where there is no such file: nothing was ever stamped.
    public static func readOnly(path: String, isAtRest: Bool = false) throws(StorageError) -> TimestampStore? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return TimestampStore(pool: try SQLiteFile.openForReading(path, kind, folderIsWritable: isAtRest ? false : nil))
    }

    /// Adds a timestamp; it is durable when this returns.
    /// - Throws: `StorageError`, also where one of this size is there already.
    public func add(_ timestamp: StoredTimestamp) throws(StorageError) {
        try pool.commit("keep a timestamp") { db in
            try db.execute(
                sql: "INSERT INTO timestamp(size, note, response, received) VALUES (?, ?, ?, ?)",
                arguments: [
                    timestamp.size, timestamp.note, Data(timestamp.response), timestamp.received.milliseconds,
                ])
        }
    }

    /// What the daemon was last told to do, for those who look at the folder without it; nil where it is told to stamp nothing.
    public func policy() throws(StorageError) -> TimestampPolicy? {
        try SQLiteFile.attempt("read the policy on timestamps") {
            try pool.read { db in
                try Row.fetchOne(db, sql: "SELECT required, overdue_seconds FROM policy").map { row in
                    TimestampPolicy(isRequired: try row.value(0), overdueAfterSeconds: try row.value(1))
                }
            }
        }
    }

    /// Writes down what the daemon is told to do.
    public func set(_ policy: TimestampPolicy?) throws(StorageError) {
        try pool.commit("write the policy on timestamps") { db in
            try db.execute(sql: "DELETE FROM policy")
            guard let policy else { return }
            try db.execute(
                sql: "INSERT INTO policy(one, required, overdue_seconds) VALUES (1, ?, ?)",
                arguments: [policy.isRequired, policy.overdueAfterSeconds])
        }
    }

    /// The newest, the newest first.
    public func newest(limit: Int) throws(StorageError) -> [StoredTimestamp] {
        try rows("ORDER BY size DESC LIMIT ?", [limit])
    }

    /// Those from a size on, by size.
    public func from(size: Int64, limit: Int) throws(StorageError) -> [StoredTimestamp] {
        try rows("WHERE size >= ? ORDER BY size LIMIT ?", [size, limit])
    }

    /// The one over the checkpoint of a size; nil where there is none.
    public func at(size: Int64) throws(StorageError) -> StoredTimestamp? {
        try rows("WHERE size = ?", [size]).first
    }

    /// Goes through all of them, by size, page by page.
    public func forEach(_ visit: (StoredTimestamp) throws -> Void) throws {
        var next: Int64 = 0
        while true {
            let page = try from(size: next, limit: Limits.pageTimestamps)
            for timestamp in page { try visit(timestamp) }
            guard page.count == Limits.pageTimestamps, let last = page.last, last.size < .max else { return }
            next = last.size + 1
        }
    }

    /// What SQLite finds wrong with the file.
    public func flaws() throws(StorageError) -> [StorageFlaw] {
        try SQLiteFile.attempt("check timestamps.sqlite") {
            try pool.read { db in
                try SQLiteFile.flaws(db, Self.kind, name: "timestamps.sqlite", comparingIndexes: true)
            }
        }
    }

    /// `PRAGMA synchronous` of the connection that writes: 2 is FULL.
    func synchronousLevel() throws(StorageError) -> Int? {
        try SQLiteFile.attempt("read PRAGMA synchronous") {
            try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        }
    }

    private func rows(_ which: String, _ arguments: StatementArguments) throws(StorageError) -> [StoredTimestamp] {
        try SQLiteFile.attempt("read timestamps") {
            try pool.read { db in
                let sql = "SELECT size, note, response, received FROM timestamp \(which)"
                return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                    StoredTimestamp(
                        size: try row.value(0), note: try row.value(1), response: Array(try row.value(2) as Data),
                        received: Instant(milliseconds: try row.value(3)))
                }
            }
        }
    }
}

extension DataFolder {
    /// What outside authorities stated over the log's checkpoints. Not disposable: it cannot be had again.
    public var timestamps: String { path + "/timestamps.sqlite" }
}
