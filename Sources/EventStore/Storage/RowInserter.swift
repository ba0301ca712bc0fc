package import Foundation
package import GRDB
import GRDBSQLite

/// Inserts many rows, one after the other, through one prepared statement.
///
/// It binds values as SQLite's own functions do. GRDB makes a value of its own of each of them first, which for small rows costs more than the
/// insertion itself.
package struct RowInserter {
    private let db: Database
    /// Kept by the database as long as it is open.
    private let statement: Statement

    /// - Parameter sql: an INSERT, with a parameter for each value.
    package init(_ db: Database, _ sql: String) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql)
        sqlite3_reset(statement.sqliteStatement)
    }

    /// - Parameter place: of the parameter, from 1 on.
    /// - Throws: `DatabaseError`; what was bound there before stays, so nothing may be inserted.
    package func bind(_ number: Int64, at place: Int32) throws {
        try check(sqlite3_bind_int64(statement.sqliteStatement, place, number), SQLITE_OK)
    }

    package func bind(_ bytes: [UInt8], at place: Int32) throws {
        try bytes.withUnsafeBytes { try bind($0, at: place) }
    }

    package func bind(_ bytes: Data, at place: Int32) throws { try bytes.withUnsafeBytes { try bind($0, at: place) } }

    /// SQLite copies the bytes before this returns.
    package func bind(_ bytes: UnsafeRawBufferPointer, at place: Int32) throws {
        let handle = statement.sqliteStatement
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return try check(sqlite3_bind_zeroblob(handle, place, 0), SQLITE_OK)
        }
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        try check(sqlite3_bind_blob64(handle, place, start, UInt64(bytes.count), copied), SQLITE_OK)
    }

    /// Inserts a row of what is bound.
    /// - Returns: whether there is a row more; not, where the statement says that a conflict changes nothing.
    @discardableResult
    package func insert() throws -> Bool {
        defer { sqlite3_reset(statement.sqliteStatement) }
        try check(sqlite3_step(statement.sqliteStatement), SQLITE_DONE)
        return sqlite3_changes(db.sqliteConnection) > 0
    }

    private func check(_ code: Int32, _ good: Int32) throws {
        guard code != good else { return }
        throw DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
            message: db.lastErrorMessage)
    }
}
