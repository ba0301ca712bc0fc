package import Encodings

/// When the next checkpoint is to be stamped: at most so often, only where the log has grown, and later and later after failures.
/// A value: it is told the time and does nothing by itself.
package struct StampSchedule: Sendable, Hashable {
    /// Seconds between two timestamps, at least.
    package let everySeconds: Int64
    /// The size of the newest checkpoint that is stamped; nil where none is.
    package private(set) var stampedSize: Int64?
    package private(set) var failures = 0
    private var notBefore: Instant?

    /// - Parameter stampedAt: when the newest timestamp came.
    package init(everySeconds: Int64, stampedSize: Int64?, stampedAt: Instant?) {
        self.everySeconds = everySeconds
        self.stampedSize = stampedSize
        notBefore = stampedAt?.adding(seconds: everySeconds)
    }

    package func hasGrown(to size: Int64) -> Bool { size > (stampedSize ?? 0) }

    package func isDue(size: Int64, now: Instant) -> Bool {
        guard hasGrown(to: size) else { return false }
        guard let notBefore, now < notBefore else { return true }
        // A clock that was set back must not keep the log unstamped until it has caught up.
        return notBefore > now.adding(seconds: max(everySeconds, ServiceLimits.stampBackoffMostSeconds))
    }

    package mutating func succeeded(size: Int64, now: Instant) {
        stampedSize = size
        failures = 0
        notBefore = now.adding(seconds: everySeconds)
    }

    /// - Parameter jitter: 0 to 1, random, so that many sites do not come back at one moment after an authority's failure.
    package mutating func failed(now: Instant, jitter: Double) {
        failures += 1
        let most = min(max(everySeconds, 1), ServiceLimits.stampBackoffMostSeconds)
        let full = min(most, ServiceLimits.stampBackoffSeconds << min(Int64(failures - 1), 16))
        let milliseconds = Double(full * 1000) * (0.5 + 0.5 * min(max(jitter, 0), 1))
        notBefore = Instant(milliseconds: now.milliseconds + Int64(milliseconds))
    }
}
