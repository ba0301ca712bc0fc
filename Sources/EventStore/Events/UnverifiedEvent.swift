public import Encodings

/// An event as it came: parsed strictly, its signature not yet verified. Nothing that writes accepts it.
public struct UnverifiedEvent: Sendable {
    /// Which disclosures must be there.
    public enum Disclosures: Sendable, Hashable {
        /// One for each digest and no other: what is posted, and what is stored.
        case all
        /// Any of them: what a reader was given of an event.
        case some
    }

    public let jws: CompactJWS
    public let disclosures: [Disclosure]
    public let resolved: ResolvedPayload

    public var header: ProtectedHeader { jws.header }
    public var payloadBytes: [UInt8] { jws.payloadBytes }
    /// The payload as it was signed, with `_sd`.
    public var payload: JSON { jws.payload }

    /// Parses `JWS` or `JWS~disclosure~…~`.
    /// - Throws: `EventParseError`: not canonical, a header that is refused, a token, missing or extra disclosures.
    public init(parsing bytes: [UInt8], disclosures required: Disclosures = .all) throws(EventParseError) {
        var headers = SeenHeaders()
        try self.init(parsing: bytes, disclosures: required, headers: &headers)
    }

    /// The same, for one of many.
    init(
        parsing bytes: [UInt8], disclosures required: Disclosures, headers: inout SeenHeaders
    ) throws(EventParseError) {
        guard bytes.count <= Limits.eventBytes else { throw .tooLarge(bytes: bytes.count, limit: Limits.eventBytes) }
        let tilde = UInt8(ascii: "~")
        let end = bytes.place(of: tilde, from: 0) ?? bytes.endIndex
        jws = try CompactJWS(parsing: end == bytes.endIndex ? bytes : Array(bytes[..<end]), headers: &headers)
        guard !jws.header.saysToken else { throw .tokenAsEvent }
        disclosures = end == bytes.endIndex ? [] : try Disclosure.parseAll(bytes[(end + 1)...])
        resolved = try ResolvedPayload(resolving: jws.payload, with: disclosures, required: required)
    }

    /// The event, if its signature is this key's.
    ///
    /// The caller says which key that is: the enrolled one that `header.kid` names. This is the only way from bytes to
    /// a `VerifiedEvent`.
    /// - Throws: `SignatureError`
    public func verified(by key: PublicKey) throws(SignatureError) -> VerifiedEvent {
        try jws.check(by: key)
        return VerifiedEvent(trusting: self)
    }
}
