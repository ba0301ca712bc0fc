import Crypto
public import Encodings
import Foundation

/// A private key that signs: Ed25519 or P-256. Its memory is cleared when the last copy goes (swift-crypto sees to
/// that).
public struct SigningKey: Sendable {
    private enum Material: Sendable {
        case ed25519(Curve25519.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
    }

    private let material: Material

    public let publicKey: PublicKey

    /// The name that goes with this key's signatures as `kid`.
    public var thumbprint: Thumbprint { publicKey.thumbprint }

    public static func generate(_ algorithm: SignatureAlgorithm = .ed25519) -> SigningKey {
        switch algorithm {
        case .ed25519: SigningKey(Curve25519.Signing.PrivateKey())
        case .es256: SigningKey(P256.Signing.PrivateKey())
        }
    }

    /// Parses a private JWK (RFC 7517, RFC 8037).
    /// - Throws: `KeyError`, also if the public members do not belong to `d`.
    public init(privateJWK: JSON) throws(KeyError) {
        guard var members = privateJWK.object else { throw .notAnObject }
        guard members["d"] != nil else { throw .publicWherePrivate }
        let secret = try KeyCoordinate.read("d", of: members)
        members["d"] = nil
        let claimed = try PublicKey(jwk: .object(members))
        switch claimed.algorithm {
        case .ed25519: try self.init(ed25519Seed: secret)
        case .es256:
            guard let key = try? P256.Signing.PrivateKey(rawRepresentation: secret) else { throw .badCoordinate }
            self.init(key)
        }
        guard publicKey == claimed else { throw .halvesDisagree }
    }

    /// An Ed25519 key from its 32-byte seed.
    public init(ed25519Seed seed: [UInt8]) throws(KeyError) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw .badCoordinate
        }
        self.init(key)
    }

    private init(_ key: Curve25519.Signing.PrivateKey) {
        material = .ed25519(key)
        publicKey = PublicKey(key.publicKey)
    }

    private init(_ key: P256.Signing.PrivateKey) {
        material = .p256(key)
        publicKey = PublicKey(key.publicKey)
    }

    public var algorithm: SignatureAlgorithm { publicKey.algorithm }

    /// The private JWK. Whoever holds it signs in the owner's name: files only, mode 0600.
    public var privateJWK: JSON {
        let secret: [UInt8] =
            switch material {
            case .ed25519(let key): Array(key.rawRepresentation)
            case .p256(let key): Array(key.rawRepresentation)
            }
        var members = publicKey.jwk.object ?? JSONObject()
        members["d"] = .string(Base64.url.encode(secret))
        return .object(members)
    }

    /// 64 bytes in the form of `algorithm`.
    /// - Throws: what the crypto library throws when it cannot sign, which means that memory or randomness has run out.
    public func sign(_ message: some Collection<UInt8>) throws -> [UInt8] {
        let message = message as? [UInt8] ?? Array(message)
        switch material {
        case .ed25519(let key): return Array(try key.signature(for: message))
        case .p256(let key): return Array(try key.signature(for: message).rawRepresentation)
        }
    }
}
