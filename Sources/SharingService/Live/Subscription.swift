import Locking

/// What a follower is told while it waits.
package struct Calls: Sendable, Hashable {
    /// There may be something for it.
    package var isWoken = false
    /// Time to show that the line is alive.
    package var isBeat = false
    /// The site is ending.
    package var isEnding = false
    /// The client is gone.
    package var isGone = false
}

/// One follower's place among the subscribers; it is given up when this value is let go.
package final class Subscription: Sendable {
    private let mailbox: Mailbox
    private let leave: @Sendable () -> Void

    init(mailbox: Mailbox, leave: @escaping @Sendable () -> Void) {
        self.mailbox = mailbox
        self.leave = leave
    }

    deinit { leave() }

    /// What has been said since the last time; waits until something has. One caller at a time.
    package func next() async -> Calls {
        await withTaskCancellationHandler {
            await mailbox.next()
        } onCancel: {
            mailbox.put { $0.isGone = true }
        }
    }

    /// Whether it must end.
    package var isOver: Bool { mailbox.isOver }

    /// The client has closed its side.
    package func clientIsGone() { mailbox.put { $0.isGone = true } }

    /// Wakes whoever waits, though nothing was recorded.
    package func nudge() { mailbox.put { $0.isWoken = true } }

    /// A write begins, which the client's slowness may hold up: for too long, and it is dropped.
    package func beginWriting() { mailbox.beginWriting() }
    package func endWriting() { mailbox.endWriting() }
}

/// Where calls wait to be heard. They add up, so that nothing is lost and nothing piles up.
///
/// The lock is held for a few moves of memory only.
final class Mailbox: Sendable {
    private struct State {
        var calls = Calls()
        var waiting: CheckedContinuation<Calls, Never>?
        /// Heartbeats since a write began that has not ended.
        var beatsOfWrite: Int?
    }

    private let onStalled: @Sendable () -> Void
    private let state = Locked(State())

    init(onStalled: @escaping @Sendable () -> Void) { self.onStalled = onStalled }

    var isOver: Bool { state.withLock { $0.calls.isEnding || $0.calls.isGone } }

    func put(_ change: (inout Calls) -> Void) {
        let heard = state.withLock { state in
            change(&state.calls)
            return Self.take(&state, if: state.waiting != nil)
        }
        heard?.resume()
    }

    func beat() {
        let (heard, isStalled) = state.withLock { state in
            state.calls.isBeat = true
            state.beatsOfWrite = state.beatsOfWrite.map { $0 + 1 }
            let isStalled = state.beatsOfWrite.map { $0 >= ServiceLimits.streamStalledBeats } ?? false
            return (Self.take(&state, if: state.waiting != nil), isStalled)
        }
        heard?.resume()
        if isStalled { onStalled() }
    }

    func next() async -> Calls {
        await withCheckedContinuation { continuation in
            let heard = state.withLock { state in
                state.waiting = continuation
                return Self.take(&state, if: state.calls != Calls())
            }
            heard?.resume()
        }
    }

    func beginWriting() { state.withLock { $0.beatsOfWrite = 0 } }
    func endWriting() { state.withLock { $0.beatsOfWrite = nil } }

    private struct Heard {
        let continuation: CheckedContinuation<Calls, Never>
        let calls: Calls

        func resume() { continuation.resume(returning: calls) }
    }

    /// Takes what was said for whoever waits. An end stays said.
    private static func take(_ state: inout State, if isReady: Bool) -> Heard? {
        guard isReady, let waiting = state.waiting else { return nil }
        defer {
            state.waiting = nil
            state.calls.isWoken = false
            state.calls.isBeat = false
        }
        return Heard(continuation: waiting, calls: state.calls)
    }
}
