import Crypto
import Encodings
import Foundation
import GRDB
import Locking

/// Persons' keys for whoever goes through the whole log.
extension Vault {
    /// Rows that one thread unwraps at a time.
    private static let rowsOfOneThread: Int64 = 4_096

    /// As many persons' keys as a table holds, unwrapped on all cores. A row that cannot be read is left out: who needs it asks the vault, which
    /// says what is wrong.
    package func persons() throws(VaultError) -> PersonTable {
        let (first, last, count) = try read("how many persons there are") { db in
            let row = try Row.fetchOne(db, sql: "SELECT min(rowid), max(rowid), count(*) FROM subject")
            return (row?[0] as Int64? ?? 0, row?[1] as Int64? ?? -1, row?[2] as Int? ?? 0)
        }
        var table = PersonTable()
        table.reserve(persons: count, identifiers: 0)
        let starts = Array(stride(from: first, through: last, by: Int(Self.rowsOfOneThread))).prefix(
            Limits.tabledPersons / Int(Self.rowsOfOneThread))
        let chunks = AllCores.map(Array(starts), atOnce: 1) { start in
            Result { () throws(VaultError) in try keys(from: start, below: start + Self.rowsOfOneThread) }
        }
        for chunk in chunks {
            for (subject, key) in try chunk.get() { table.insert(subject, key: key) }
        }
        return table
    }

    private func keys(from first: Int64, below end: Int64) throws(VaultError) -> [(UniqueID, [UInt8])] {
        let rows = try read("persons' keys") { db in
            try Row.fetchAll(
                db.cachedStatement(sql: "SELECT ref, wrapped FROM subject WHERE rowid >= ? AND rowid < ?"),
                arguments: [first, end]
            ).map { (try $0.value(0) as Data, try $0.value(1) as Data) }
        }
        return rows.compactMap { reference, wrapped in
            guard let subject = UniqueID(bytes: reference),
                let key = try? Sealed.open(wrapped, under: wrappingKey, for: subject.bytes), key.count == 32
            else { return nil }
            return (subject, key)
        }
    }
}
