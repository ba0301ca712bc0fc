public import Encodings

/// Why bytes are not a signed event or token that this library accepts (LOGFORMAT, section 9).
public enum EventParseError: CodedError, Hashable {
    case empty
    case tooLarge(bytes: Int, limit: Int)
    case notCompactJWS
    case notBase64url(EventPart)
    case notJSON(EventPart, JSONError)
    case notAnObject(EventPart)
    case criticalHeader
    case algorithmMissing
    case algorithmNone
    case algorithmUnsupported
    case keyInHeader
    case kidMissing
    case kidMalformed
    case typeMalformed
    case tokenAsEvent
    case eventAsToken
    case signatureLength(bytes: Int)
    case unterminatedDisclosures
    case tooManyDisclosures(count: Int, limit: Int)
    case disclosureMalformed(position: Int)
    case digestAlgorithmUnsupported
    case digestsMalformed(pointer: String)
    case digestRepeated(pointer: String)
    case disclosureMissing(pointer: String)
    case disclosureExtra(position: Int)
    case disclosureRepeated(position: Int)
    case disclosureCollides(pointer: String)
    case disclosureMisplaced(pointer: String)
    case concealedTooDeep(pointer: String)

    public var code: String {
        switch self {
        case .empty: "event-empty"
        case .tooLarge: "event-too-large"
        case .notCompactJWS: "jws-malformed"
        case .notBase64url: "base64url-malformed"
        case .notJSON(_, let error) where error.reason == .duplicateMember: "json-duplicate-member"
        case .notJSON: "json-malformed"
        case .notAnObject: "json-not-an-object"
        case .criticalHeader: "header-crit"
        case .algorithmMissing: "alg-missing"
        case .algorithmNone: "alg-none"
        case .algorithmUnsupported: "alg-unsupported"
        case .keyInHeader: "header-carries-key"
        case .kidMissing: "kid-missing"
        case .kidMalformed: "kid-malformed"
        case .typeMalformed: "typ-malformed"
        case .tokenAsEvent: "token-as-event"
        case .eventAsToken: "event-as-token"
        case .signatureLength: "signature-length"
        case .unterminatedDisclosures: "disclosures-unterminated"
        case .tooManyDisclosures: "disclosures-too-many"
        case .disclosureMalformed: "disclosure-malformed"
        case .digestAlgorithmUnsupported: "sd-alg-unsupported"
        case .digestsMalformed: "sd-malformed"
        case .digestRepeated: "sd-digest-repeated"
        case .disclosureMissing: "disclosure-missing"
        case .disclosureExtra: "disclosure-extra"
        case .disclosureRepeated: "disclosure-repeated"
        case .disclosureCollides: "disclosure-collides"
        case .disclosureMisplaced: "disclosure-misplaced"
        case .concealedTooDeep: "disclosure-too-deep"
        }
    }

    public var description: String {
        switch self {
        case .empty: "nothing was sent; expected a signed event, `JWS` or `JWS~disclosure~…~`"
        case .tooLarge(let bytes, let limit): "the event has \(bytes) bytes; the limit is \(limit)"
        case .notCompactJWS:
            "expected a JWS in compact serialization: header, payload and signature, joined by two dots"
        case .notBase64url(let part):
            "the \(part) is not base64url in its one canonical spelling, without padding and with unused bits zero"
        case .notJSON(let part, let error): "the \(part) is not JSON: \(error)"
        case .notAnObject(let part): "the \(part) must be a JSON object"
        case .criticalHeader: "the header has `crit`; no extension is understood here, leave it out"
        case .algorithmMissing: "the header has no `alg`; use Ed25519, EdDSA or ES256"
        case .algorithmNone: "`alg` is none: an event must be signed, with Ed25519, EdDSA or ES256"
        case .algorithmUnsupported: "`alg` must be Ed25519, EdDSA or ES256"
        case .keyInHeader:
            "the header carries or points to a key (jwk, jku, x5u or x5c); name an enrolled key by `kid` instead"
        case .kidMissing: "the header has no `kid`; name the enrolled key by its RFC 7638 thumbprint"
        case .kidMalformed: "`kid` must be an RFC 7638 SHA-256 thumbprint, 43 characters of base64url"
        case .typeMalformed: "`typ` must be a string"
        case .tokenAsEvent: "a token was posted as an event: `typ` is JWT; sign the event itself and leave `typ` out"
        case .eventAsToken: "expected a token for reading: a JWS whose `typ` is JWT"
        case .signatureLength(let bytes):
            "the signature has \(bytes) bytes; expected 64 (for ES256, r and s of 32 bytes each)"
        case .unterminatedDisclosures:
            "what follows the JWS must be disclosures, each ended by `~`, without key binding"
        case .tooManyDisclosures(let count, let limit): "there are \(count) disclosures; the limit is \(limit)"
        case .disclosureMalformed(let position):
            "disclosure \(position) is not base64url of a JSON array [salt, name, value] or [salt, value]"
        case .digestAlgorithmUnsupported: "`_sd_alg` must be sha-256, or be left out"
        case .digestsMalformed(let pointer): "`_sd` must be an array of SHA-256 digests in base64url, at \(pointer)"
        case .digestRepeated(let pointer): "the same digest stands in the payload twice, at \(pointer)"
        case .disclosureMissing(let pointer):
            "a digest has no disclosure, at \(pointer); send every disclosure with the event"
        case .disclosureExtra(let position): "disclosure \(position) fits no digest of the payload; leave it out"
        case .disclosureRepeated(let position): "disclosure \(position) was sent before; send each once"
        case .disclosureCollides(let pointer): "a disclosed member is there already, at \(pointer)"
        case .disclosureMisplaced(let pointer):
            "a member must be disclosed in an object's `_sd` and an element in an array's `...`, at \(pointer)"
        case .concealedTooDeep(let pointer):
            "disclosures conceal disclosures deeper than the limit of \(Limits.concealmentDepth), at \(pointer)"
        }
    }
}

/// A part of a signed event, for error texts.
public enum EventPart: Sendable, Hashable, CustomStringConvertible {
    case header
    case payload
    case signature

    public var description: String {
        switch self {
        case .header: "protected header"
        case .payload: "payload"
        case .signature: "signature"
        }
    }
}
