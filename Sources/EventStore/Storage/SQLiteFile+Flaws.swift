import Foundation
import GRDB

extension SQLiteFile {
    /// Lines of SQLite's own check that are listed.
    private static let listedLines = 20

    /// What SQLite says of the file's structure, and whether the schema is still the one that this library makes.
    ///
    /// `quick_check` reads every page and leaves out only the comparison of indexes with their tables; `integrity_check`
    /// makes that too, and takes several times as long.
    static func flaws(_ db: Database, _ kind: Kind, name: String, comparingIndexes: Bool) throws -> [StorageFlaw] {
        var flaws: [StorageFlaw] = []
        let pragma = comparingIndexes ? "integrity_check" : "quick_check"
        let lines = try String.fetchAll(db, sql: "PRAGMA \(pragma)(\(listedLines))")
        for line in lines where line != "ok" {
            flaws.append(StorageFlaw(.fileDamaged, "\(name): SQLite says: \(line.prefix(200))"))
        }
        if comparingIndexes, try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") != nil {
            flaws.append(StorageFlaw(.strayRows, "\(name): a row refers to another that is not there"))
        }
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        // A file of an earlier version is sound as that version made it: it is upgraded when it is next opened for writing.
        let isKnown = (kind.oldest...kind.version).contains(version)
        if !isKnown {
            flaws.append(StorageFlaw(.schemaChanged, "\(name): has version \(version), expected \(kind.version)"))
        }
        let expected = try schema(of: kind, version: isKnown ? version : kind.version)
        let found = try schema(db)
        for part in Set(expected.keys).union(found.keys).sorted() where expected[part] != found[part] {
            let what = found[part] == nil ? "is missing" : expected[part] == nil ? "is not ours" : "was altered"
            // A name that is not ours may hold anything, so it is not repeated.
            let label = expected[part] == nil ? "a table, index or trigger" : "`\(part)`"
            flaws.append(StorageFlaw(.schemaChanged, "\(name): \(label) \(what) in the schema"))
        }
        return flaws
    }

    /// The names of a schema's parts, each with how it was made.
    static func schema(_ db: Database) throws -> [String: [String]] {
        var parts: [String: [String]] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT name, type, tbl_name, sql FROM sqlite_master") {
            parts[row["name"] ?? ""] = [row["type"] ?? "", row["tbl_name"] ?? "", row["sql"] ?? ""]
        }
        return parts
    }

    /// The schema that this library makes.
    /// - Parameter version: from the oldest that can be read on; nil for the newest.
    static func schema(of kind: Kind, version: Int? = nil) throws -> [String: [String]] {
        let queue = try DatabaseQueue()
        return try queue.write { db in
            try db.execute(sql: kind.schema)
            for sql in kind.upgrades.prefix((version ?? kind.version) - kind.oldest) { try db.execute(sql: sql) }
            return try schema(db)
        }
    }
}

extension SQLiteLogStorage {
    public func flaws() throws(StorageError) -> [StorageFlaw] {
        try read("the log's file") { db in
            var flaws = try SQLiteFile.flaws(db, Self.kind, name: "log.sqlite", comparingIndexes: false)
            let size = "(SELECT coalesce(max(idx) + 1, 0) FROM entry)"
            for (table, outside) in [
                ("entry", "idx < 0"), ("body", "idx < 0 OR idx >= \(size)"),
                ("checkpoint", "size < 0 OR size > \(size)"),
            ] {
                let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table) WHERE \(outside)") ?? 0
                guard count > 0 else { continue }
                let rows = count == 1 ? "1 row" : "\(count) rows"
                flaws.append(
                    StorageFlaw(.strayRows, "log.sqlite: `\(table)` has \(rows) at positions the log never had"))
            }
            return try flaws + Self.tilesBesideTheirIndex(db)
        }
    }

    /// `quick_check` does not compare this index with its table. Verification looks tiles up by the index; the same columns in
    /// the table are read by nobody, until an index is built anew from them. Entries' are compared as they are read.
    private static func tilesBesideTheirIndex(_ db: Database) throws -> [StorageFlaw] {
        let sql = """
            SELECT count(*) FROM tile t NOT INDEXED WHERE NOT EXISTS (
                SELECT 1 FROM tile i INDEXED BY sqlite_autoindex_tile_1
                WHERE i.level = t.level AND i.n = t.n AND i.rowid = t.rowid)
            """
        guard let count = try Int.fetchOne(db, sql: sql), count > 0 else { return [] }
        let rows = count == 1 ? "1 row" : "\(count) rows"
        return [StorageFlaw(.fileDamaged, "log.sqlite: `tile` has \(rows) that the index does not have so")]
    }
}
