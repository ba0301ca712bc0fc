public import Encodings
import Foundation
import GRDB

/// Watches other logs: cosigns a checkpoint only if it is consistent with the one that it cosigned last (C2SP tlog-witness v1.0.0).
///
/// One atomic state for each origin: it is checked, moved on and made durable in one transaction before anybody gets an answer, so that
/// two requests at once, or a crash, never make it vouch for two histories.
public final class Witness: Sendable {
    private let pool: DatabasePool
    private let cosigner: Cosignature
    private let trusted: [String: VerifierKey]

    static let kind = SQLiteFile.Kind(
        applicationID: 0x5348_5247, version: 1,
        schema: """
            CREATE TABLE seen(origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) STRICT;
            CREATE TABLE evidence(
                number INTEGER PRIMARY KEY, origin TEXT NOT NULL, time INTEGER NOT NULL, ours TEXT NOT NULL, theirs TEXT NOT NULL
            ) STRICT;
            CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence only grows'); END;
            CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence only grows'); END;
            """,
        secureDelete: false)

    /// - Parameters:
    ///   - path: a file of its own, made where it is missing.
    ///   - logs: the verifier keys of the logs to watch; the name of each is the log's origin.
    /// - Throws: `StorageError`
    public init(path: String, cosigner: Cosignature, logs: [VerifierKey]) throws(StorageError) {
        pool = try SQLiteFile.openForWriting(path, Self.kind)
        self.cosigner = cosigner
        trusted = Dictionary(logs.map { ($0.name, $0) }) { first, _ in first }
    }

    /// What logs and those who read their checkpoints pin.
    public var verifierKey: VerifierKey { cosigner.verifierKey }

    /// Cosigns a checkpoint.
    /// - Parameter now: the time that stands in the cosignature.
    /// - Returns: the signature lines, each ended by a line feed.
    /// - Throws: `WitnessRefusal`; nothing was changed then but, for a fork, the evidence kept.
    public func add(_ request: AddCheckpointRequest, now: Instant) throws(WitnessRefusal) -> String {
        let checkpoint = try verified(request.checkpoint)
        guard request.oldSize <= checkpoint.size else { throw .oldBeyondCheckpoint }
        let line: String
        do {
            // Signed before it is seen, answered after: a signature that nobody gets harms nobody.
            let signature = try cosigner.sign(checkpoint.text, time: UInt64(max(0, now.seconds)))
            line = signature.line
        } catch {
            throw .storage(.failed("the cosignature could not be made"))
        }
        var verdict: WitnessRefusal?
        do throws(StorageError) {
            try pool.commit("write to the witness's state") { db in
                verdict = try Self.step(request, checkpoint, now, db)
            }
        } catch {
            throw .storage(error)
        }
        if let verdict { throw verdict }
        return line
    }

    /// The last checkpoint that was cosigned for a log; nil if none was.
    public func lastSeen(_ origin: String) throws(StorageError) -> String? {
        try SQLiteFile.attempt("read the witness's state") {
            try pool.read {
                try String.fetchOne($0, sql: "SELECT note FROM seen WHERE origin = ?", arguments: [origin])
            }
        }
    }

    /// Pairs of checkpoints for one size with different roots, each signed by the log: proof that it showed two histories.
    public func evidence() throws(StorageError) -> [(origin: String, ours: String, theirs: String)] {
        try SQLiteFile.attempt("read the witness's evidence") {
            try pool.read { db in
                try Row.fetchAll(db, sql: "SELECT origin, ours, theirs FROM evidence ORDER BY number").map {
                    ($0[0], $0[1], $0[2])
                }
            }
        }
    }

    private func verified(_ checkpoint: SignedCheckpoint) throws(WitnessRefusal) -> Checkpoint {
        guard let key = trusted[checkpoint.checkpoint.origin] else { throw .unknownOrigin }
        do throws(NoteError) {
            return try checkpoint.verified(by: key)
        } catch {
            throw .notSigned
        }
    }

    /// Checks a request against what was seen last, and moves that on. What is kept of a fork is kept although it is refused.
    private static func step(
        _ request: AddCheckpointRequest, _ checkpoint: Checkpoint, _ now: Instant, _ db: Database
    ) throws -> WitnessRefusal? {
        let row = try Row.fetchOne(
            db, sql: "SELECT size, root, note FROM seen WHERE origin = ?", arguments: [checkpoint.origin])
        let size: Int64 = row?[0] ?? 0
        let root =
            try row.map { row -> MerkleHash in
                guard let root = MerkleHash(row[1] as Data) else {
                    throw StorageError.failed("the witness's state is damaged")
                }
                return root
            } ?? .emptyRoot
        if checkpoint.size == size, checkpoint.root != root, let row {
            try keepEvidence(origin: checkpoint.origin, ours: row[2], theirs: request.checkpoint.note, now, db)
            return request.oldSize == size ? .fork : .otherSize(size)
        }
        guard request.oldSize == size else { return .otherSize(size) }
        guard
            Merkle.isConsistent(
                from: size, root: root, to: checkpoint.size, root: checkpoint.root, proof: request.proof)
        else { return .inconsistent }
        try db.execute(
            sql: """
                INSERT INTO seen(origin, size, root, note) VALUES (?, ?, ?, ?)
                ON CONFLICT(origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note
                """,
            arguments: [checkpoint.origin, checkpoint.size, Data(checkpoint.root.bytes), request.checkpoint.note])
        return nil
    }

    private static func keepEvidence(
        origin: String, ours: String, theirs: String, _ now: Instant, _ db: Database
    ) throws {
        let isKnown = try Bool.fetchOne(
            db, sql: "SELECT EXISTS(SELECT 1 FROM evidence WHERE origin = ? AND theirs = ?)",
            arguments: [origin, theirs])
        guard isKnown != true else { return }
        try db.execute(
            sql: "INSERT INTO evidence(origin, time, ours, theirs) VALUES (?, ?, ?, ?)",
            arguments: [origin, now.milliseconds, ours, theirs])
    }
}
