import Foundation
package import GRDB

extension SQLiteFile {
    /// Looks many keys of one length up in one statement: SQLite walks through them by itself, which costs a third of asking for each.
    /// - Parameters:
    ///   - keys: each of `length` bytes.
    ///   - query: a query for one column of the row of one key, up to where the key stands.
    ///   - visit: is given the place of each key in `keys`, and a row whose second column is what was found, or NULL.
    package static func lookUp(
        _ keys: some Sequence<[UInt8]>, of length: Int, _ query: StaticString, _ db: Database,
        _ visit: (Int, Row) throws -> Void
    ) throws {
        var joined = Data()
        for key in keys { joined.append(contentsOf: key) }
        let count = joined.count / length
        guard count > 0 else { return }
        let statement = try db.cachedStatement(
            sql: """
                WITH RECURSIVE place(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM place WHERE n + 1 < ?2)
                SELECT n, (\(query)substr(?1, n * \(length) + 1, \(length))) FROM place
                """)
        let rows = try Row.fetchCursor(statement, arguments: [joined, count])
        while let row = try rows.next() {
            let place: Int = try row.value(0)
            guard (0..<count).contains(place) else { continue }
            try visit(place, row)
        }
    }
}
