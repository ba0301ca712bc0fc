import Crypto
public import Encodings
import Foundation
import GRDB
import Locking

/// Watches other logs: cosigns a checkpoint only if it is consistent with the one that it cosigned last (C2SP tlog-witness v1.0.0).
///
/// One atomic state for each origin: it is checked, moved on and made durable in one transaction before anybody gets an answer, so that
/// two requests at once, or a crash, never make it vouch for two histories.
public final class Witness: Sendable {
    private let pool: DatabasePool
    private let cosigner: Cosignature
    /// Logs of the configuration, by origin.
    private let configured: [String: VerifierKey]
    /// Logs that are followed for the time being, with every key that they announced.
    private let followed = Locked<[String: CheckpointKeys]>([:])

    static let kind = SQLiteFile.Kind(
        applicationID: 0x5348_5247, version: 2,
        schema: """
            CREATE TABLE seen(origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) STRICT;
            CREATE TABLE evidence(
                number INTEGER PRIMARY KEY, origin TEXT NOT NULL, time INTEGER NOT NULL, ours TEXT NOT NULL, theirs TEXT NOT NULL
            ) STRICT;
            CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence only grows'); END;
            CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence only grows'); END;
            """,
        secureDelete: false,
        upgrades: [
            """
            ALTER TABLE evidence ADD COLUMN kind TEXT NOT NULL DEFAULT 'fork';
            ALTER TABLE evidence ADD COLUMN root TEXT;
            ALTER TABLE evidence ADD COLUMN proof TEXT NOT NULL DEFAULT '';
            """
        ])

    /// - Parameters:
    ///   - path: a file of its own, made where it is missing.
    ///   - logs: the verifier keys of the logs to watch; the name of each is the log's origin.
    /// - Throws: `StorageError`
    public init(path: String, cosigner: Cosignature, logs: [VerifierKey]) throws(StorageError) {
        pool = try SQLiteFile.openForWriting(path, Self.kind)
        self.cosigner = cosigner
        configured = Dictionary(logs.map { ($0.name, $0) }) { first, _ in first }
    }

    /// What logs and those who read their checkpoints pin.
    public var verifierKey: VerifierKey { cosigner.verifierKey }

    /// Cosigns a checkpoint.
    /// - Parameter now: the time that stands in the cosignature.
    /// - Returns: the signature lines, each ended by a line feed.
    /// - Throws: `WitnessRefusal`; nothing was changed then but the evidence kept.
    public func add(_ request: AddCheckpointRequest, now: Instant) throws(WitnessRefusal) -> String {
        let checkpoint = try verified(request.checkpoint)
        guard request.oldSize <= checkpoint.checkpoint.size else { throw .oldBeyondCheckpoint }
        let signature: SignedNote.Signature
        do {
            // Signed before it is seen, answered after: a signature that nobody gets harms nobody.
            signature = try cosigner.sign(checkpoint.checkpoint.text, time: UInt64(max(0, now.seconds)))
        } catch {
            throw .storage(.failed("the cosignature could not be made"))
        }
        let cosigned = checkpoint.adding(signature)
        var verdict: WitnessRefusal?
        do throws(StorageError) {
            try pool.commit("write to the witness's state") { db in
                verdict = try step(request, checkpoint, cosigned, now, db)
            }
        } catch {
            throw .storage(error)
        }
        if let verdict { throw verdict }
        return signature.line
    }

    /// The checkpoint that was cosigned last for a log, with the log's signature and the cosignature; nil if none was, also where what was
    /// cosigned under the origin was another log's (`isOfWatchedLog`).
    public func lastSeen(_ origin: String) throws(StorageError) -> String? {
        try SQLiteFile.attempt("read the witness's state") {
            let note = try pool.read {
                try String.fetchOne($0, sql: "SELECT note FROM seen WHERE origin = ?", arguments: [origin])
            }
            guard let note, isOfWatchedLog(try SignedCheckpoint(parsing: note)) else { return nil }
            return note
        }
    }

    /// The same by the hash of the origin, as monitors ask for it (tlog-witness, monitor retrieval).
    /// - Parameter hash: SHA-256 of the origin in lower-case hex.
    public func lastSeen(originHash hash: String) throws(StorageError) -> String? {
        let origins = configured.keys + followed.withLock { Array($0.keys) }
        guard let origin = origins.first(where: { Self.hash(origin: $0) == hash }) else { return nil }
        return try lastSeen(origin)
    }

    /// Under which name a witness serves what it has seen of a log.
    public static func hash(origin: String) -> String { Hex.encode(Array(SHA256.hash(data: Array(origin.utf8)))) }

    /// The verifier key that is trusted for a log; nil for one that is not watched.
    public func key(of origin: String) -> VerifierKey? {
        followed.withLock { $0[origin]?.current } ?? configured[origin]
    }

    /// Watches a log whose changes of key are followed elsewhere, beside those of the configuration.
    /// - Parameter keys: as they are known now; nil to watch it no longer.
    public func follow(_ keys: CheckpointKeys?, of origin: String) { followed.withLock { $0[origin] = keys } }

    /// Whether what was seen is of the log that is watched now under its origin.
    ///
    /// A site that is founded anew under its old name has another log with another key. Its operators elsewhere remove the peer that it was and
    /// add the one that it is, and from then on the old log says nothing about the new one: to hold them against each other would accuse
    /// somebody who signed each history once. Keys that the log itself announced are the same log's, and so is the configuration's.
    public func isOfWatchedLog(_ seen: SignedCheckpoint) -> Bool {
        let origin = seen.checkpoint.origin
        guard let keys = followed.withLock({ $0[origin] }) else { return true }
        return keys.all.contains { seen.isSigned(by: $0) } || configured[origin].map { seen.isSigned(by: $0) } == true
    }

    /// The checkpoint with the log's own signatures alone.
    private func verified(_ checkpoint: SignedCheckpoint) throws(WitnessRefusal) -> SignedCheckpoint {
        let origin = checkpoint.checkpoint.origin
        let known = followed.withLock { $0[origin] } ?? configured[origin].map { CheckpointKeys(first: $0) }
        guard let keys = known else { throw .unknownOrigin }
        do throws(NoteError) {
            try checkpoint.verified(by: keys)
            return checkpoint.signed(only: keys.signers(at: checkpoint.checkpoint.size))
        } catch {
            throw .notSigned
        }
    }

    /// Checks a request against what was seen last, and moves that on. What is kept of a fork is kept although it is refused.
    private func step(
        _ request: AddCheckpointRequest, _ signed: SignedCheckpoint, _ cosigned: SignedCheckpoint, _ now: Instant,
        _ db: Database
    ) throws -> WitnessRefusal? {
        let checkpoint = signed.checkpoint
        let note = try String.fetchOne(
            db, sql: "SELECT note FROM seen WHERE origin = ?", arguments: [checkpoint.origin])
        let seen = try note.map { try SignedCheckpoint(parsing: $0) }.flatMap { isOfWatchedLog($0) ? $0 : nil }
        let size = seen?.checkpoint.size ?? 0
        let root = seen?.checkpoint.root ?? .emptyRoot
        if let seen, let evidence = Self.contradiction(request, signed, seen: seen) {
            try Self.keep(evidence, ours: seen, theirs: signed, now, db)
            if evidence.kind == .fork, request.oldSize == size { return .fork }
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
            arguments: [checkpoint.origin, checkpoint.size, Data(checkpoint.root.bytes), cosigned.note])
        return nil
    }

    /// What a request shows beside what was seen last: another root for the same size; a proof that leads to the new root
    /// from another old one; or an older checkpoint.
    private static func contradiction(
        _ request: AddCheckpointRequest, _ signed: SignedCheckpoint, seen: SignedCheckpoint
    ) -> ForkEvidence? {
        let (old, new) = (seen.checkpoint, signed.checkpoint)
        if new.size < old.size { return .replayed(signed, after: seen) }
        if new.size == old.size { return .fork(seen: seen, and: signed) }
        guard request.oldSize == old.size,
            let roots = Merkle.roots(from: old.size, root: old.root, to: new.size, proof: request.proof)
        else { return nil }
        return .fork(older: seen, newer: signed, root: roots.old, proof: request.proof)
    }
}

extension Witness {
    /// Everything that was kept against logs, this site's own among them, in the order in which it was found.
    public func evidence() throws(StorageError) -> [ForkEvidence] { try Self.evidence(in: pool) }

    /// The same, beside a running daemon; nothing where there is no file.
    public static func evidence(at path: String) throws(StorageError) -> [ForkEvidence] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try evidence(in: try SQLiteFile.openForReading(path, kind))
    }

    /// Keeps evidence that was found elsewhere: against this site's own log. What was shown is kept once, whatever the log
    /// has come to since.
    /// - Parameter shown: of the two checkpoints, the one that somebody else showed.
    public func keep(_ evidence: ForkEvidence, shown: SignedCheckpoint, now: Instant) throws(StorageError) {
        let isOlder = shown.checkpoint == evidence.older.checkpoint
        try pool.commit("keep evidence") { db in
            try Self.keep(
                evidence, ours: isOlder ? evidence.newer : evidence.older,
                theirs: isOlder ? evidence.older : evidence.newer, now, db)
        }
    }

    private static func keep(
        _ evidence: ForkEvidence, ours: SignedCheckpoint, theirs: SignedCheckpoint, _ now: Instant, _ db: Database
    ) throws {
        let isKnown = try Bool.fetchOne(
            db, sql: "SELECT EXISTS(SELECT 1 FROM evidence WHERE origin = ? AND kind = ? AND theirs = ?)",
            arguments: [evidence.origin, evidence.kind.rawValue, theirs.note])
        let count = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM evidence WHERE origin = ? AND kind = ?",
            arguments: [evidence.origin, evidence.kind.rawValue])
        guard isKnown != true, (count ?? 0) < Limits.evidenceOfOneKind else { return }
        try db.execute(
            sql: "INSERT INTO evidence(origin, time, ours, theirs, kind, root, proof) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                evidence.origin, now.milliseconds, ours.note, theirs.note, evidence.kind.rawValue,
                evidence.root?.base64, evidence.proof.map(\.base64).joined(separator: "\n"),
            ])
    }

    private static func evidence(in pool: DatabasePool) throws(StorageError) -> [ForkEvidence] {
        try SQLiteFile.attempt("read the witness's evidence") {
            try pool.read { db in
                try Row.fetchAll(db, sql: "SELECT kind, ours, theirs, root, proof FROM evidence ORDER BY number")
                    .map { try evidence(of: $0) }
            }
        }
    }

    private static func evidence(of row: Row) throws -> ForkEvidence {
        let ours = try SignedCheckpoint(parsing: try row.value(1))
        let theirs = try SignedCheckpoint(parsing: try row.value(2))
        let isTheirsOlder = theirs.checkpoint.size < ours.checkpoint.size
        let (older, newer) = isTheirsOlder ? (theirs, ours) : (ours, theirs)
        let proof = (try row.value(4) as String).split(separator: "\n").compactMap { MerkleHash(base64: $0) }
        let evidence: ForkEvidence? =
            switch ForkEvidence.Kind(rawValue: try row.value(0)) {
            case .fork:
                .fork(
                    older: older, newer: newer,
                    root: (row[3] as String?).flatMap { MerkleHash(base64: $0) } ?? newer.checkpoint.root, proof: proof)
            case .rolledBack: .rolledBack(to: older, from: newer)
            case .replayed: .replayed(older, after: newer)
            case nil: nil
            }
        guard let evidence else { throw StorageError.failed("the witness's evidence is damaged") }
        return evidence
    }
}
