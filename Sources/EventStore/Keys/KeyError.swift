/// Why a JWK is not a key that can be used here. It never repeats the JWK.
public enum KeyError: String, CodedError, Hashable {
    case notAnObject = "key-not-an-object"
    case unsupportedType = "key-type-unsupported"
    case notForAgreement = "key-not-for-agreement"
    case badCoordinate = "key-malformed"
    case privateWherePublic = "key-is-private"
    case publicWherePrivate = "key-is-public"
    case halvesDisagree = "key-halves-disagree"

    public var code: String { rawValue }

    public var description: String {
        switch self {
        case .notAnObject: "a key must be a JSON object (JWK, RFC 7517)"
        case .unsupportedType: "use a key with kty OKP and crv Ed25519, or kty EC and crv P-256; no other is supported"
        case .notForAgreement: "this key receives shipments: it has kty OKP and crv X25519; no other is supported"
        case .badCoordinate:
            "a member of the key is missing, is not canonical base64url of 32 bytes, or is not on the curve"
        case .privateWherePublic:
            "this is a private key: take the member d out, and replace the key if others may have seen it"
        case .publicWherePrivate: "this is a public key; signing needs the private one, with the member d"
        case .halvesDisagree: "the public members of the key do not belong to its private member d"
        }
    }
}
