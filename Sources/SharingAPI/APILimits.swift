import EventStore

/// The limits of the front desk, each with its reason.
package enum APILimits {
    /// One event with its disclosures (DESIGN section 9).
    static let eventBytes = Limits.eventBytes
    /// The largest event that is parsed on a connection's own event loop, in bytes: it holds the loop's other connections up for less than a
    /// millisecond.
    static let loopEventBytes = 64 << 10
    /// A body of many events, one a line: bounded so that a client cannot fill the memory.
    static let batchBodyBytes = 16 << 20
    /// Bytes of events that clients are sending or that are being worked on, all of them together: what a full queue needs, and so little that
    /// many who send much at once do not fill the memory.
    static let heldBodyBytes = 64 << 20
    /// Of these what bodies of many events leave free, however many are sent: a referral that is posted by itself does not wait behind them.
    static let singleEventsBytes = 16 << 20
    /// How long a body of events may take to arrive, in seconds: a full one comes in time on a line of a megabit a second or two. Whoever sends a byte
    /// now and then would keep its part of `heldBodyBytes` for good.
    static let bodySeconds: Int64 = 120
    /// A question: a decision asked for, a person looked up.
    static let questionBytes = 64 << 10
    /// A bearer token with its header and claims; real ones are under 1 KiB.
    static let tokenBytes = 8 << 10
    /// One header field; a token is the largest that is needed.
    static let headerBytes = 16 << 10
    static let headerFields = 100
    /// Connections open at once; each costs a file descriptor and some memory.
    static let connections = 4_096
    /// How long a client may be silent on an open connection, or take nothing of what it is sent, in seconds.
    static let idleSeconds: Int64 = 60
    /// A PEM file of certificates: as large as a system's whole collection of roots, several times.
    static let tlsFileBytes = 1 << 20
    /// How often the files of certificates are looked at, in seconds: who renews one sees it in use before they look away.
    static let certificateLookSeconds: Int64 = 10
    /// How long a connection that this side closes waits for the other's farewell, in milliseconds. Ours has been sent by then, so nobody takes an
    /// answer for cut off; and swift-nio-ssl 2.37 waits for the whole of it where half-closed connections are allowed, which would hold
    /// up the daemon's end.
    static let tlsFarewellMilliseconds: Int64 = 500
    /// Witnesses that a site asks: as many as a tlog-policy is sure to have room for.
    static let witnesses = 32
    /// How long a connection to a witness may take to open, and one call from the first byte to the last, in seconds. Nobody waits for it.
    static let witnessConnectSeconds: Int64 = 5
    static let witnessCallSeconds: Int64 = 15
    /// How long the daemon waits for its witnesses before it takes events, in seconds: a site that starts again must serve soon, even if
    /// every witness is away.
    static let witnessLookBackSeconds: Int64 = 5
    /// How often it is looked whether there is a new checkpoint to be cosigned, in milliseconds: batches in between share one cosignature.
    static let witnessPollMilliseconds: Int64 = 250
    /// How long a witness that failed is left alone, in milliseconds: at first, and at most. Each failure doubles it.
    static let witnessBackOffMilliseconds: Int64 = 1_000
    static let witnessBackOffMostMilliseconds: Int64 = 300_000
    /// A peer's question: keys, a cursor, a digest.
    static let peerQuestionBytes = 16 << 10
    /// What a peer says instead of a piece: its newest checkpoint with its cosignatures, in JSON.
    static let peerProblemBytes = 128 << 10
    /// How long a connection to a peer may take to open, in seconds.
    static let peerConnectSeconds: Int64 = 5
    /// An acknowledgement, in seconds; nobody waits for it.
    static let peerAcknowledgeSeconds: Int64 = 15
    /// How often the peers are looked at though none was added or removed, in milliseconds. Each look makes the registrar commit its projections
    /// sooner than it would.
    static let peerLookMilliseconds: Int64 = 5_000
    /// Between two heartbeats of a stream, in seconds: less than the minute for which proxies commonly let a connection be silent. The
    /// configuration can set another.
    package static let heartbeatSeconds: Int64 = 15
    /// Of a stream that is written at a time, in bytes: what a client must take within two heartbeats to count as reading.
    static let streamPieceBytes = 32 << 10
    /// How long the daemon gives what it accepted to be answered when it is told to end, in seconds.
    package static let shutdownSeconds: Int64 = 15
}
