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

    /// Hands in all of `submissions` or none.
    /// - Returns: whether nobody attends to the tray, so that the caller must send for the registrar.
    func handIn(_ submissions: [Submission]) throws(Refusal) -> Bool {
        try state.withLock { state throws(Refusal) in
            guard !state.closed else { throw .closed }
            guard state.waiting.count + submissions.count <= limit else { throw .full }
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

    var isClosed: Bool { state.withLock { $0.closed } }

    var depth: Int { state.withLock { $0.waiting.count } }

    /// From now on nothing is handed in; what waits is still worked through.
    func close() { state.withLock { $0.closed = true } }
}
