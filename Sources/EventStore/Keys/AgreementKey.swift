import Crypto
public import Encodings
import Foundation

/// An X25519 key that shipments are sealed to (LOGFORMAT, section 11).
public struct AgreementKey: Sendable {
    private let key: Curve25519.KeyAgreement.PrivateKey

    public static func generate() -> AgreementKey { AgreementKey(key: Curve25519.KeyAgreement.PrivateKey()) }

    private init(key: Curve25519.KeyAgreement.PrivateKey) { self.key = key }

    /// Parses a private JWK with `kty` OKP and `crv` X25519 (RFC 8037).
    public init(privateJWK: JSON) throws(KeyError) {
        guard let members = privateJWK.object else { throw .notAnObject }
        guard members["d"] != nil else { throw .publicWherePrivate }
        guard members["kty"] == "OKP", members["crv"] == "X25519" else { throw .unsupportedType }
        let secret = try KeyCoordinate.read("d", of: members)
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret) else { throw .badCoordinate }
        guard try KeyCoordinate.read("x", of: members) == Array(key.publicKey.rawRepresentation) else {
            throw .halvesDisagree
        }
        self.key = key
    }

    public var publicJWK: JSON {
        .object([
            "crv": "X25519", "kty": "OKP", "x": .string(Base64.url.encode(Array(key.publicKey.rawRepresentation))),
        ])
    }

    /// The private JWK, for its file only.
    public var privateJWK: JSON {
        var members = publicJWK.object ?? JSONObject()
        members["d"] = .string(Base64.url.encode(Array(key.rawRepresentation)))
        return .object(members)
    }
}
