public import Encodings

/// An event that whoever appends it is about to sign: everything that others will read in it, without the signature, which takes longer than all
/// else. Nothing that writes accepts it.
public struct UnsignedEvent: Sendable {
    private let key: SigningKey
    /// What is signed.
    private let text: [UInt8]
    public let payloadBytes: [UInt8]
    /// The payload as it will be signed, with `_sd`.
    public let payload: JSON
    public let disclosures: [Disclosure]
    /// The payload with what is concealed put in its place.
    public let resolved: ResolvedPayload

    /// The thumbprint of the key that will sign.
    public var keyID: Thumbprint { key.thumbprint }

    /// - Parameters:
    ///   - payload: an object, with digests in place of what is concealed.
    ///   - disclosures: what is concealed, as `DisclosureMaker` made it.
    /// - Throws: `EventParseError` if it would be too large, or payload and disclosures do not fit each other.
    public init(payload: JSON, key: SigningKey, disclosures: [Disclosure]) throws(EventParseError) {
        guard payload.object != nil else { throw .notAnObject(.payload) }
        guard disclosures.count <= Limits.disclosuresPerEvent else {
            throw .tooManyDisclosures(count: disclosures.count, limit: Limits.disclosuresPerEvent)
        }
        payloadBytes = payload.bytes
        text = CompactJWS.signed(payloadBytes, type: nil, key: key)
        // As `Disclosure.compact` writes it: the first `~` stands only before a disclosure.
        let bytes = disclosures.reduce(text.count + Self.signatureCharacters + min(disclosures.count, 1)) {
            $0 + $1.encoded.count + 1
        }
        guard bytes <= Limits.eventBytes else { throw .tooLarge(bytes: bytes, limit: Limits.eventBytes) }
        resolved = try ResolvedPayload(resolving: payload, with: disclosures, required: .all)
        self.key = key
        self.payload = payload
        self.disclosures = disclosures
    }

    /// 64 bytes in base64url, and the dot before them.
    private static let signatureCharacters = 87

    /// Signs it, and reads it as everybody will: by the rules for every event, from the bytes that are kept.
    public func signed() throws(OwnEventError) -> VerifiedEvent {
        guard let jws = try? CompactJWS.sign(text, key: key) else { throw .notSigned }
        guard let event = try? UnverifiedEvent(parsing: Disclosure.compact(jws: jws, disclosures: disclosures)),
            event.header.kid == keyID, event.payload == payload, event.resolved == resolved
        else { throw .readsOtherwise }
        return VerifiedEvent(trusting: event)
    }
}

/// Why an own event cannot be appended: a fault of this program, or of the crypto library.
public enum OwnEventError: String, CodedError {
    case notSigned = "own-event-not-signed"
    case readsOtherwise = "own-event-reads-otherwise"

    public var code: String { rawValue }

    public var description: String {
        switch self {
        case .notSigned: "an event of the site's own could not be signed; report it with the release's number"
        case .readsOtherwise:
            "what was signed does not read as it was meant, which is a fault of this program; report it with the release's number"
        }
    }
}
