import Crypto
public import Encodings
import Foundation

/// A public key that verifies signatures: Ed25519 or P-256.
public struct PublicKey: Sendable, Hashable {
    private enum Material: Sendable {
        case ed25519(Curve25519.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
    }

    private let material: Material

    /// RFC 7638 thumbprint: the key's name everywhere.
    public let thumbprint: Thumbprint

    /// The key as bytes: 32 for Ed25519, x || y, 64, for P-256.
    public let rawBytes: [UInt8]

    /// Parses a public JWK (RFC 7517, RFC 8037); members that do not belong to the key itself are not looked at.
    /// - Throws: `KeyError`, also for a private key, which must not be handed around.
    public init(jwk: JSON) throws(KeyError) {
        guard let members = jwk.object else { throw .notAnObject }
        guard members["d"] == nil else { throw .privateWherePublic }
        switch (members["kty"]?.string, members["crv"]?.string) {
        case ("OKP", "Ed25519"): try self.init(ed25519: KeyCoordinate.read("x", of: members))
        case ("EC", "P-256"):
            try self.init(p256: KeyCoordinate.read("x", of: members) + KeyCoordinate.read("y", of: members))
        default: throw .unsupportedType
        }
    }

    /// An Ed25519 key from its 32 bytes.
    public init(ed25519 bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
            throw .badCoordinate
        }
        self.init(key)
    }

    /// A P-256 key from x || y, 64 bytes.
    init(p256 bytes: [UInt8]) throws(KeyError) {
        guard bytes.count == 64, let key = try? P256.Signing.PublicKey(rawRepresentation: bytes) else {
            throw .badCoordinate
        }
        self.init(key)
    }

    init(_ key: Curve25519.Signing.PublicKey) {
        material = .ed25519(key)
        rawBytes = Array(key.rawRepresentation)
        thumbprint = Thumbprint(canonicalJWK: Self.jwk(ed25519: rawBytes).bytes)
    }

    init(_ key: P256.Signing.PublicKey) {
        material = .p256(key)
        rawBytes = Array(key.rawRepresentation)
        thumbprint = Thumbprint(canonicalJWK: Self.jwk(p256: rawBytes).bytes)
    }

    public var algorithm: SignatureAlgorithm {
        switch material {
        case .ed25519: .ed25519
        case .p256: .es256
        }
    }

    /// The public JWK: the required members only, in lexicographic order.
    public var jwk: JSON {
        switch material {
        case .ed25519: Self.jwk(ed25519: rawBytes)
        case .p256: Self.jwk(p256: rawBytes)
        }
    }

    private static func jwk(ed25519 bytes: [UInt8]) -> JSON {
        .object(["crv": "Ed25519", "kty": "OKP", "x": .string(Base64.url.encode(bytes))])
    }

    private static func jwk(p256 bytes: [UInt8]) -> JSON {
        .object([
            "crv": "P-256", "kty": "EC", "x": .string(Base64.url.encode(bytes[..<32])),
            "y": .string(Base64.url.encode(bytes[32...])),
        ])
    }

    /// Whether `signature`, 64 bytes in the form of `algorithm`, is this key's over the message.
    public func verifies(_ signature: [UInt8], over message: some Collection<UInt8>) -> Bool {
        guard signature.count == SignatureAlgorithm.signatureBytes else { return false }
        return message.withContiguousStorageIfAvailable { verifies(signature, over: $0) }
            ?? Array(message).withUnsafeBufferPointer { verifies(signature, over: $0) }
    }

    private func verifies(_ signature: [UInt8], over message: UnsafeBufferPointer<UInt8>) -> Bool {
        switch material {
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        }
    }

    public static func == (left: PublicKey, right: PublicKey) -> Bool { left.rawBytes == right.rawBytes }

    public func hash(into hasher: inout Hasher) { hasher.combine(rawBytes) }
}

/// One coordinate of a key in a JWK: canonical base64url of 32 bytes.
enum KeyCoordinate {
    static func read(_ name: String, of members: JSONObject) throws(KeyError) -> [UInt8] {
        guard let text = members[name]?.string, let bytes = Base64.url.decode(text), bytes.count == 32 else {
            throw .badCoordinate
        }
        return bytes
    }
}
