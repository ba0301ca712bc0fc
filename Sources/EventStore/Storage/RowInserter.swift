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
    package func bind(_ number: Int64, at place: Int32) { sqlite3_bind_int64(statement.sqliteStatement, place, number) }

    package func bind(_ bytes: [UInt8], at place: Int32) { bytes.withUnsafeBytes { bind($0, at: place) } }

    package func bind(_ bytes: Data, at place: Int32) { bytes.withUnsafeBytes { bind($0, at: place) } }

    /// SQLite copies the bytes before this returns.
    package func bind(_ bytes: UnsafeRawBufferPointer, at place: Int32) {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            sqlite3_bind_zeroblob(statement.sqliteStatement, place, 0)
            return
        }
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_blob64(statement.sqliteStatement, place, start, UInt64(bytes.count), copied)
    }

    /// Inserts a row of what is bound.
    /// - Returns: whether there is a row more; not, where the statement says that a conflict changes nothing.
    @discardableResult
    package func insert() throws -> Bool {
        let code = sqlite3_step(statement.sqliteStatement)
        guard code == SQLITE_DONE else {
            let message = sqlite3_errmsg(db.sqliteConnection).map { String(cString: $0) }
            sqlite3_reset(statement.sqliteStatement)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
        let count = sqlite3_changes(db.sqliteConnection)
        sqlite3_reset(statement.sqliteStatement)
        return count > 0
    }
}
