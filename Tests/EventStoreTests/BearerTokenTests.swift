import Encodings
import EventStore
import Testing

@Suite struct BearerTokenTests {
    static let key = SigningKey.generate()
    static let now = Instant(seconds: 1_795_348_800)
    static let audience = "log.example.org/site"

    static func token(_ claims: JSON, type: String = "JWT") throws -> BearerToken {
        try UnverifiedToken(
            parsing: CompactJWSTests.jws(
                header: #"{"alg":"EdDSA","kid":"\#(key.thumbprint)","typ":"\#(type)"}"#, payload: claims.text, key: key)
        ).verified(by: key.publicKey)
    }

    static func claims(
        iss: JSON? = "ods:RBS25", aud: JSON? = .string(audience), iat: JSON? = .integer(now.seconds),
        exp: JSON? = .integer(now.seconds + 300), jti: JSON? = "1"
    ) -> JSON {
        .object(["iss": iss, "aud": aud, "iat": iat, "exp": exp, "jti": jti])
    }

    @Test("a token that is signed here is valid here")
    func valid() throws {
        let text = try BearerToken.sign(
            issuer: "ods:RBS25", audience: Self.audience, tokenID: "abc", issued: Self.now,
            actor: .object(["id": "u1", "role": "nurse"]), key: Self.key)
        let token = try UnverifiedToken(parsing: Array(text.utf8)).verified(by: Self.key.publicKey)
        #expect(throws: Never.self) { try token.check(audience: Self.audience, now: Self.now) }
        #expect(token.issuer == "ods:RBS25")
        #expect(token.tokenID == "abc")
        #expect(token.actor?["role"] == "nurse")
        #expect(token.expires == Self.now.adding(seconds: 300))
        #expect(throws: SignatureError.keyDoesNotMatchKid) {
            try UnverifiedToken(parsing: Array(text.utf8)).verified(by: SigningKey.generate().publicKey)
        }
    }

    @Test("an event is no token, and a token is no event")
    func neverTakenForTheOther() throws {
        let event = try EventSigner.sign(payload: Self.claims(), key: Self.key)
        #expect(throws: EventParseError.eventAsToken) { try UnverifiedToken(parsing: event) }
        #expect(throws: EventParseError.eventAsToken) { try Self.token(Self.claims(), type: "jwt") }
        let token = try BearerToken.sign(
            issuer: "a", audience: "b", tokenID: "c", issued: Self.now, key: Self.key)
        #expect(throws: EventParseError.tokenAsEvent) { try UnverifiedEvent(parsing: Array(token.utf8)) }
        #expect(throws: EventParseError.notBase64url(.signature)) {
            try UnverifiedToken(parsing: Array((token + "~").utf8))
        }
    }

    @Test(
        "a claim that is missing or not for here and now is refused with its code",
        arguments: [
            (claims(iss: nil), "token-claim-missing"), (claims(iss: ""), "token-claim-missing"),
            (claims(jti: nil), "token-claim-missing"),
            (claims(aud: nil), "token-claim-missing"), (claims(iat: nil), "token-claim-missing"),
            (claims(exp: nil), "token-claim-missing"),
            (claims(exp: "1795348900"), "token-claim-missing"), (claims(aud: "other.example"), "token-audience"),
            (claims(aud: .array(["other.example"])), "token-audience"),
            (claims(iat: .integer(now.seconds + 61)), "token-issued-in-the-future"),
            (claims(exp: .integer(now.seconds - 60)), "token-expired"), (claims(exp: .integer(0)), "token-expired"),
            (claims(exp: .integer(.min)), "token-expired"),
            (claims(exp: .integer(now.seconds + 361)), "token-expires-too-late"),
            (claims(exp: .integer(.max)), "token-expires-too-late"),
            (claims(exp: .number(1e300)), "token-claim-missing"),
        ])
    func refused(claims: JSON, code: String) throws {
        let token = try Self.token(claims)
        let error = #expect(throws: TokenError.self) { try token.check(audience: Self.audience, now: Self.now) }
        #expect(error?.code == code)
    }

    @Test(
        "the clocks may differ by 60 s, times may have fractions, audiences may be a list",
        arguments: [
            claims(iat: .integer(now.seconds + 60)), claims(exp: .integer(now.seconds - 59)),
            claims(exp: .integer(now.seconds + 360)),
            claims(iat: .number(1_795_348_799.5)), claims(aud: .array(["x", .string(audience)])),
        ])
    func allowed(claims: JSON) throws {
        let token = try Self.token(claims)
        #expect(throws: Never.self) { try token.check(audience: Self.audience, now: Self.now) }
    }
}
