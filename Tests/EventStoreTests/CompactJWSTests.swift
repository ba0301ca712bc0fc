import Encodings
import EventStore
import Testing

@Suite struct CompactJWSTests {
    static let key = SigningKey.generate()
    static let other = SigningKey.generate()
    static let p256 = SigningKey.generate(.es256)
    static let kid = key.thumbprint.description

    /// A JWS over any header and payload, signed with `key`.
    static func jws(header: String, payload: String = "{\"a\":1}", key: SigningKey = key) throws -> [UInt8] {
        let input = Base64.url.encode(Array(header.utf8)) + "." + Base64.url.encode(Array(payload.utf8))
        return Array((input + "." + Base64.url.encode(try key.sign(input.utf8))).utf8)
    }

    @Test("every allowed alg is accepted with its key", arguments: ["Ed25519", "EdDSA", "ES256"])
    func allowed(alg: String) throws {
        let key = alg == "ES256" ? Self.p256 : Self.key
        let event = try UnverifiedEvent(
            parsing: Self.jws(
                header: "{\"alg\":\"\(alg)\",\"kid\":\"\(key.thumbprint)\",\"typ\":\"vnd\",\"x\":1}", key: key))
        #expect(event.header.kid == key.thumbprint)
        let verified = try event.verified(by: key.publicKey)
        #expect(verified.payload == .object(["a": 1]))
        #expect(verified.payloadBytes == Array("{\"a\":1}".utf8))
        #expect(verified.compact == verified.jws)
    }

    @Test(
        "a header that LOGFORMAT section 9 refuses is refused with its own code, however well it is signed",
        arguments: [
            (#"{"alg":"none","kid":"KID"}"#, "alg-none"), (#"{"alg":"None","kid":"KID"}"#, "alg-none"),
            (#"{"kid":"KID"}"#, "alg-missing"), (#"{"alg":null,"kid":"KID"}"#, "alg-missing"),
            (#"{"alg":"HS256","kid":"KID"}"#, "alg-unsupported"), (#"{"alg":"ES384","kid":"KID"}"#, "alg-unsupported"),
            (#"{"alg":"RS256","kid":"KID"}"#, "alg-unsupported"), (#"{"alg":"eddsa","kid":"KID"}"#, "alg-unsupported"),
            (#"{"alg":"EdDSA","kid":"KID","crit":[]}"#, "header-crit"),
            (#"{"alg":"EdDSA","kid":"KID","crit":["b64"],"b64":false}"#, "header-crit"),
            (#"{"alg":"EdDSA","kid":"KID","jwk":{}}"#, "header-carries-key"),
            (#"{"alg":"EdDSA","kid":"KID","jku":"https://a"}"#, "header-carries-key"),
            (#"{"alg":"EdDSA","kid":"KID","x5u":"https://a"}"#, "header-carries-key"),
            (#"{"alg":"EdDSA","kid":"KID","x5c":null}"#, "header-carries-key"),
            (#"{"alg":"EdDSA"}"#, "kid-missing"), (#"{"alg":"EdDSA","kid":1}"#, "kid-malformed"),
            (#"{"alg":"EdDSA","kid":"me"}"#, "kid-malformed"),
            (#"{"alg":"EdDSA","kid":"KID","typ":"JWT"}"#, "token-as-event"),
            (#"{"alg":"EdDSA","kid":"KID","typ":"jwt"}"#, "token-as-event"),
            (#"{"alg":"EdDSA","kid":"KID","typ":"application/jwt"}"#, "token-as-event"),
            (#"{"alg":"EdDSA","kid":"KID","typ":1}"#, "typ-malformed"),
            (#"{"alg":"EdDSA","kid":"KID","kid":"KID"}"#, "json-duplicate-member"),
            (#"{"alg":"EdDSA","kid":"KID"} "x""#, "json-malformed"), (#"["EdDSA"]"#, "json-not-an-object"),
            (#"{"alg":"EdDSA","kid":"KID","p":"\#(String(repeating: "x", count: 4000))"}"#, "event-too-large"),
        ])
    func refusedHeaders(header: String, code: String) throws {
        let bytes = try Self.jws(header: header.replacing("KID", with: Self.kid))
        let error = #expect(throws: EventParseError.self) { try UnverifiedEvent(parsing: bytes) }
        #expect(error?.code == code)
    }

    @Test(
        "a payload must be one strict JSON object",
        arguments: [
            ("", "json-malformed"), ("[]", "json-not-an-object"), ("1", "json-not-an-object"),
            ("{}{}", "json-malformed"),
            (#"{"a":1,"a":1}"#, "json-duplicate-member"), (#"{"a":{"b":1,"b":2}}"#, "json-duplicate-member"),
            ("{a:1}", "json-malformed"),
        ])
    func refusedPayloads(payload: String, code: String) throws {
        let bytes = try Self.jws(header: #"{"alg":"EdDSA","kid":"\#(Self.kid)"}"#, payload: payload)
        let error = #expect(throws: EventParseError.self) { try UnverifiedEvent(parsing: bytes) }
        #expect(error?.code == code)
    }

    @Test("the compact form has three parts, each in canonical base64url")
    func form() throws {
        let good = String(decoding: try Self.jws(header: #"{"alg":"EdDSA","kid":"\#(Self.kid)"}"#), as: UTF8.self)
        let parts = good.split(separator: ".").map(String.init)
        let table: [(String, String)] = [
            ("", "event-empty"), ("abc", "jws-malformed"), (parts[0] + "." + parts[1], "jws-malformed"),
            (good + ".", "jws-malformed"),
            (good + "." + parts[2], "jws-malformed"), (good + "=", "base64url-malformed"),
            (good + "\n", "base64url-malformed"),
            (" " + good, "base64url-malformed"), (parts[0] + "=." + parts[1] + "." + parts[2], "base64url-malformed"),
            (parts[0] + "." + parts[1] + ".", "signature-length"),
            (parts[0] + "." + parts[1] + ".AAAA", "signature-length"),
            (parts[0] + ".." + parts[2], "json-malformed"), ("." + parts[1] + "." + parts[2], "json-malformed"),
            // The last character of 64 bytes carries 4 unused bits.
            (String(good.dropLast()) + Self.nextCharacter(good), "base64url-malformed"),
        ]
        for (text, code) in table {
            let error = #expect(throws: EventParseError.self) { try UnverifiedEvent(parsing: Array(text.utf8)) }
            #expect(error?.code == code, "\(text.count) characters")
        }
        #expect(throws: Never.self) { try UnverifiedEvent(parsing: Array(good.utf8)) }
    }

    /// The same bytes spelt with an unused bit set.
    private static func nextCharacter(_ text: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String(alphabet[(text.last.flatMap(alphabet.firstIndex) ?? 0) + 1])
    }

    @Test("an event at the limit of 1 MiB is read, one over it is not")
    func size() throws {
        let tooLarge = [UInt8](repeating: UInt8(ascii: "A"), count: Limits.eventBytes + 1)
        let error = #expect(throws: EventParseError.self) { try UnverifiedEvent(parsing: tooLarge) }
        #expect(error == .tooLarge(bytes: Limits.eventBytes + 1, limit: Limits.eventBytes))
        let payload = "{\"a\":\"" + String(repeating: "x", count: 700_000) + "\"}"
        let large = try Self.jws(header: #"{"alg":"EdDSA","kid":"\#(Self.kid)"}"#, payload: payload)
        #expect(throws: Never.self) { try UnverifiedEvent(parsing: large).verified(by: Self.key.publicKey) }
    }

    @Test("a signature counts under the named key, of the right kind, over these bytes, and not otherwise")
    func signatures() throws {
        let header = #"{"alg":"EdDSA","kid":"\#(Self.kid)"}"#
        let event = try UnverifiedEvent(parsing: Self.jws(header: header))
        #expect(throws: SignatureError.keyDoesNotMatchKid) { try event.verified(by: Self.other.publicKey) }
        let forged = try UnverifiedEvent(parsing: Self.jws(header: header, key: Self.other))
        #expect(throws: SignatureError.invalid) { try forged.verified(by: Self.key.publicKey) }
        let confused = try UnverifiedEvent(
            parsing: Self.jws(header: #"{"alg":"ES256","kid":"\#(Self.kid)"}"#))
        #expect(throws: SignatureError.algorithmDoesNotFitKey) { try confused.verified(by: Self.key.publicKey) }
        let confusedToo = try UnverifiedEvent(
            parsing: Self.jws(header: #"{"alg":"EdDSA","kid":"\#(Self.p256.thumbprint)"}"#, key: Self.p256))
        #expect(throws: SignatureError.algorithmDoesNotFitKey) { try confusedToo.verified(by: Self.p256.publicKey) }
    }

    @Test("no change of a single byte of a JWS goes unnoticed")
    func tampering() throws {
        let good = try Self.jws(header: #"{"alg":"EdDSA","kid":"\#(Self.kid)"}"#)
        for position in good.indices {
            var bad = good
            bad[position] ^= 1
            let verified = try? UnverifiedEvent(parsing: bad).verified(by: Self.key.publicKey)
            #expect(verified == nil, "byte \(position)")
        }
    }

    @Test("error texts never repeat what they found")
    func silent() throws {
        let bytes = try Self.jws(header: #"{"alg":"nhs:9476719931","kid":"\#(Self.kid)"}"#)
        let error = #expect(throws: EventParseError.self) { try UnverifiedEvent(parsing: bytes) }
        #expect(error?.description.contains("9476719931") == false)
    }
}
