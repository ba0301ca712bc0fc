import Encodings
import Foundation
import GRDB
import SharingModel

/// Reads of one snapshot, or of the transaction of a writer. It says what is there; who may see it is decided elsewhere.
package struct ProjectionReader {
    let db: Database
    let statements: StatementShelf

    /// - Parameter statements: those of a writer, whose transaction this reads; a reader has its own.
    init(db: Database, statements: StatementShelf? = nil) {
        self.db = db
        self.statements = statements ?? StatementShelf(db)
    }

    package func position() throws -> ProjectionStore.Position {
        guard let row = try Row.fetchOne(db, sql: "SELECT size, root FROM position") else {
            throw ProjectionError.damaged(table: "position")
        }
        return .init(size: row["size"], root: [UInt8](row["root"] as Data))
    }

    func first(_ sql: StaticString, _ arguments: StatementArguments) throws -> Row? {
        try Row.fetchOne(db.cachedStatement(sql: "\(sql)"), arguments: arguments)
    }

    func all(_ sql: StaticString, _ arguments: StatementArguments = []) throws -> [Row] {
        try Row.fetchAll(db.cachedStatement(sql: "\(sql)"), arguments: arguments)
    }
}

/// Values as they stand in columns. A value that cannot be read back means a damaged row, and says of which table.
struct Column {
    let table: String

    func id(_ row: Row, _ column: String) throws -> UniqueID {
        guard let id = try optionalID(row, column) else { throw ProjectionError.damaged(table: table) }
        return id
    }

    func optionalID(_ row: Row, _ column: String) throws -> UniqueID? {
        guard let data = row[column] as Data? else { return nil }
        guard let id = UniqueID(bytes: data) else { throw ProjectionError.damaged(table: table) }
        return id
    }

    func agency(_ row: Row, _ column: String) throws -> AgencyID {
        guard let agency = try? AgencyID(row[column] as String) else { throw ProjectionError.damaged(table: table) }
        return agency
    }

    func value<Value: RawRepresentable>(_ row: Row, _ column: String, as type: Value.Type = Value.self) throws -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: row[column] as String) else { throw ProjectionError.damaged(table: table) }
        return value
    }

    func json(_ row: Row, _ column: String) throws -> JSON {
        guard let json = try? JSON.parse(row[column] as String) else { throw ProjectionError.damaged(table: table) }
        return json
    }

    func list<Element>(_ row: Row, _ column: String, _ element: (String) -> Element?) throws -> [Element] {
        guard let array = try json(row, column).array else { throw ProjectionError.damaged(table: table) }
        return try array.map {
            guard let text = $0.string, let element = element(text) else { throw ProjectionError.damaged(table: table) }
            return element
        }
    }

    func instant(_ row: Row, _ column: String) -> Instant { Instant(milliseconds: row[column]) }
}
