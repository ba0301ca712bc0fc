import Foundation
import GRDB
import Locking

/// Batches that follow each other closely share one transaction.
///
/// Indexes by random ids make each batch touch a page for each of its rows; the next batch touches many of the same pages, and each is then
/// written once. Nothing depends on when that is: projections can be drawn again from the log. But whoever has a receipt must see its
/// effects, so the first reader who comes has what was drawn committed, and waits for it; for a while after, every batch is committed by itself.
extension ProjectionStore {
    struct Unsettled {
        /// Events that are drawn and not committed.
        var events = 0
        /// When somebody last found something to wait for, in nanoseconds of the system's uptime; nil for never.
        var waitedAt: UInt64?
        /// A commit failed: what the writer's connection shows is not what was drawn.
        var isBroken = false
        /// Is told when that comes about.
        var onBroken: (@Sendable () -> Void)?
    }

    /// - Parameter call: is called when a commit failed, also one that a reader waited for: whoever writes MUST then end the process.
    package func whenBroken(_ call: @escaping @Sendable () -> Void) { unsettled.withLock { $0.onBroken = call } }

    /// For how long after a reader had to wait batches are committed one by one, in nanoseconds: 50 ms. So who reads all the time waits twenty
    /// times a second for the batch at hand, and what looks now and then costs a few batches.
    private static let watchedNanoseconds: UInt64 = 50_000_000

    /// Runs `body` in the transaction that is open, or in a new one. It stays open if more is about to follow, nobody is reading and what it
    /// holds is less than `limit` events; else it is committed.
    ///
    /// When `body` throws, all that the transaction holds is taken back, what earlier calls drew included: the caller MUST draw it again from
    /// the log (`isBehind`).
    /// - Parameters:
    ///   - more: is asked afterwards whether more is about to follow.
    ///   - body: returns how many events it drew, beside its result.
    /// - Throws: what `body` throws; `DatabaseError`, `ProjectionError.commitFailed`, after which the process MUST end.
    package func extend<Value>(
        limit: Int, more: () -> Bool, _ body: (ProjectionWriter) throws -> (Value, events: Int)
    ) throws -> Value {
        try database.writeWithoutTransaction { db in
            guard !unsettled.withLock({ $0.isBroken }) else { throw ProjectionError.commitFailed }
            if !db.isInsideTransaction { try db.beginTransaction(.immediate) }
            do {
                let (value, events) = try body(ProjectionWriter(db: db, drawing: drawing, known: known))
                let open = unsettled.withLock { state in
                    state.events += events
                    return state
                }
                if open.events == 0 || open.events >= limit || Self.isWatched(open) || !more() { try settle(db) }
                return value
            } catch {
                try takeBack(db)
                throw error
            }
        }
    }

    /// Commits what is drawn, if anything waits for it.
    package func settle() throws {
        guard unsettled.withLock({ $0.events > 0 || $0.isBroken }) else { return }
        try database.writeWithoutTransaction { try settle($0) }
    }

    /// The same for somebody who is about to read.
    func settleForReader() throws {
        let mustWait = unsettled.withLock { state in
            guard state.events > 0 || state.isBroken else { return false }
            state.waitedAt = DispatchTime.now().uptimeNanoseconds
            return true
        }
        if mustWait { try settle() }
    }

    private static func isWatched(_ state: Unsettled) -> Bool {
        guard let waitedAt = state.waitedAt else { return false }
        return DispatchTime.now().uptimeNanoseconds - waitedAt < watchedNanoseconds
    }

    private func settle(_ db: Database) throws {
        guard !unsettled.withLock({ $0.isBroken }) else { throw ProjectionError.commitFailed }
        guard db.isInsideTransaction else { return }
        do {
            try db.commit()
        } catch {
            breakDown()
            throw error
        }
        unsettled.withLock { $0.events = 0 }
    }

    private func breakDown() {
        let call = unsettled.withLock { state in
            state.isBroken = true
            return state.onBroken
        }
        call?()
    }

    private func takeBack(_ db: Database) throws {
        unsettled.withLock { $0.events = 0 }
        known.withLock { $0.forget() }
        // SQLite rolls back by itself after some errors, a full disk among them.
        guard db.isInsideTransaction else { return }
        do {
            try db.rollback()
        } catch {
            breakDown()
            throw error
        }
    }
}
