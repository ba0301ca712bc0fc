package import Encodings
package import EventStore

/// How far a log is stamped.
package struct TimestampStanding: Sendable, Hashable {
    /// Size of the newest stamped checkpoint; nil where none is.
    package let stampedSize: Int64?
    /// When the newest timestamp came.
    package let stampedAt: Instant?
    /// Since when the log has grown beyond it: when the first entry that no timestamp covers was recorded. Nil where all is covered.
    package let unstampedSince: Instant?
    package let policy: TimestampPolicy?

    /// - Throws: `StorageError`, `LogError`
    package init(_ newest: StoredTimestamp?, policy: TimestampPolicy?, log: some LogReader) throws {
        stampedSize = newest?.size
        stampedAt = newest?.received
        self.policy = policy
        let covered = newest?.size ?? 0
        unstampedSince = covered < log.head.size ? try log.entry(at: covered).recorded : nil
    }

    init(stampedSize: Int64?, stampedAt: Instant?, unstampedSince: Instant?, policy: TimestampPolicy?) {
        self.stampedSize = stampedSize
        self.stampedAt = stampedAt
        self.unstampedSince = unstampedSince
        self.policy = policy
    }

    /// Whether the log has been without a timestamp for longer than it may.
    package func isOverdue(at now: Instant) -> Bool {
        guard let policy, let unstampedSince else { return false }
        return now > unstampedSince.adding(seconds: policy.overdueAfterSeconds)
    }
}
