/// Why a signature does not make its author answer for the bytes.
public enum SignatureError: String, CodedError, Hashable {
    case keyDoesNotMatchKid = "kid-mismatch"
    case algorithmDoesNotFitKey = "alg-mismatch"
    case invalid = "signature-invalid"

    public var code: String { rawValue }

    public var description: String {
        switch self {
        case .keyDoesNotMatchKid: "the key is not the one that `kid` names"
        case .algorithmDoesNotFitKey:
            "`alg` does not fit the enrolled key: use EdDSA or Ed25519 with an Ed25519 key, ES256 with a P-256 key"
        case .invalid: "the signature does not verify under the enrolled key; sign exactly the bytes that are sent"
        }
    }
}
