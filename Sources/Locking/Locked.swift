import Foundation

/// A value that one thread at a time can reach.
///
/// It stands where `Synchronization.Mutex` would. That waits on a futex of its own, which ThreadSanitizer does not know:
/// it reports every access under such a lock as a race, and would have to be told to look away. This one is a POSIX mutex,
/// which it follows, so that a run without reports means something.
public final class Locked<State>: @unchecked Sendable {
    // Unchecked because the compiler cannot see that `state` is only ever touched between `lock()` and `unlock()`.
    private let lock = NSLock()
    private nonisolated(unsafe) var state: State

    public init(_ state: sending State) { self.state = state }

    /// Runs `body` while no other thread is in here. It must not come back for the same lock: that would wait for ever.
    public func withLock<Result, Failure: Error>(
        _ body: (inout sending State) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&state)
    }
}
