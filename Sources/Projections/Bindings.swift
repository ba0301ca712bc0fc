import Encodings
import Foundation
import GRDB
import GRDBSQLite

/// What can stand for a question mark of a statement.
///
/// Beside the database library's own arguments, because those are boxed, copied and checked for each row, which costs more than writing the row:
/// these go from where they are into SQLite.
protocol Bindable {
    /// - Returns: SQLite's result code.
    func bind(to statement: OpaquePointer, at place: Int32) -> Int32
}

/// What stands for the question marks of a statement, in their order; nil is NULL.
struct Bindings: ExpressibleByArrayLiteral {
    let values: [(any Bindable)?]

    private init(_ values: [(any Bindable)?]) { self.values = values }

    init(arrayLiteral values: (any Bindable)?...) { self.values = values }

    static func + (left: Bindings, right: Bindings) -> Bindings { Bindings(left.values + right.values) }
}

/// SQLite is to copy what it is given: it outlives no call.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Int64: Bindable {
    func bind(to statement: OpaquePointer, at place: Int32) -> Int32 { sqlite3_bind_int64(statement, place, self) }
}

extension Int: Bindable {
    func bind(to statement: OpaquePointer, at place: Int32) -> Int32 { Int64(self).bind(to: statement, at: place) }
}

extension Bool: Bindable {
    func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
        sqlite3_bind_int64(statement, place, self ? 1 : 0)
    }
}

extension String: Bindable {
    func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
        var text = self
        return text.withUTF8 { utf8 in
            // An empty text has no address, and without one SQLite would take it for NULL.
            guard let base = utf8.baseAddress else { return sqlite3_bind_text(statement, place, "", 0, copied) }
            return base.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                sqlite3_bind_text(statement, place, $0, Int32(utf8.count), copied)
            }
        }
    }
}

extension Data: Bindable {
    func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return sqlite3_bind_zeroblob(statement, place, 0) }
            return sqlite3_bind_blob(statement, place, base, Int32(bytes.count), copied)
        }
    }
}

/// An id as it stands in a column: its 16 bytes.
struct IDBlob: Bindable, DatabaseValueConvertible {
    let id: UniqueID

    func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
        withUnsafeBytes(of: id.bigEndian) { bytes in
            sqlite3_bind_blob(statement, place, bytes.baseAddress, Int32(bytes.count), copied)
        }
    }

    var databaseValue: DatabaseValue { Data(id.bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> IDBlob? {
        Data.fromDatabaseValue(value).flatMap { UniqueID(bytes: $0) }.map(IDBlob.init)
    }
}

extension UniqueID {
    /// As it stands in a column.
    var blob: IDBlob { IDBlob(id: self) }
}

/// The statements of one transaction, prepared once, and found by where their text lies in the program.
final class StatementShelf {
    private let db: Database
    private var statements: [UnsafeRawPointer: Statement] = [:]

    init(_ db: Database) { self.db = db }

    /// Runs a statement that gives no rows.
    /// - Throws: `DatabaseError`
    func run(_ sql: StaticString, _ bindings: Bindings) throws {
        try withBound(sql, bindings) { handle in
            guard sqlite3_step(handle) == SQLITE_DONE else { throw error(sql) }
        }
    }

    /// What `read` makes of the first row that a query gives; nil where it gives none.
    /// - Parameters:
    ///   - table: of which the row is.
    ///   - read: must not ask the same query again.
    /// - Throws: `DatabaseError`, and what `read` throws.
    func first<Value>(
        _ sql: StaticString, _ bindings: Bindings, of table: String, _ read: (Cells) throws -> Value
    ) throws -> Value? {
        try withBound(sql, bindings) { handle in
            try next(handle, sql) ? try read(Cells(statement: handle, table: table)) : nil
        }
    }

    /// What `read` makes of each row that a query gives, in their order. As `first` otherwise.
    func all<Value>(
        _ sql: StaticString, _ bindings: Bindings, of table: String, _ read: (Cells) throws -> Value
    ) throws -> [Value] {
        try withBound(sql, bindings) { handle in
            var values: [Value] = []
            while try next(handle, sql) { values.append(try read(Cells(statement: handle, table: table))) }
            return values
        }
    }

    /// Whether a query gives any row.
    func has(_ sql: StaticString, _ bindings: Bindings) throws -> Bool {
        try withBound(sql, bindings) { try next($0, sql) }
    }

    private func next(_ handle: OpaquePointer, _ sql: StaticString) throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw error(sql)
        }
    }

    private func withBound<Value>(
        _ sql: StaticString, _ bindings: Bindings, _ work: (OpaquePointer) throws -> Value
    ) throws -> Value {
        let statement = try statement(sql)
        let handle = statement.sqliteStatement
        guard Int(sqlite3_bind_parameter_count(handle)) == bindings.values.count else {
            throw DatabaseError(resultCode: .SQLITE_RANGE, message: "as many values as question marks", sql: "\(sql)")
        }
        // Whatever happens, no lock and no value stays behind in the statement.
        defer { sqlite3_reset(handle) }
        for (place, value) in zip(Int32(1)..., bindings.values) {
            let code = value?.bind(to: handle, at: place) ?? sqlite3_bind_null(handle, place)
            guard code == SQLITE_OK else { throw error(sql) }
        }
        return try work(handle)
    }

    private func statement(_ sql: StaticString) throws -> Statement {
        let place = UnsafeRawPointer(sql.utf8Start)
        if let statement = statements[place] { return statement }
        let statement = try db.cachedStatement(sql: "\(sql)")
        statements[place] = statement
        return statement
    }

    /// What the connection says went wrong; never what was to be written.
    private func error(_ sql: StaticString) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
            message: db.lastErrorMessage, sql: "\(sql)")
    }
}
