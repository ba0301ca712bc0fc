import Encodings
import EventStore
import Foundation
import GRDB

extension PeerReplica {
    /// Reads how far the replica has got. It was verified before it was written; what is checked here is that file and memory agree.
    static func load(_ state: inout ReplicaState, _ pool: DatabasePool) throws(ReplicaError) {
        var loaded = state
        try ReplicaError.storage { () throws(StorageError) in
            try SQLiteFile.attempt("read the replica") {
                try pool.read { db in
                    try loadProgress(&loaded, db)
                    try loadEntries(&loaded, db)
                    try loadStatement(&loaded, db)
                }
            }
        }
        state = loaded
    }

    private static func loadProgress(_ state: inout ReplicaState, _ db: Database) throws {
        guard
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT progress.size, late, note FROM progress JOIN checkpoint ON checkpoint.size = progress.checkpoint
                    ORDER BY number DESC LIMIT 1
                    """)
        else { return }
        let size: Int64 = try row.value(0)
        state.cursor = Cursor(size: size, late: try row.value(1))
        state.checkpoint = try SignedCheckpoint(parsing: try row.value(2))
        var levels: [[MerkleHash]] = []
        while TilePlace.hashCount(level: levels.count, size: size) > 0 {
            levels.append(try lastHashes(level: levels.count, size: size, db))
        }
        guard let edge = TreeEdge(size: size, levels: levels) else { throw damaged("leaves are missing") }
        // Else the next piece would not fit, and what is wrong here would be held against the peer.
        if let checkpoint = state.checkpoint?.checkpoint, checkpoint.size == size, checkpoint.root != edge.root {
            throw damaged("the leaves do not give the root that was signed")
        }
        state.edge = edge
    }

    /// The hashes of a level's last tile, as far as it is not full.
    private static func lastHashes(level: Int, size: Int64, _ db: Database) throws -> [MerkleHash] {
        let count = TilePlace.hashCount(level: level, size: size)
        let range = (count - TilePlace.lastWidth(level: level, size: size))..<count
        if level == 0 { return try leaves(range, db) }
        return try range.map { number in
            guard let hashes = try tile(TilePlace(level: level - 1, number: number), db) else {
                throw damaged("a tile is missing")
            }
            return Merkle.root(of: hashes)
        }
    }

    static func leaves(_ range: Range<Int64>, _ db: Database) throws -> [MerkleHash] {
        let rows = try Data.fetchAll(
            db.cachedStatement(sql: "SELECT hash FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx"),
            arguments: [range.lowerBound, range.upperBound])
        let hashes = rows.compactMap { MerkleHash($0) }
        guard hashes.count == range.count else { throw damaged("leaves are missing") }
        return hashes
    }

    /// The 256 hashes of a full tile; those of the lowest level are the leaves.
    static func tile(_ place: TilePlace, _ db: Database) throws -> [MerkleHash]? {
        if place.level == 0 {
            let first = place.number * TilePlace.width
            return try leaves(first..<(first + TilePlace.width), db)
        }
        let bytes = try Data.fetchOne(
            db.cachedStatement(sql: "SELECT hashes FROM tile WHERE level = ? AND n = ?"),
            arguments: [place.level, place.number])
        guard let bytes, bytes.count == TilePlace.fullBytes else { return nil }
        return stride(from: 0, to: bytes.count, by: MerkleHash.byteCount).compactMap { start in
            MerkleHash(bytes.dropFirst(start).prefix(MerkleHash.byteCount))
        }
    }

    /// Which entries are here, the keys that they announce, and what they release that is not.
    private static func loadEntries(_ state: inout ReplicaState, _ db: Database) throws {
        var released: Set<UniqueID> = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT entry.idx, hash, bytes, late, (SELECT sealed FROM body WHERE body.idx = entry.idx ORDER BY number LIMIT 1)
                FROM entry JOIN leaf ON leaf.idx = entry.idx ORDER BY entry.idx
                """)
        while let row = try rows.next() {
            let index: Int64 = try row.value(0)
            guard let hash = MerkleHash(try row.value(1) as Data),
                let entry = try? Entry(parsing: Array(try row.value(2) as Data)), entry.leafHash == hash
            else { throw damaged("an entry is not the tree's") }
            state.addressed.insert(index, hash)
            if try !row.value(3) as Bool { state.lastRecorded = entry.recorded }
            released.formUnion(entry.releases)
            guard BodyVerifier.isForEverybody(entry), let sealed = Data.fromDatabaseValue(row[4]) else { continue }
            // Keys are learnt from it, so it is held against the tree as well.
            guard let body = OpenedBody(plain: Array(sealed)), body.fits(entry.commitment) else {
                throw damaged("a body is not its entry's")
            }
            guard let event = try? body.event() else { continue }
            state.authors.follow(entry, event, at: index)
            if index > 0, let key = state.authors.announcedCheckpointKey(entry, event) {
                try? state.keys.rotate(to: key, at: index)
            }
        }
        state.awaited = try Set(released.filter { try place(of: $0, db) == nil })
    }

    static func place(of id: UniqueID, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT idx FROM entry WHERE id = ?"), arguments: [Data(id.bytes)])
    }

    private static func loadStatement(_ state: inout ReplicaState, _ db: Database) throws {
        let jws = try Data.fetchOne(db, sql: "SELECT jws FROM statement ORDER BY number DESC LIMIT 1")
        guard let jws else { return }
        guard let statement = VerifiedAudienceStatement(stored: Array(jws)) else { throw damaged("a statement") }
        state.statement = statement
        state.keptStatement = statement.statement
    }

    static func damaged(_ what: String) -> StorageError {
        .failed("the replica is damaged (\(what)); move it away and have the peer ship everything again")
    }
}
