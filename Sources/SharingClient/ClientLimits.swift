/// The limits of this room, each with its reason.
package enum ClientLimits {
    /// An answer, in bytes: a page of 1,000 events with documents in them may be large, a client's memory is not endless.
    package static let answerBytes = 64 << 20
    /// How long a connection may take to open, in seconds: a site in the same country needs milliseconds.
    package static let connectSeconds: Int64 = 10
    /// How long one call may take from the first byte to the last, in seconds: an event waits for a queue of 8,192 at worst.
    package static let callSeconds: Int64 = 60
    /// How long a stream may be silent before the line counts as broken, in seconds: more than twice the longest time between heartbeats
    /// that a site can be set to.
    package static let silenceSeconds: Int64 = 150
    /// The longest wait between two tries to follow a site that is away, in seconds: it is noticed soon, and not hammered.
    package static let longestWaitSeconds: Double = 30
    /// Bytes of one request of many events; the front desk takes no more (DESIGN section 9).
    package static let batchBytes = 16 << 20
    /// Events of one request: a batch of the registrar.
    package static let batchEvents = 1_024
    /// A file that is read to be posted, in bytes.
    package static let fileBytes = 256 << 20
    /// A tile of hashes, in bytes: 256 of 32 (tlog-tiles).
    static let tileBytes = 8_192
    /// Tiles that one proof may need: two at each of eight levels, and the right edge.
    static let proofTiles = 64
}
