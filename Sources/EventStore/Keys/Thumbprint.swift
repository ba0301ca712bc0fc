import Crypto
import Encodings

/// The name of a key: RFC 7638 SHA-256 thumbprint of its JWK, 43 characters of base64url. It is the `kid` of a JWS.
public struct Thumbprint: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 32 bytes, without a heap allocation: a verification reads two of them for each event.
    private let hash: MerkleHash

    /// Nil unless the text is the canonical base64url of 32 bytes.
    public init?(_ text: String) {
        guard let hash = MerkleHash(base64url: text) else { return nil }
        self.hash = hash
    }

    /// The same, from the text's bytes.
    init?(ascii text: UnsafeBufferPointer<UInt8>) {
        guard let hash = MerkleHash(base64url: text) else { return nil }
        self.hash = hash
    }

    /// - Parameter canonicalJWK: the required members only, in lexicographic order, without white space (RFC 7638 §3).
    init(canonicalJWK: [UInt8]) { hash = MerkleHash(digest: SHA256.hash(data: canonicalJWK)) }

    /// The thumbprint in base64url without padding.
    public var description: String { Base64.url.encode(hash.bytes) }

    public static func < (left: Thumbprint, right: Thumbprint) -> Bool { left.description < right.description }
}
