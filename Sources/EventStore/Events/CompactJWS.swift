public import Encodings
import Foundation

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

/// Headers that were parsed before, by their text: an agency's events all have the same. For those who parse many in a row.
package struct SeenHeaders {
    private var parsed: [(text: [UInt8], header: ProtectedHeader)] = []

    /// How many to remember: comparing them all costs less than hashing one.
    private static let limit = 16

    package init() {}

    mutating func header(_ text: ArraySlice<UInt8>) throws(EventParseError) -> ProtectedHeader {
        for seen in parsed where Self.areSame(seen.text, text) { return seen.header }
        guard let json = Base64.url.decode(text) else { throw .notBase64url(.header) }
        let header = try ProtectedHeader(json: json)
        if parsed.count < Self.limit { parsed.append((Array(text), header)) }
        return header
    }

    private static func areSame(_ seen: [UInt8], _ text: ArraySlice<UInt8>) -> Bool {
        guard seen.count == text.count else { return false }
        return seen.withUnsafeBytes { seen in
            text.withUnsafeBytes { text in
                guard let seen = seen.baseAddress, let bytes = text.baseAddress else { return true }
                return memcmp(seen, bytes, text.count) == 0
            }
        }
    }
}

/// The parts of a JWS in compact serialization (RFC 7515 §7.1), each decoded; the payload is any bytes yet.
struct JWSParts: Sendable {
    let header: ProtectedHeader
    let payloadBytes: [UInt8]
    /// The whole JWS as it came.
    let bytes: [UInt8]
    private let signature: [UInt8]
    private let signedCount: Int

    /// - Throws: `EventParseError`; the text must be canonical in every part.
    init(parsing bytes: [UInt8], headers: inout SeenHeaders) throws(EventParseError) {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Limits.eventBytes else { throw .tooLarge(bytes: bytes.count, limit: Limits.eventBytes) }
        let dot = UInt8(ascii: ".")
        guard let first = bytes.place(of: dot, from: 0), let second = bytes.place(of: dot, from: first + 1),
            bytes.place(of: dot, from: second + 1) == nil
        else { throw .notCompactJWS }
        guard first <= Limits.headerBytes else { throw .tooLarge(bytes: first, limit: Limits.headerBytes) }
        header = try headers.header(bytes[..<first])
        guard let payloadBytes = Base64.url.decode(bytes[(first + 1)..<second]) else { throw .notBase64url(.payload) }
        guard let signature = Base64.url.decode(bytes[(second + 1)...]) else { throw .notBase64url(.signature) }
        guard signature.count == SignatureAlgorithm.signatureBytes else {
            throw .signatureLength(bytes: signature.count)
        }
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
}

/// A JWS in compact serialization (RFC 7515 §7.1), taken apart but not verified.
public struct CompactJWS: Sendable {
    let parts: JWSParts
    public let payload: JSON

    public var header: ProtectedHeader { parts.header }
    /// The payload, decoded: the bytes that make an event the same event.
    public var payloadBytes: [UInt8] { parts.payloadBytes }
    /// The whole JWS as it came.
    public var bytes: [UInt8] { parts.bytes }

    /// - Throws: `EventParseError`; the text must be canonical in every part.
    public init(parsing bytes: [UInt8]) throws(EventParseError) {
        var headers = SeenHeaders()
        try self.init(parsing: bytes, headers: &headers)
    }

    /// The same, for one of many.
    init(parsing bytes: [UInt8], headers: inout SeenHeaders) throws(EventParseError) {
        parts = try JWSParts(parsing: bytes, headers: &headers)
        payload = .object(try parts.payloadBytes.parsedObject(.payload))
    }

    /// - Throws: `SignatureError` if the key is another, its kind does not fit `alg`, or the signature is not its own.
    package func check(by key: PublicKey) throws(SignatureError) { try parts.check(by: key) }

    /// Signs a payload. The header is `alg`, `kid` and, for tokens, `typ`.
    package static func sign(_ payload: [UInt8], type: String?, key: SigningKey) throws -> [UInt8] {
        try sign(signed(payload, type: type, key: key), key: key)
    }

    /// What a key signs: header and payload.
    static func signed(_ payload: [UInt8], type: String?, key: SigningKey) -> [UInt8] {
        let header = JSON.object([
            "alg": .string(key.algorithm.jwsName), "kid": .string(key.thumbprint.description),
            "typ": type.map(JSON.string),
        ])
        var bytes = Base64.url.encodeToBytes(header.bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: Base64.url.encodeToBytes(payload))
        return bytes
    }

    /// - Parameter text: header and payload, as `signed` makes them.
    static func sign(_ text: [UInt8], key: SigningKey) throws -> [UInt8] {
        var bytes = text
        let signature = try key.sign(bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: Base64.url.encodeToBytes(signature))
        return bytes
    }
}

extension [UInt8] {
    /// The first place of a byte from an index on; many times as fast as looking at one after the other.
    func place(of byte: UInt8, from start: Int) -> Int? {
        withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

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
