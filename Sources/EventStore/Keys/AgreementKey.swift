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

    /// What whoever sends to this key knows of it.
    public var publicKey: AgreementPublicKey { AgreementPublicKey(Array(key.publicKey.rawRepresentation)) }

    /// The 32 bytes that open what was sealed to it.
    package var secretBytes: [UInt8] { Array(key.rawRepresentation) }
}

/// The public half of an X25519 key: what shipments are sealed to.
public struct AgreementPublicKey: Sendable, Hashable {
    /// 32 bytes.
    public let rawBytes: [UInt8]

    /// Parses a public JWK with `kty` OKP and `crv` X25519 (RFC 8037).
    public init(jwk: JSON) throws(KeyError) {
        guard let members = jwk.object else { throw .notAnObject }
        guard members["d"] == nil else { throw .privateWherePublic }
        guard members["kty"] == "OKP", members["crv"] == "X25519" else { throw .notForAgreement }
        self.init(try KeyCoordinate.read("x", of: members))
    }

    fileprivate init(_ rawBytes: [UInt8]) { self.rawBytes = rawBytes }

    public var jwk: JSON {
        .object(["crv": "X25519", "kty": "OKP", "x": .string(Base64.url.encode(rawBytes))])
    }

    /// RFC 7638: the bytes of SHA-256 over the JWK, by which a shipment says which key it is sealed to.
    public var thumbprintBytes: [UInt8] { Array(SHA256.hash(data: jwk.bytes)) }
}
