public import Encodings

/// An event whose signature was verified under the key that its `kid` names. Whether that key may author it is the
/// caller's to judge.
public struct VerifiedEvent: Sendable {
    /// By reference: an event is handed from room to room many times, and each copy of its parts would count references to all of them.
    private final class Parts: Sendable {
        let event: UnverifiedEvent

        init(_ event: UnverifiedEvent) { self.event = event }
    }

    private let parts: Parts
    private var event: UnverifiedEvent { _read { yield parts.event } }

    /// - Precondition: the signature was verified, or made by this process itself.
    init(trusting event: UnverifiedEvent) { parts = Parts(event) }

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
