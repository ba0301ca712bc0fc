import DequeModule
import EventStore
import Locking

/// What happened to one event: a receipt or the reason why there is none.
package typealias Answer = Result<Receipt, Rejection>

/// An event that waits for the registrar, and whoever waits for the answer.
struct Submission: Sendable {
    let event: ReceivedEvent
    let answer: @Sendable (Answer) -> Void
}

/// The registrar's in-tray: bounded, first come first served.
///
/// The lock is held for a few moves of memory only; it lets any thread hand in while the registrar is busy with a batch.
final class Intake: Sendable {
    private struct State {
        var waiting: Deque<Submission> = []
        /// Places kept for events that are not verified yet.
        var kept = 0
        /// Whether somebody is working through the tray, or has been sent for.
        var attended = false
        var closed = false
    }

    enum Refusal: Error {
        case full
        case closed
    }

    private let limit: Int
    private let state = Locked(State())

    init(limit: Int) { self.limit = limit }

    /// Keeps places for events before the work of verifying them is done: who would be sent away anyway is sent away at once, and what is
    /// verified gets in.
    func keep(_ count: Int) throws(Refusal) -> IntakePlaces {
        try state.withLock { state throws(Refusal) in
            guard !state.closed else { throw .closed }
            guard state.waiting.count + state.kept + count <= limit else { throw .full }
            state.kept += count
        }
        return IntakePlaces(self, count)
    }

    fileprivate func giveBack(_ count: Int) { state.withLock { $0.kept -= count } }

    /// Hands in all of `submissions` or none.
    /// - Parameter places: what was kept for them; as many of it as there are submissions is used up, whatever comes of them.
    /// - Returns: whether nobody attends to the tray, so that the caller must send for the registrar.
    func handIn(_ submissions: [Submission], at places: IntakePlaces? = nil) throws(Refusal) -> Bool {
        let kept = places?.take(submissions.count) ?? 0
        return try state.withLock { state throws(Refusal) in
            state.kept -= kept
            guard !state.closed else { throw .closed }
            guard state.waiting.count + state.kept + submissions.count <= limit else { throw .full }
            state.waiting.append(contentsOf: submissions)
            defer { state.attended = true }
            return !state.attended
        }
    }

    /// The next batch, oldest first; when there is none, the registrar may leave.
    func take(atMost limit: Int) -> [Submission] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(limit))
            state.waiting.removeFirst(batch.count)
            if batch.isEmpty { state.attended = false }
            return batch
        }
    }

    /// Whether not even one more gets in.
    var isFull: Bool { state.withLock { $0.waiting.count + $0.kept >= limit } }

    var isClosed: Bool { state.withLock { $0.closed } }

    var depth: Int { state.withLock { $0.waiting.count } }

    /// From now on nothing is handed in; what waits is still worked through.
    func close() { state.withLock { $0.closed = true } }
}

/// Places in the in-tray that are kept for somebody, until they are used or given back.
package final class IntakePlaces: Sendable {
    private let intake: Intake
    /// How many are left. Its lock and the tray's are never held together.
    private let left: Locked<Int>

    fileprivate init(_ intake: Intake, _ count: Int) {
        self.intake = intake
        left = Locked(count)
    }

    deinit { giveBack() }

    /// Gives back what was not used.
    package func giveBack() {
        let count = take(.max)
        if count > 0 { intake.giveBack(count) }
    }

    fileprivate func take(_ count: Int) -> Int {
        left.withLock { left in
            let taken = min(left, count)
            left -= taken
            return taken
        }
    }
}
