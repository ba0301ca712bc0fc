public import Encodings
import Foundation
import GRDB

/// The cosignatures that a log's witnesses gave for its checkpoints, and what its operator has given up.
///
/// It is a file of its own, beside the log and not in the log's transaction: asking witnesses never slows an append. What is in it can
/// be asked for again, so no backup needs it; but it also remembers, independently of the log, how long the log once was.
public final class CosignatureBook: Sendable {
    /// A witness's newest cosignature.
    public struct Newest: Sendable, Hashable {
        public let size: Int64
        /// POSIX seconds, as the witness says.
        public let time: Int64
    }

    /// An operator's decision to go on from an older copy of the log.
    public struct GivenUp: Sendable, Hashable {
        /// What the log went on from.
        public let from: Int64
        /// The largest size that it had signed before: entries from `from` up to there are given up.
        public let to: Int64
        public let time: Instant
        public let reason: String

        public init(from: Int64, to: Int64, time: Instant, reason: String) {
            self.from = from
            self.to = to
            self.time = time
            self.reason = reason
        }
    }

    private let pool: DatabasePool

    private static let kind = SQLiteFile.Kind(
        applicationID: 0x5348_5248, version: 1,
        schema: """
            CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
            CREATE TABLE cosignature(
                size INTEGER NOT NULL, witness TEXT NOT NULL, time INTEGER NOT NULL, line TEXT NOT NULL,
                PRIMARY KEY(size, witness)
            ) STRICT;
            CREATE TABLE given_up(
                number INTEGER PRIMARY KEY, beginning INTEGER NOT NULL, ending INTEGER NOT NULL, time INTEGER NOT NULL,
                reason TEXT NOT NULL
            ) STRICT;
            CREATE TRIGGER given_up_no_update BEFORE UPDATE ON given_up BEGIN SELECT RAISE(ABORT, 'decisions stay'); END;
            CREATE TRIGGER given_up_no_delete BEFORE DELETE ON given_up BEGIN SELECT RAISE(ABORT, 'decisions stay'); END;
            """,
        secureDelete: false)

    /// Opens the file, making it where it is missing.
    public init(path: String) throws(StorageError) { pool = try SQLiteFile.openForWriting(path, Self.kind) }

    /// Opens it beside a running daemon; nil where there is none.
    public init?(readingAt path: String) throws(StorageError) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        pool = try SQLiteFile.openForReading(path, Self.kind)
    }

    /// Keeps a cosignature that was found good.
    /// - Parameter keeping: a size whose cosignatures stay however old they are, such as that of the newest trusted checkpoint.
    public func add(
        _ answer: CosignatureAnswer, to checkpoint: SignedCheckpoint, by witness: VerifierKey, keeping: Int64? = nil
    ) throws(StorageError) {
        let size = checkpoint.checkpoint.size
        try pool.commit("keep a cosignature") { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO checkpoint(size, note) VALUES (?, ?)", arguments: [size, checkpoint.note])
            try db.execute(
                sql: "INSERT OR REPLACE INTO cosignature(size, witness, time, line) VALUES (?, ?, ?, ?)",
                arguments: [size, witness.description, Int64(clamping: answer.time), answer.signature.line])
            let oldest = try Int64.fetchOne(
                db, sql: "SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1 OFFSET ?",
                arguments: [Limits.cosignedCheckpoints - 1])
            guard let oldest else { return }
            for table in ["checkpoint", "cosignature"] {
                try db.execute(
                    sql: "DELETE FROM \(table) WHERE size < ? AND size IS NOT ?", arguments: [oldest, keeping])
            }
        }
    }

    /// Each witness's newest cosignature, by verifier key.
    public func newest() throws(StorageError) -> [String: Newest] {
        try read { db in
            let rows = try Row.fetchAll(
                db, sql: "SELECT witness, max(size), time FROM cosignature GROUP BY witness")
            return Dictionary(
                try rows.map { (try $0.value(0), Newest(size: try $0.value(1), time: try $0.value(2))) }
            ) { first, _ in first }
        }
    }

    /// A checkpoint with the cosignatures that are known for it; without any if none are.
    public func cosigned(_ checkpoint: SignedCheckpoint) throws(StorageError) -> SignedCheckpoint {
        let found = try read { db in try Self.checkpoint(checkpoint.checkpoint.size, db) }
        guard let found, found.checkpoint == checkpoint.checkpoint else { return checkpoint }
        return found
    }

    /// The cosigned checkpoints, the largest first, each with its cosignatures.
    public func checkpoints() throws(StorageError) -> [SignedCheckpoint] {
        try read { db in
            try Int64.fetchAll(db, sql: "SELECT size FROM checkpoint ORDER BY size DESC").compactMap {
                try Self.checkpoint($0, db)
            }
        }
    }

    /// The largest checkpoint that is trusted under a policy; nil if none is.
    /// - Parameter key: the log's.
    public func newest(trustedUnder policy: TlogPolicy, log key: VerifierKey) throws(StorageError) -> SignedCheckpoint?
    {
        try checkpoints().first { checkpoint in (try? policy.check(checkpoint, log: key)) != nil }
    }

    // MARK: - Given up

    /// Writes down that the log goes on from `from` although more was signed, and forgets the cosignatures of what is given up: whoever
    /// looks for them finds them in the evidence.
    public func giveUp(_ decision: GivenUp) throws(StorageError) {
        try pool.commit("write down what is given up") { db in
            try db.execute(
                sql: "INSERT INTO given_up(beginning, ending, time, reason) VALUES (?, ?, ?, ?)",
                arguments: [decision.from, decision.to, decision.time.milliseconds, decision.reason])
            for table in ["checkpoint", "cosignature"] {
                try db.execute(sql: "DELETE FROM \(table) WHERE size > ?", arguments: [decision.from])
            }
        }
    }

    /// What was given up, in the order in which it was.
    public func givenUp() throws(StorageError) -> [GivenUp] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT beginning, ending, time, reason FROM given_up ORDER BY number").map {
                GivenUp(
                    from: try $0.value(0), to: try $0.value(1), time: Instant(milliseconds: try $0.value(2)),
                    reason: try $0.value(3))
            }
        }
    }

    private static func checkpoint(_ size: Int64, _ db: Database) throws -> SignedCheckpoint? {
        let note = try String.fetchOne(db, sql: "SELECT note FROM checkpoint WHERE size = ?", arguments: [size])
        guard let note else { return nil }
        let lines = try String.fetchAll(
            db, sql: "SELECT line FROM cosignature WHERE size = ? ORDER BY witness", arguments: [size])
        return try SignedCheckpoint(parsing: note + lines.joined())
    }

    private func read<Result>(_ work: (Database) throws -> Result) throws(StorageError) -> Result {
        try SQLiteFile.attempt("read the cosignatures") { try pool.read(work) }
    }
}
