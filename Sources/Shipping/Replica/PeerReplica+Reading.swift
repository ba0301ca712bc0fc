package import Encodings
package import EventStore
import Foundation
import GRDB

/// An event of a peer's log that is here.
package struct ReplicatedEvent: Sendable {
    package let index: Int64
    package let entry: Entry
    package let body: ReplicatedBody
}

package enum ReplicatedBody: Sendable {
    /// The JWS with the disclosures that were released, so far.
    case present(OpenedBody)
    /// An erasure destroyed it, at the peer or here.
    case erased

    package var opened: OpenedBody? { if case .present(let body) = self { body } else { nil } }
}

extension PeerReplica: ReplicaLookup {
    package func leaf(at index: Int64) throws(StorageError) -> MerkleHash? {
        try read("a leaf") { db in
            try Data.fetchOne(db.cachedStatement(sql: "SELECT hash FROM leaf WHERE idx = ?"), arguments: [index])
                .flatMap { MerkleHash($0) }
        }
    }

    package func places(of ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64] {
        try read("the places of events") { db in
            var places: [UniqueID: Int64] = [:]
            let query: StaticString = "SELECT idx FROM entry WHERE id = "
            try SQLiteFile.lookUp(ids.lazy.map(\.bytes), of: 16, query, db) { place, row in
                if let index = Int64.fromDatabaseValue(row[1]) { places[ids[place]] = index }
            }
            return places
        }
    }

    func read<Result>(_ what: String, _ work: (Database) throws -> Result) throws(StorageError) -> Result {
        try SQLiteFile.attempt("read \(what) in the replica") { try pool.read(work) }
    }

    /// The events from a position on, in the order of the peer's log: for projections and replays.
    /// - Parameters:
    ///   - size: only what the peer's log had at this size.
    ///   - limit: bodies of as many are in memory.
    package func events(from index: Int64, below size: Int64, limit: Int) throws(ReplicaError) -> [ReplicatedEvent] {
        let rows = try ReplicaError.storage { () throws(StorageError) in
            try read("events") { db in
                try Row.fetchAll(
                    db.cachedStatement(
                        sql: Self.select + "WHERE entry.idx >= ? AND entry.idx < ? ORDER BY entry.idx LIMIT ?"),
                    arguments: [index, size, limit]
                ).map { try Self.row($0) }
            }
        }
        return try open(rows, asItCame: false)
    }

    /// When something was committed last; nil if nothing was. A poll that brought nothing new leaves no trace.
    package func lastProgress() throws(ReplicaError) -> Instant? {
        try ReplicaError.storage { () throws(StorageError) in
            try read("progress") { db in
                try Int64.fetchOne(db, sql: "SELECT time FROM progress ORDER BY number DESC LIMIT 1")
            }
        }.map { Instant(milliseconds: $0) }
    }

    /// One event; nil if it did not come.
    package func event(_ id: UniqueID) throws(ReplicaError) -> ReplicatedEvent? {
        let row = try ReplicaError.storage { () throws(StorageError) in
            try read("an event") { db in
                try Row.fetchOne(
                    db.cachedStatement(sql: Self.select + "WHERE entry.id = ?"), arguments: [Data(id.bytes)]
                ).map { try Self.row($0) }
            }
        }
        guard let row else { return nil }
        return try open(row)
    }

    /// The peer's tree, from leaves that were verified here.
    func tree() -> TileTree {
        TileTree(edge: state.edge) { [self] (place: TilePlace) throws(LogError) in
            do throws(StorageError) {
                return try read("a tile") { db in try Self.tile(place, db)?.flatMap(\.bytes) }
            } catch {
                throw .storage(error)
            }
        }
    }

    /// The proof that the tree of one size begins with that of another: for a witness's request, from leaves that were verified here.
    package func consistencyProof(from old: Int64, to new: Int64) throws(LogError) -> [MerkleHash] {
        var tree = tree()
        return try tree.consistencyProof(from: old, to: new)
    }

    struct StoredRow {
        let index: Int64
        let entry: Data
        let sealed: Data?
        let isErased: Bool
    }

    private static let select = select(body: "DESC")

    /// - Parameter order: of the bodies, of which the first is taken: the newest, or the one that came first.
    static func select(body order: String) -> String {
        """
        SELECT entry.idx, entry.bytes, (SELECT sealed FROM body WHERE body.idx = entry.idx ORDER BY number \(order) LIMIT 1),
            EXISTS (SELECT 1 FROM erasure WHERE erasure.idx = entry.idx)
        FROM entry\u{20}
        """
    }

    static func row(_ row: Row) throws -> StoredRow {
        StoredRow(
            index: try row.value(0), entry: try row.value(1), sealed: Data.fromDatabaseValue(row[2]),
            isErased: try row.value(3))
    }

    /// Opens many rows: the keys of their persons are looked up together.
    func open(_ rows: [StoredRow], asItCame: Bool) throws(ReplicaError) -> [ReplicatedEvent] {
        var read: [(row: StoredRow, entry: Entry, reference: UniqueID?)] = []
        read.reserveCapacity(rows.count)
        for row in rows {
            let entry = try Self.entry(of: row)
            read.append((row, entry, entry.subject.map { Vault.reference(to: $0, at: origin) }))
        }
        let references = Set(read.compactMap(\.reference))
        try ReplicaError.vault { () throws(VaultError) in try vault.prefetchKeys(of: references) }
        var events: [ReplicatedEvent] = []
        events.reserveCapacity(rows.count)
        for (row, entry, reference) in read { events.append(try open(row, entry, reference, asItCame: asItCame)) }
        return events
    }

    func open(_ row: StoredRow, asItCame: Bool = false) throws(ReplicaError) -> ReplicatedEvent {
        let entry = try Self.entry(of: row)
        return try open(
            row, entry, entry.subject.map { Vault.reference(to: $0, at: origin) }, asItCame: asItCame)
    }

    private static func entry(of row: StoredRow) throws(ReplicaError) -> Entry {
        guard let entry = try? Entry(parsing: Array(row.entry)) else { throw .damaged("an entry") }
        return entry
    }

    /// - Parameter reference: under which the vault has the key of the entry's person.
    private func open(
        _ row: StoredRow, _ entry: Entry, _ reference: UniqueID?, asItCame: Bool
    ) throws(ReplicaError) -> ReplicatedEvent {
        guard asItCame || !row.isErased, let sealed = row.sealed else {
            return ReplicatedEvent(index: row.index, entry: entry, body: .erased)
        }
        var plain: [UInt8]? = Array(sealed)
        if let reference {
            plain = try ReplicaError.vault { () throws(VaultError) in
                try vault.openReplicated(SealedBody(bytes: Array(sealed)), under: reference, event: entry.id)
            }
        }
        guard let plain else { return ReplicatedEvent(index: row.index, entry: entry, body: .erased) }
        guard let body = OpenedBody(plain: plain), body.fits(entry.commitment) else {
            throw .damaged("a body")
        }
        return ReplicatedEvent(index: row.index, entry: entry, body: .present(body))
    }
}
