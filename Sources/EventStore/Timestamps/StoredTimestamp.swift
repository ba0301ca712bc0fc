public import Encodings

/// A checkpoint with what an outside authority stated over it, as they are kept. Both are evidence, to the byte.
public struct StoredTimestamp: Sendable, Hashable {
    /// Of the log, at the checkpoint.
    public let size: Int64
    /// The signed note; the timestamp is over its bytes (docs/FORMAT.md, section 13).
    public let note: String
    /// DER of a time-stamp response (RFC 3161).
    public let response: [UInt8]
    /// The site's clock when it came.
    public let received: Instant

    public init(size: Int64, note: String, response: [UInt8], received: Instant) {
        self.size = size
        self.note = note
        self.response = response
        self.received = received
    }
}

/// How much timestamps matter to a site.
public struct TimestampPolicy: Sendable, Hashable {
    /// Whether the site is not ready while they are overdue.
    public let isRequired: Bool
    /// For how long a log may have grown without a timestamp, in seconds.
    public let overdueAfterSeconds: Int64

    public init(isRequired: Bool, overdueAfterSeconds: Int64) {
        self.isRequired = isRequired
        self.overdueAfterSeconds = overdueAfterSeconds
    }
}
