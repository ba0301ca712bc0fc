public import Encodings

/// Signs events: a JWS over a payload, with the disclosures of what the payload conceals.
public enum EventSigner {
    /// The event as it is posted: `JWS`, or `JWS~disclosure~…~`.
    /// - Parameters:
    ///   - payload: what is signed, with digests in place of what is concealed.
    ///   - disclosures: what is concealed, as `DisclosureMaker` made it.
    /// - Throws: what the crypto library throws when it cannot sign.
    public static func sign(
        payload: JSON, key: SigningKey, disclosures: some Collection<Disclosure> = [Disclosure]()
    ) throws -> [UInt8] {
        Disclosure.compact(
            jws: try CompactJWS.sign(payload.bytes, type: nil, key: key), disclosures: disclosures)
    }

    /// The same for whoever appends its own event: parsed by the rules for everybody's, without verifying what was just
    /// signed.
    /// - Throws: `EventParseError` if the payload and the disclosures do not fit each other; what the crypto library
    ///   throws.
    public static func signOwn(
        payload: JSON, key: SigningKey, disclosures: some Collection<Disclosure> = [Disclosure]()
    ) throws -> VerifiedEvent {
        VerifiedEvent(
            trusting: try UnverifiedEvent(parsing: sign(payload: payload, key: key, disclosures: disclosures)))
    }
}
