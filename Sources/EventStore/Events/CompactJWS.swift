public import Encodings

/// The protected header of a JWS, checked against LOGFORMAT section 9.
public struct ProtectedHeader: Sendable, Hashable {
    public let algorithm: SignatureAlgorithm
    /// The enrolled key's thumbprint.
    public let kid: Thumbprint
    /// `typ` as it was written.
    public let type: String?

    /// Whether this is the header of a token for reading. Media types are compared without regard to case (RFC 7515
    /// §4.1.9), so that no spelling of JWT passes as an event.
    var saysToken: Bool {
        guard let type = type?.lowercased() else { return false }
        return type == "jwt" || type == "application/jwt"
    }

    init(json: [UInt8]) throws(EventParseError) {
        let members = try json.parsedObject(.header)
        guard members["crit"] == nil else { throw .criticalHeader }
        for name in ["jwk", "jku", "x5u", "x5c"] {
            guard members[name] == nil else { throw .keyInHeader }
        }
        guard let name = members["alg"]?.string else { throw .algorithmMissing }
        guard name.lowercased() != "none" else { throw .algorithmNone }
        guard let algorithm = SignatureAlgorithm(jwsName: name) else { throw .algorithmUnsupported }
        guard let kid = members["kid"] else { throw .kidMissing }
        guard let thumbprint = kid.string.flatMap(Thumbprint.init) else { throw .kidMalformed }
        if let type = members["typ"], type.string == nil { throw .typeMalformed }
        self.algorithm = algorithm
        self.kid = thumbprint
        type = members["typ"]?.string
    }
}

/// A JWS in compact serialization (RFC 7515 §7.1), taken apart but not verified.
public struct CompactJWS: Sendable {
    public let header: ProtectedHeader
    /// The payload, decoded: the bytes that make an event the same event.
    public let payloadBytes: [UInt8]
    public let payload: JSON
    /// The whole JWS as it came.
    public let bytes: [UInt8]

    let signature: [UInt8]
    private let signedCount: Int

    /// - Throws: `EventParseError`; the text must be canonical in every part.
    public init(parsing bytes: [UInt8]) throws(EventParseError) {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Limits.eventBytes else { throw .tooLarge(bytes: bytes.count, limit: Limits.eventBytes) }
        let dot = UInt8(ascii: ".")
        guard let first = bytes.firstIndex(of: dot), let second = bytes[(first + 1)...].firstIndex(of: dot),
            !bytes[(second + 1)...].contains(dot)
        else { throw .notCompactJWS }
        guard first <= Limits.headerBytes else { throw .tooLarge(bytes: first, limit: Limits.headerBytes) }
        guard let headerBytes = Base64.url.decode(bytes[..<first]) else { throw .notBase64url(.header) }
        header = try ProtectedHeader(json: headerBytes)
        guard let payloadBytes = Base64.url.decode(bytes[(first + 1)..<second]) else { throw .notBase64url(.payload) }
        guard let signature = Base64.url.decode(bytes[(second + 1)...]) else { throw .notBase64url(.signature) }
        guard signature.count == SignatureAlgorithm.signatureBytes else {
            throw .signatureLength(bytes: signature.count)
        }
        payload = .object(try payloadBytes.parsedObject(.payload))
        self.payloadBytes = payloadBytes
        self.signature = signature
        self.bytes = bytes
        signedCount = second
    }

    /// - Throws: `SignatureError` if the key is another, its kind does not fit `alg`, or the signature is not its own.
    package func check(by key: PublicKey) throws(SignatureError) {
        guard key.thumbprint == header.kid else { throw .keyDoesNotMatchKid }
        guard key.algorithm == header.algorithm else { throw .algorithmDoesNotFitKey }
        guard key.verifies(signature, over: bytes[..<signedCount]) else { throw .invalid }
    }

    /// Signs a payload. The header is `alg`, `kid` and, for tokens, `typ`.
    package static func sign(_ payload: [UInt8], type: String?, key: SigningKey) throws -> [UInt8] {
        let header = JSON.object([
            "alg": .string(key.algorithm.jwsName), "kid": .string(key.thumbprint.description),
            "typ": type.map(JSON.string),
        ])
        var bytes = Base64.url.encodeToBytes(header.bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: Base64.url.encodeToBytes(payload))
        let signature = try key.sign(bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: Base64.url.encodeToBytes(signature))
        return bytes
    }
}

extension [UInt8] {
    fileprivate func parsedObject(_ part: EventPart) throws(EventParseError) -> JSONObject {
        let json: JSON
        do throws(JSONError) {
            json = try JSON.parse(self)
        } catch {
            throw .notJSON(part, error)
        }
        guard let object = json.object else { throw .notAnObject(part) }
        return object
    }
}
