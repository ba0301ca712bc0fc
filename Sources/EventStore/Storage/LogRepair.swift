import Foundation
import GRDB

/// Rebuilds what a log's file holds twice: SQLite's indexes, missing triggers, and the full tiles, which follow from
/// the entries. Entries, bodies and checkpoints are evidence, and are never touched.
public enum LogRepair {
    /// What was done.
    public struct Outcome: Sendable, Hashable {
        /// Full tiles that were missing, and written.
        public internal(set) var tilesAdded = 0
        /// Full tiles that had other hashes than the entries give, and were written anew.
        public internal(set) var tilesReplaced = 0
        /// Full tiles that no log of this size has, and were removed.
        public internal(set) var tilesRemoved = 0
        /// Triggers that were missing, and made again.
        public internal(set) var triggersMade = 0
        /// Why the tiles were left as they are; nil where they are right now.
        public internal(set) var tilesLeft: String?
        /// Why the indexes could not be rebuilt; nil where they were.
        public internal(set) var indexesLeft: String?

        public var changedAnything: Bool { tilesAdded + tilesReplaced + tilesRemoved + triggersMade > 0 }
    }

    /// Entries that are in memory at once.
    private static let entriesAtOnce: Int64 = 1024

    /// Repairs the file of a log that nobody else has open.
    ///
    /// The tiles are rebuilt only if the entries give the root of the newest checkpoint: where they do not, the tiles
    /// may be all that still says what the entries were.
    /// - Parameter keys: the keys that signed its checkpoints.
    /// - Throws: `StorageError`; nothing was changed then.
    public static func run(path: String, keys: CheckpointKeys) throws(StorageError) -> Outcome {
        guard FileManager.default.fileExists(atPath: path) else { throw .notThere(path: path) }
        let storage = try SQLiteLogStorage(path: path)
        var outcome = Outcome()
        do throws(StorageError) {
            // In a transaction of its own: it fails where two entries have one id.
            try storage.pool.commit("rebuild the log's indexes") { try $0.execute(sql: "REINDEX") }
        } catch {
            outcome.indexesLeft = error.description
        }
        let expected = try expectedTiles(of: storage, keys)
        try storage.pool.commit("repair the log") { db in
            switch expected {
            case .tiles(let tiles): try rebuild(tiles, in: db, &outcome)
            case .unproven(let reason): outcome.tilesLeft = reason
            }
            outcome.triggersMade += try makeTriggers(in: db)
        }
        return outcome
    }

    private enum Expected {
        case tiles([TilePlace: [UInt8]])
        case unproven(String)
    }

    /// The full tiles that the entries give, if the entries are what was signed. A log of a million entries has 3,922,
    /// which are 32 MB.
    private static func expectedTiles(of storage: SQLiteLogStorage, _ keys: CheckpointKeys) throws(StorageError)
        -> Expected
    {
        guard let stored = try storage.newestCheckpoint() else { return .unproven("there is no checkpoint") }
        let checkpoint: Checkpoint
        do throws(NoteError) {
            checkpoint = try SignedCheckpoint(parsing: stored.note).verified(by: keys)
        } catch {
            return .unproven("the newest checkpoint cannot be believed: \(error)")
        }
        let count = try storage.entryCount()
        guard checkpoint.size == stored.size, count == stored.size else {
            return .unproven("the newest checkpoint is for \(checkpoint.size) entries, stored are \(count)")
        }
        var edge = TreeEdge()
        var tiles: [FullTile] = []
        var start: Int64 = 0
        while start < count {
            let end = min(start + entriesAtOnce, count)
            let entries = try storage.entries(in: start..<end)
            guard entries.count == Int(end - start) else { return .unproven("entries are missing from \(start) on") }
            for entry in entries { edge.append(.leaf(entry.bytes), full: &tiles) }
            start = end
        }
        guard edge.root == checkpoint.root else { return .unproven("the entries do not give the root that was signed") }
        return .tiles(Dictionary(tiles.map { ($0.place, $0.hashes) }) { first, _ in first })
    }

    private static func rebuild(_ tiles: [TilePlace: [UInt8]], in db: Database, _ outcome: inout Outcome) throws {
        var missing = tiles
        var wrong: [TilePlace] = []
        var stray: [Int64] = []
        let rows = try Row.fetchCursor(db, sql: "SELECT rowid, level, n, hashes FROM tile")
        while let row = try rows.next() {
            let place = TilePlace(level: try row.value(1), number: try row.value(2))
            guard let expected = missing.removeValue(forKey: place) else {
                stray.append(try row.value(0))
                continue
            }
            if Data.fromDatabaseValue(row[3]).map(Array.init) != expected { wrong.append(place) }
        }
        guard !missing.isEmpty || !wrong.isEmpty || !stray.isEmpty else { return }
        // The triggers that guard the tiles are made again below, in the same transaction.
        for verb in ["update", "delete"] { try db.execute(sql: "DROP TRIGGER IF EXISTS tile_no_\(verb)") }
        for row in stray { try db.execute(sql: "DELETE FROM tile WHERE rowid = ?", arguments: [row]) }
        for place in wrong {
            try db.execute(
                sql: "UPDATE tile SET hashes = ? WHERE level = ? AND n = ?",
                arguments: [tiles[place].map { Data($0) }, place.level, place.number])
        }
        for (place, hashes) in missing {
            try db.execute(
                sql: "INSERT INTO tile(level, n, hashes) VALUES (?, ?, ?)",
                arguments: [place.level, place.number, Data(hashes)])
        }
        outcome.tilesAdded = missing.count
        outcome.tilesReplaced = wrong.count
        outcome.tilesRemoved = stray.count
        outcome.triggersMade -= 2
    }

    /// Makes the triggers that are missing, or were altered.
    /// - Returns: how many.
    private static func makeTriggers(in db: Database) throws -> Int {
        let expected = try SQLiteFile.schema(of: SQLiteLogStorage.kind)
        let found = try SQLiteFile.schema(db)
        var made = 0
        for (name, part) in expected where part[0] == "trigger" && found[name] != part {
            try db.execute(sql: "DROP TRIGGER IF EXISTS \(name)")
            try db.execute(sql: part[2])
            made += 1
        }
        return made
    }
}
