import Foundation
import GRDB

/// One place in which two sets of projections differ.
package struct ProjectionDifference: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable { case missing, extra, changed }

    package let table: String
    /// The row's primary key, column by column; ids in hexadecimal.
    package let key: String
    package let kind: Kind
    /// The columns that differ; empty unless `kind` is `changed`. Values are left out: they may be about a person.
    package let columns: [String]

    package var description: String {
        switch kind {
        case .missing: "\(table) \(key): missing; the log says it should be there"
        case .extra: "\(table) \(key): extra; the log knows nothing of it"
        case .changed:
            "\(table) \(key): \(columns.joined(separator: ", ")) \(columns.count == 1 ? "differs" : "differ") from the log"
        }
    }
}

extension ProjectionReader {
    /// Compares row by row, table by table, in the order of the primary keys; memory does not grow with the tables.
    /// - Parameter replayed: what the log says.
    /// - Returns: the first `limit` differences, and how many there are.
    package func differences(from replayed: ProjectionReader, limit: Int) throws -> (
        shown: [ProjectionDifference], count: Int
    ) {
        var shown: [ProjectionDifference] = []
        var count = 0
        func report(
            _ table: String, _ row: Row, _ key: [String], _ kind: ProjectionDifference.Kind, _ columns: [String] = []
        ) {
            count += 1
            guard shown.count < limit else { return }
            let text = key.map { "\($0)=\(Self.text(row[$0] as DatabaseValue))" }.joined(separator: " ")
            shown.append(ProjectionDifference(table: table, key: text, kind: kind, columns: columns))
        }
        for (table, key) in ProjectionSchema.tables {
            let sql = "SELECT * FROM \(table) ORDER BY \(key.joined(separator: ", "))"
            let live = try Row.fetchCursor(db, sql: sql)
            let truth = try Row.fetchCursor(replayed.db, sql: sql)
            var left = try live.next()?.copy()
            var right = try truth.next()?.copy()
            while left != nil || right != nil {
                switch Self.order(left, right, by: key) {
                case .orderedAscending:
                    if let left { report(table, left, key, .extra) }
                    left = try live.next()?.copy()
                case .orderedDescending:
                    if let right { report(table, right, key, .missing) }
                    right = try truth.next()?.copy()
                case .orderedSame:
                    if let left, let right, left != right {
                        let columns = Array(left.columnNames).filter {
                            (left[$0] as DatabaseValue) != (right[$0] as DatabaseValue)
                        }
                        report(table, left, key, .changed, columns)
                    }
                    left = try live.next()?.copy()
                    right = try truth.next()?.copy()
                }
            }
        }
        return (shown, count)
    }

    private static func order(_ left: Row?, _ right: Row?, by key: [String]) -> ComparisonResult {
        guard let left else { return .orderedDescending }
        guard let right else { return .orderedAscending }
        for column in key {
            let order = order(left[column] as DatabaseValue, right[column] as DatabaseValue)
            if order != .orderedSame { return order }
        }
        return .orderedSame
    }

    /// SQLite's own order of values of one type with binary collation.
    private static func order(_ left: DatabaseValue, _ right: DatabaseValue) -> ComparisonResult {
        switch (left.storage, right.storage) {
        case (.int64(let left), .int64(let right)):
            return left < right ? .orderedAscending : left > right ? .orderedDescending : .orderedSame
        case (.string(let left), .string(let right)): return order(left.utf8, right.utf8)
        case (.blob(let left), .blob(let right)): return order(left, right)
        default: return .orderedSame
        }
    }

    private static func order(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> ComparisonResult {
        if left.lexicographicallyPrecedes(right) { return .orderedAscending }
        return right.lexicographicallyPrecedes(left) ? .orderedDescending : .orderedSame
    }

    private static func text(_ value: DatabaseValue) -> String {
        switch value.storage {
        case .null: "null"
        case .int64(let integer): String(integer)
        case .double(let number): String(number)
        case .string(let text): text
        case .blob(let bytes): bytes.map { String(format: "%02x", $0) }.joined()
        }
    }
}
