/// The limits of this room, each with its reason.
package enum TimestampLimits {
    /// An authority's response with its certificates, in bytes. Those of authorities in the field have 2,000 to 8,000.
    package static let responseBytes = 64 << 10
    /// A file of trusted certificates, in bytes: a few hundred of them.
    package static let trustBytes = 1 << 20
    /// The nonce of a request, in bytes: enough that no two requests ever share one, and that nobody guesses it.
    static let nonceBytes = 16
    /// How long connecting to an authority may take, in seconds.
    static let connectSeconds: Int64 = 5
    /// How long a whole call may take, in seconds. Nothing waits for it but the next call.
    static let callSeconds: Int64 = 20
    /// How far an authority's time may be from ours, in seconds, beside the accuracy that it states: clocks differ, and answers
    /// travel. More means that one of the two is wrong.
    package static let clockToleranceSeconds: Int64 = 300
}
