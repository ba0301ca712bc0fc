import Encodings
import Foundation
import GRDBSQLite
import SharingModel

/// The columns of the row on which a statement stands, by their places from 0 on, for what is read with every event.
///
/// The database library copies each row and finds columns by their names, which costs several times as much as reading what is in them.
struct Cells {
    let statement: OpaquePointer
    /// For saying where damage is.
    let table: String

    var damaged: ProjectionError { .damaged(table: table) }

    func optionalNumber(_ place: Int32) -> Int64? {
        sqlite3_column_type(statement, place) == SQLITE_NULL ? nil : sqlite3_column_int64(statement, place)
    }

    func number(_ place: Int32) -> Int64 { sqlite3_column_int64(statement, place) }

    func flag(_ place: Int32) -> Bool { number(place) != 0 }

    func optionalText(_ place: Int32) -> String? {
        guard let text = sqlite3_column_text(statement, place) else { return nil }
        let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, place)))
        return String(decoding: bytes, as: UTF8.self)
    }

    func text(_ place: Int32) throws -> String {
        guard let text = optionalText(place) else { throw damaged }
        return text
    }

    func optionalID(_ place: Int32) throws -> UniqueID? {
        guard sqlite3_column_type(statement, place) != SQLITE_NULL else { return nil }
        // Nil for a blob without bytes.
        let bytes = sqlite3_column_blob(statement, place)
        let count = Int(sqlite3_column_bytes(statement, place))
        guard let id = UniqueID(bytes: UnsafeRawBufferPointer(start: bytes, count: count)) else { throw damaged }
        return id
    }

    func id(_ place: Int32) throws -> UniqueID {
        guard let id = try optionalID(place) else { throw damaged }
        return id
    }

    func agency(_ place: Int32) throws -> AgencyID {
        guard let agency = try? AgencyID(text(place)) else { throw damaged }
        return agency
    }

    func value<Value: RawRepresentable>(_ place: Int32, as type: Value.Type = Value.self) throws -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: try text(place)) else { throw damaged }
        return value
    }

    func list<Element>(_ place: Int32, _ element: (String) -> Element?) throws -> [Element] {
        guard let array = (try? JSON.parse(text(place)))?.array else { throw damaged }
        return try array.map {
            guard let text = $0.string, let element = element(text) else { throw damaged }
            return element
        }
    }
}
