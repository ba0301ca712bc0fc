import Crypto
public import Encodings

/// One disclosure of an SD-JWT (RFC 9901 §4.2): base64url of `[salt, name, value]`, or of `[salt, value]` for an
/// array's element.
public struct Disclosure: Sendable, Hashable {
    /// The disclosure as it is sent: its digest is over these bytes.
    public let encoded: [UInt8]
    public let salt: String
    /// Nil for an element of an array.
    public let name: String?
    public let value: JSON
    /// base64url of SHA-256 over `encoded`: what stands in the signed payload in its place.
    public let digest: String

    /// Nil unless the bytes are canonical base64url of such an array.
    public init?(parsing encoded: [UInt8]) {
        guard let bytes = Base64.url.decode(encoded), let parts = (try? JSON.parse(bytes))?.array,
            (2...3).contains(parts.count), let salt = parts[0].string
        else { return nil }
        if parts.count == 3 {
            guard let name = parts[1].string, !Self.reserved.contains(name) else { return nil }
            self.name = name
        } else {
            name = nil
        }
        self.encoded = encoded
        self.salt = salt
        value = parts[parts.count - 1]
        digest = Base64.url.encode(Array(SHA256.hash(data: encoded)))
    }

    init(salt: String, name: String?, value: JSON) {
        var parts: [JSON] = [.string(salt)]
        if let name { parts.append(.string(name)) }
        parts.append(value)
        encoded = Base64.url.encodeToBytes(JSON.array(parts).bytes)
        self.salt = salt
        self.name = name
        self.value = value
        digest = Base64.url.encode(Array(SHA256.hash(data: encoded)))
    }

    /// Names that belong to the mechanism itself (RFC 9901 §4.2.1).
    private static let reserved: Set<String> = ["_sd", "..."]

    /// Parses what follows the first `~` of an SD-JWT.
    static func parseAll(_ bytes: ArraySlice<UInt8>) throws(EventParseError) -> [Disclosure] {
        guard !bytes.isEmpty else { return [] }
        let tilde = UInt8(ascii: "~")
        guard bytes.last == tilde else { throw .unterminatedDisclosures }
        let count = bytes.count { $0 == tilde }
        guard count <= Limits.disclosuresPerEvent else {
            throw .tooManyDisclosures(count: count, limit: Limits.disclosuresPerEvent)
        }
        var disclosures: [Disclosure] = []
        disclosures.reserveCapacity(count)
        for (position, part) in bytes.dropLast().split(separator: tilde, omittingEmptySubsequences: false).enumerated()
        {
            guard let disclosure = Disclosure(parsing: Array(part)) else {
                throw .disclosureMalformed(position: position)
            }
            disclosures.append(disclosure)
        }
        return disclosures
    }

    /// `JWS`, or `JWS~disclosure~…~`.
    public static func compact(jws: [UInt8], disclosures: some Collection<Disclosure>) -> [UInt8] {
        guard !disclosures.isEmpty else { return jws }
        var bytes = jws
        bytes.reserveCapacity(disclosures.reduce(jws.count + 1) { $0 + $1.encoded.count + 1 })
        bytes.append(UInt8(ascii: "~"))
        for disclosure in disclosures {
            bytes.append(contentsOf: disclosure.encoded)
            bytes.append(UInt8(ascii: "~"))
        }
        return bytes
    }
}
