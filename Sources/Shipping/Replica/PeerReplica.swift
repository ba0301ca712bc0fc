package import Encodings
package import EventStore
import Foundation
import GRDB
import Locking

/// What came of one peer's log, in a file of its own: every leaf hash, the entries and bodies that are for this site, checkpoints,
/// statements, and evidence.
///
/// Invariants:
/// - What is in it was verified, and each piece is in it whole or not at all.
/// - There is one `PeerReplica` for a file, and one caller that commits. Readers are many, and need no lock.
/// - Bodies about persons are sealed at rest under keys that this site's vault alone has, one for each person of each log: an erasure
///   destroys the key, and with it the bodies, also in every copy of this file.
package final class PeerReplica: Sendable {
    let pool: DatabasePool
    let vault: Vault
    package let origin: String
    package let receiver: String
    /// Set after each commit.
    private let current: Locked<ReplicaState>

    /// Opens the replica in a file, making it where it is missing.
    /// - Parameters:
    ///   - key: the peer's verifier key that is pinned.
    ///   - authors: keys of nobody yet; what the replica has is followed.
    package convenience init(
        path: String, origin: String, receiver: String, key: VerifierKey, authors: any PeerKeys, vault: Vault
    ) throws(ReplicaError) {
        let pool = try ReplicaError.storage { () throws(StorageError) in
            try SQLiteFile.openForWriting(path, ReplicaSchema.kind)
        }
        try Self.identify(pool, [origin, receiver, key.description])
        try self.init(pool, origin, receiver, key, authors, vault)
    }

    /// Opens it for reading only, beside a running daemon or without one.
    package convenience init(
        readingAt path: String, origin: String, receiver: String, key: VerifierKey, authors: any PeerKeys, vault: Vault
    ) throws(ReplicaError) {
        let pool = try ReplicaError.storage { () throws(StorageError) in
            try SQLiteFile.openForReading(path, ReplicaSchema.kind)
        }
        try self.init(pool, origin, receiver, key, authors, vault)
    }

    private init(
        _ pool: DatabasePool, _ origin: String, _ receiver: String, _ key: VerifierKey, _ authors: any PeerKeys,
        _ vault: Vault
    ) throws(ReplicaError) {
        self.pool = pool
        self.vault = vault
        self.origin = origin
        self.receiver = receiver
        var state = ReplicaState(origin: origin, receiver: receiver, key: key, authors: authors)
        try Self.load(&state, pool)
        current = Locked(state)
    }

    /// How far it has got.
    package var state: ReplicaState { current.withLock { $0 } }

    private static func identify(_ pool: DatabasePool, _ identity: [String]) throws(ReplicaError) {
        let found = try ReplicaError.storage { () throws(StorageError) in
            try SQLiteFile.attempt("read the replica's identity") {
                try pool.read { db in
                    try Row.fetchOne(db, sql: "SELECT origin, receiver, vkey FROM identity").map { row in
                        try (0..<3).map { try row.value($0) as String }
                    }
                }
            }
        }
        guard found == nil || found == identity else { throw .otherLog }
        guard found == nil else { return }
        try ReplicaError.storage { () throws(StorageError) in
            try pool.commit("set up the replica") { db in
                try db.execute(
                    sql: "INSERT INTO identity(only, origin, receiver, vkey) VALUES (1, ?, ?, ?)",
                    arguments: StatementArguments(identity))
            }
        }
    }

    /// Commits a verified piece: all of it in one transaction, durable when this returns.
    ///
    /// The keys that its bodies are sealed under are durable in the vault before. A crash between the two leaves keys that nothing needs.
    /// - Parameter now: when it came.
    /// - Throws: `ReplicaError.stale` if the replica is not where the piece was verified; `.storage(.commitFailed)` where nobody knows
    ///   whether it happened: open the replica again.
    package func commit(_ piece: VerifiedPiece, now: Instant) throws(ReplicaError) {
        try current.withLock { (state: inout ReplicaState) throws(ReplicaError) in
            guard piece.continues(state) else { throw .stale }
            let bodies = try seal(piece.arrivals)
            let knew = state.checkpoint?.checkpoint.size
            let statement = piece.statement.flatMap {
                Self.isWorthKeeping($0.statement, after: state.keptStatement) ? $0 : nil
            }
            try ReplicaError.storage { () throws(StorageError) in
                try pool.commit("write to the replica") { db in
                    try Self.write(piece, bodies, db)
                    try Self.writeProgress(piece, statement, knew: knew, now, db)
                }
            }
            let kept = statement?.statement ?? state.keptStatement
            state = piece.next
            state.keptStatement = kept
        }
    }

    private static func isWorthKeeping(_ new: AudienceStatement, after old: AudienceStatement?) -> Bool {
        guard let old else { return true }
        return new.digest != old.digest || new.size != old.size
            || new.asOf >= old.asOf.adding(seconds: ShippingLimits.statementKeptSeconds)
    }

    /// The bodies as they are kept, under keys that are durable by then.
    private func seal(_ arrivals: [VerifiedPiece.Arrival]) throws(ReplicaError) -> [Data?] {
        var bodies: [Data?] = []
        bodies.reserveCapacity(arrivals.count)
        var personal: [(place: Int, plain: ReplicaPlain)] = []
        for (place, arrival) in arrivals.enumerated() {
            if let plain = arrival.plain, let subject = arrival.entry.subject {
                personal.append((place, ReplicaPlain(plain, subject: subject, event: arrival.entry.id)))
            }
            bodies.append(arrival.plain.flatMap { arrival.entry.subject == nil ? Data($0) : nil })
        }
        let sealed = try ReplicaError.vault { () throws(VaultError) in
            try vault.sealReplicated(personal.map(\.plain), of: origin)
        }
        for (place, sealed) in zip(personal.map(\.place), sealed) { bodies[place] = sealed }
        return bodies
    }

    private static func write(_ piece: VerifiedPiece, _ bodies: [Data?], _ db: Database) throws {
        let leaf = try RowInserter(db, "INSERT INTO leaf(idx, hash) VALUES (?, ?)")
        for (offset, hash) in piece.leaves.enumerated() {
            try leaf.bind(piece.before.size + Int64(offset), at: 1)
            try hash.withBytes { try leaf.bind($0, at: 2) }
            try leaf.insert()
        }
        let tile = try db.cachedStatement(sql: "INSERT INTO tile(level, n, hashes) VALUES (?, ?, ?)")
        for full in piece.tiles {
            try tile.execute(arguments: [full.place.level, full.place.number, Data(full.hashes)])
        }
        // An older entry may be here, and come again with more of its disclosures.
        let entry = try RowInserter(
            db, "INSERT INTO entry(idx, id, bytes, told, late) VALUES (?, ?, ?, ?, ?) ON CONFLICT(idx) DO NOTHING")
        let body = try RowInserter(db, "INSERT INTO body(idx, sealed) VALUES (?, ?)")
        let erasure = try RowInserter(db, "INSERT INTO erasure(idx) VALUES (?) ON CONFLICT DO NOTHING")
        for (arrival, sealed) in zip(piece.arrivals, bodies) {
            try entry.bind(arrival.index, at: 1)
            try entry.bind(arrival.entry.id.bytes, at: 2)
            try entry.bind(arrival.entry.bytes, at: 3)
            try entry.bind(arrival.told, at: 4)
            try entry.bind(arrival.isLate ? 1 : 0, at: 5)
            try entry.insert()
            if let sealed {
                try body.bind(arrival.index, at: 1)
                try body.bind(sealed, at: 2)
                try body.insert()
            } else {
                try erasure.bind(arrival.index, at: 1)
                try erasure.insert()
            }
        }
    }

    private static func writeProgress(
        _ piece: VerifiedPiece, _ statement: VerifiedAudienceStatement?, knew: Int64?, _ now: Instant, _ db: Database
    ) throws {
        let checkpoint = piece.header.checkpoint
        if knew != checkpoint.checkpoint.size {
            try db.cachedStatement(sql: "INSERT INTO checkpoint(size, note) VALUES (?, ?)")
                .execute(arguments: [checkpoint.checkpoint.size, checkpoint.note])
        }
        if let statement {
            try db.cachedStatement(sql: "INSERT INTO statement(size, as_of, gap, jws) VALUES (?, ?, ?, ?)")
                .execute(arguments: [
                    statement.statement.size, statement.statement.asOf.milliseconds, piece.following == .withGap,
                    Data(statement.jws),
                ])
        }
        // A poll that brings nothing but a fresh statement moves nothing.
        guard piece.header.to != piece.before || knew != checkpoint.checkpoint.size else { return }
        try db.cachedStatement(sql: "INSERT INTO progress(size, late, checkpoint, time) VALUES (?, ?, ?, ?)")
            .execute(arguments: [
                piece.header.to.size, piece.header.to.late, checkpoint.checkpoint.size, now.milliseconds,
            ])
    }
}
