public import Encodings

/// A token for reading as it came (RFC 7519): parsed by the same strict code as events, its signature not yet verified.
public struct UnverifiedToken: Sendable {
    private let jws: CompactJWS

    /// The key that claims to have signed.
    public var kid: Thumbprint { jws.header.kid }

    /// - Throws: `EventParseError`, `event-as-token` where `typ` is not JWT.
    public init(parsing bytes: [UInt8]) throws(EventParseError) {
        let jws = try CompactJWS(parsing: bytes)
        guard jws.header.type == "JWT" else { throw .eventAsToken }
        self.jws = jws
    }

    /// The token, if its signature is this key's. Whether it is valid now says `BearerToken.check(audience:now:)`.
    /// - Throws: `SignatureError`
    public func verified(by key: PublicKey) throws(SignatureError) -> BearerToken {
        try jws.check(by: key)
        return BearerToken(kid: kid, claims: jws.payload)
    }
}

/// A token for reading whose signature was verified (DESIGN, section 5).
public struct BearerToken: Sendable {
    /// The thumbprint of the key that signed; the caller checks that its agency is `issuer`.
    public let kid: Thumbprint
    public let claims: JSON

    init(kid: Thumbprint, claims: JSON) {
        self.kid = kid
        self.claims = claims
    }

    /// `iss`, empty where it is missing.
    public var issuer: String { claims["iss"]?.string ?? "" }
    /// `jti`, for the audit log.
    public var tokenID: String? { claims["jti"]?.string }
    /// `exp`; what was opened with it before may stay open.
    public var expires: Instant? { Self.instant(claims["exp"]) }
    /// `actor`, as it was signed.
    public var actor: JSON? { claims["actor"] }

    /// Checks what makes a token valid here and now: `iss`, `aud`, `iat`, `exp`, `jti`.
    /// - Parameters:
    ///   - audience: the site's origin.
    ///   - now: the site's clock.
    /// - Throws: `TokenError`
    public func check(audience: String, now: Instant) throws(TokenError) {
        for name in ["iss", "jti"] {
            guard let text = claims[name]?.string, !text.isEmpty else { throw .claimMissing(name) }
        }
        guard let intended = claims["aud"] else { throw .claimMissing("aud") }
        guard intended.string == audience || intended.array?.contains(.string(audience)) == true else {
            throw .otherAudience
        }
        guard let issued = Self.instant(claims["iat"]) else { throw .claimMissing("iat") }
        guard let expires else { throw .claimMissing("exp") }
        guard issued <= now.adding(seconds: Limits.tokenLeewaySeconds) else { throw .issuedInTheFuture }
        guard now < expires.adding(seconds: Limits.tokenLeewaySeconds) else { throw .expired }
        guard expires <= now.adding(seconds: Limits.tokenLifetimeSeconds + Limits.tokenLeewaySeconds) else {
            throw .expiresTooLate
        }
    }

    /// Signs a token.
    /// - Parameters:
    ///   - lifetimeSeconds: cut to the longest that is accepted, 300.
    ///   - actor: who asks, as {id, role}.
    /// - Throws: what the crypto library throws when it cannot sign.
    public static func sign(
        issuer: String, audience: String, tokenID: String, issued: Instant,
        lifetimeSeconds: Int64 = Limits.tokenLifetimeSeconds, actor: JSON? = nil, key: SigningKey
    ) throws -> String {
        let claims = JSON.object([
            "iss": .string(issuer), "aud": .string(audience), "iat": .integer(issued.seconds),
            "exp": .integer(issued.seconds + min(lifetimeSeconds, Limits.tokenLifetimeSeconds)),
            "jti": .string(tokenID), "actor": actor,
        ])
        return String(decoding: try CompactJWS.sign(claims.bytes, type: "JWT", key: key), as: UTF8.self)
    }

    /// A NumericDate (RFC 7519 §2): seconds, of which some libraries write fractions.
    private static func instant(_ claim: JSON?) -> Instant? {
        switch claim {
        case .integer(let seconds): Instant(seconds: seconds)
        case .number(let seconds) where seconds.magnitude < 1e12: Instant(seconds: Int64(seconds.rounded(.down)))
        default: nil
        }
    }
}

/// Why a token whose signature is good does not serve here and now.
public enum TokenError: CodedError, Hashable {
    case claimMissing(String)
    case otherAudience
    case issuedInTheFuture
    case expired
    case expiresTooLate

    public var code: String {
        switch self {
        case .claimMissing: "token-claim-missing"
        case .otherAudience: "token-audience"
        case .issuedInTheFuture: "token-issued-in-the-future"
        case .expired: "token-expired"
        case .expiresTooLate: "token-expires-too-late"
        }
    }

    public var description: String {
        switch self {
        case .claimMissing(let name): "the token's claim `\(name)` is missing or has the wrong form"
        case .otherAudience: "the token's `aud` is not this site's origin"
        case .issuedInTheFuture:
            "the token's `iat` is over \(Limits.tokenLeewaySeconds) s ahead of this site's clock; set the clock right"
        case .expired: "the token has expired; sign a new one"
        case .expiresTooLate:
            "the token's `exp` is over \(Limits.tokenLifetimeSeconds) s ahead of this site's clock; sign a shorter one"
        }
    }
}
