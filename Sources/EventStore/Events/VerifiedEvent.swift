public import Encodings

/// An event whose signature was verified under the key that its `kid` names. Whether that key may author it is the
/// caller's to judge.
public struct VerifiedEvent: Sendable {
    private let event: UnverifiedEvent

    /// - Precondition: the signature was verified, or made by this process itself.
    init(trusting event: UnverifiedEvent) { self.event = event }

    /// The thumbprint of the key that signed.
    public var keyID: Thumbprint { event.header.kid }
    /// The JWS without disclosures, exactly as it came: what the commitment covers.
    public var jws: [UInt8] { event.jws.bytes }
    /// The decoded payload: the same event means the same id, author and payload bytes.
    public var payloadBytes: [UInt8] { event.payloadBytes }
    /// The payload as it was signed, with `_sd`.
    public var payload: JSON { event.payload }
    public var disclosures: [Disclosure] { event.disclosures }
    /// The payload with what was disclosed put in place.
    public var resolved: ResolvedPayload { event.resolved }

    /// `JWS`, or `JWS~disclosure~…~` where there are disclosures: the bytes that are kept, and that can be parsed
    /// again.
    public var compact: [UInt8] { Disclosure.compact(jws: jws, disclosures: disclosures) }
}
