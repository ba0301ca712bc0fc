package import EventStore
package import Timestamping

/// What a site is told about having its checkpoints stamped by an outside authority.
package struct Stamping: Sendable, Hashable {
    /// Of the authority.
    package let url: String
    /// What the authority's certificate must lead to.
    package let trusted: TrustedAuthorities
    /// Seconds between two timestamps, at least.
    package let everySeconds: Int64
    package let policy: TimestampPolicy

    package init(url: String, trusted: TrustedAuthorities, everySeconds: Int64, policy: TimestampPolicy) {
        self.url = url
        self.trusted = trusted
        self.everySeconds = everySeconds
        self.policy = policy
    }
}
