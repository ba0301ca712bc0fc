/// The signature schemes that authors may use.
public enum SignatureAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// Ed25519 (RFC 8032); JWS `alg` `Ed25519` (RFC 9864) or `EdDSA` (RFC 8037).
    case ed25519
    /// ECDSA over P-256 with SHA-256, signature as 64 bytes r || s; JWS `alg` `ES256` (RFC 7518 §3.4).
    case es256

    /// Nil for any algorithm that is not allowed.
    public init?(jwsName: String) {
        switch jwsName {
        case "Ed25519", "EdDSA": self = .ed25519
        case "ES256": self = .es256
        default: return nil
        }
    }

    /// What to write in `alg`: the spelling that stock JOSE libraries understand.
    public var jwsName: String {
        switch self {
        case .ed25519: "EdDSA"
        case .es256: "ES256"
        }
    }

    /// Length of every signature, in bytes.
    public static let signatureBytes = 64
}
