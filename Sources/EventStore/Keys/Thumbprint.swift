import Crypto
import Encodings

/// The name of a key: RFC 7638 SHA-256 thumbprint of its JWK, 43 characters of base64url. It is the `kid` of a JWS.
public struct Thumbprint: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The thumbprint in base64url without padding.
    public let description: String

    /// Nil unless the text is the canonical base64url of 32 bytes.
    public init?(_ text: String) {
        guard text.utf8.count == 43, Base64.url.decode(text)?.count == 32 else { return nil }
        description = text
    }

    /// - Parameter canonicalJWK: the required members only, in lexicographic order, without white space (RFC 7638 §3).
    init(canonicalJWK: [UInt8]) { description = Base64.url.encode(Array(SHA256.hash(data: canonicalJWK))) }

    public static func < (left: Thumbprint, right: Thumbprint) -> Bool { left.description < right.description }
}
