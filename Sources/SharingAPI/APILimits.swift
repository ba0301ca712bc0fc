import EventStore

/// The limits of the front desk, each with its reason.
package enum APILimits {
    /// One event with its disclosures (DESIGN section 9).
    static let eventBytes = Limits.eventBytes
    /// A body of many events, one a line: bounded so that a client cannot fill the memory.
    static let batchBodyBytes = 16 << 20
    /// A question: a decision asked for, a person looked up.
    static let questionBytes = 64 << 10
    /// A bearer token with its header and claims; real ones are under 1 KiB.
    static let tokenBytes = 8 << 10
    /// One header field; a token is the largest that is needed.
    static let headerBytes = 16 << 10
    static let headerFields = 100
    /// Connections open at once; each costs a file descriptor and some memory.
    static let connections = 4_096
    /// How long a client may be silent on an open connection, in seconds.
    static let idleSeconds: Int64 = 60
    /// How long the daemon gives what it accepted to be answered when it is told to end, in seconds.
    package static let shutdownSeconds: Int64 = 15
}
