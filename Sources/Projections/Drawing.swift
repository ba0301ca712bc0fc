import Encodings
import GRDB
import Locking

/// What is known of a file that is being drawn, by one writer, from its first event on, and that nobody else sees before it is whole.
final class Drawing: Sendable {
    /// By which the writer itself looks, event by event.
    private static let neededWhileDrawn: Set<String> = [
        "event_by_id", "ending_by_record", "referral_step_by_referral", "resolution_by_decided", "decision_by_request",
        "sync_by_peer", "agency_key_by_agency",
    ]
    /// Records that ended, of those remembered: some 30 MB.
    private static let rememberedEndings = 1_000_000

    private struct State {
        /// The statements that make the indexes which are missing.
        var indexes: [String]
        /// What `ending` has rows about; nil where it is too much to remember.
        var ended: Set<UniqueID>? = []
        var canTakeBack = false
    }

    /// Held for moves of memory.
    private let state: Locked<State>

    /// Indexes that only readers use are made when the file has been drawn, not with each row: sorting all keys once costs a third of finding
    /// each one's place. An index that is missing makes answers slow, never wrong.
    /// - Parameter db: a file without rows.
    init(_ db: Database) throws {
        let rows = try Row.fetchAll(
            db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid")
        var statements: [String] = []
        for row in rows {
            let name: String = row["name"]
            guard !Self.neededWhileDrawn.contains(name) else { continue }
            try db.execute(sql: "DROP INDEX \(name.quotedDatabaseIdentifier)")
            statements.append(row["sql"])
        }
        state = Locked(State(indexes: statements))
    }

    /// Makes the indexes that are missing, in the transaction at hand.
    func complete(_ db: Database) throws {
        for statement in state.withLock({ $0.indexes }) { try db.execute(sql: statement) }
        state.withLock { $0.indexes = [] }
    }

    /// Whether there is a journal.
    var canTakeBack: Bool {
        get { state.withLock { $0.canTakeBack } }
        set { state.withLock { $0.canTakeBack = newValue } }
    }

    /// Notes that something is about to be written into `ending`.
    func ends(_ record: UniqueID) {
        state.withLock { state in
            state.ended?.insert(record)
            if state.ended?.count ?? 0 > Self.rememberedEndings { state.ended = nil }
        }
    }

    /// Whether `ending` may have a row about a record.
    func mayHaveEnded(_ record: UniqueID) -> Bool { state.withLock { $0.ended?.contains(record) ?? true } }
}
