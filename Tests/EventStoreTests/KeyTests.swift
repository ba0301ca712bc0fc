import Encodings
import EventStore
import Support
import Testing

@Suite struct KeyTests {
    /// RFC 8037, appendix A.
    static let rfc8037 = """
        {"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",\
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
        """

    static let offTheCurve = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    @Test("the thumbprint is that of RFC 8037, A.3")
    func thumbprint() throws {
        let key = try SigningKey(privateJWK: JSON.parse(Self.rfc8037))
        #expect(key.thumbprint.description == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        #expect(try PublicKey(jwk: key.publicKey.jwk) == key.publicKey)
    }

    @Test("an event of RFC 8037's key verifies, and its signing is deterministic")
    func rfc8037JWS() throws {
        let key = try SigningKey(privateJWK: JSON.parse(Self.rfc8037))
        // RFC 8037, A.4: the signature over this signing input.
        let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        #expect(Base64.url.encode(try key.sign(input.utf8)) == signature)
        let bytes = try #require(Base64.url.decode(signature))
        #expect(key.publicKey.verifies(bytes, over: input.utf8))
        #expect(!key.publicKey.verifies(bytes, over: (input + " ").utf8))
    }

    @Test("a key of either kind survives its JWK", arguments: SignatureAlgorithm.allCases)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = SigningKey.generate(algorithm)
        let again = try SigningKey(privateJWK: JSON.parse(key.privateJWK.bytes))
        #expect(again.publicKey == key.publicKey)
        #expect(again.thumbprint == key.thumbprint)
        let signature = try again.sign([1, 2, 3])
        #expect(signature.count == 64)
        #expect(key.publicKey.verifies(signature, over: [1, 2, 3]))
        #expect(!key.publicKey.verifies(signature, over: [1, 2, 4]))
        #expect(!key.publicKey.verifies(Array(signature.dropLast()), over: [1, 2, 3]))
    }

    @Test(
        "what is no key is refused with its reason",
        arguments: [
            ("[]", KeyError.notAnObject), ("{}", .unsupportedType),
            (#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, .unsupportedType),
            (#"{"kty":"EC","crv":"P-384","x":"","y":""}"#, .unsupportedType),
            (#"{"kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#, .unsupportedType),
            (#"{"kty":"OKP","crv":"Ed25519"}"#, .badCoordinate),
            (#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, .badCoordinate),
            (#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"}"#, .badCoordinate),
            (#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}"#, .badCoordinate),
            (
                #"{"kty":"EC","crv":"P-256","x":"\#(KeyTests.offTheCurve)","y":"\#(KeyTests.offTheCurve)"}"#,
                .badCoordinate
            ),
            (KeyTests.rfc8037, .privateWherePublic),
        ])
    func refused(jwk: String, reason: KeyError) throws {
        let jwk = try JSON.parse(jwk)
        #expect(throws: reason) { try PublicKey(jwk: jwk) }
    }

    @Test("a private JWK whose halves disagree is refused, and so is a public one")
    func halves() throws {
        var members = try #require(SigningKey.generate().privateJWK.object)
        members["x"] = SigningKey.generate().publicKey.jwk["x"]
        #expect(throws: KeyError.halvesDisagree) { try SigningKey(privateJWK: .object(members)) }
        members["d"] = nil
        #expect(throws: KeyError.publicWherePrivate) { try SigningKey(privateJWK: .object(members)) }
    }

    @Test(
        "only canonical base64url of 32 bytes is a thumbprint",
        arguments: [
            "", "kPrK", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4l", "kPrK+qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        ])
    func thumbprintRefused(text: String) { #expect(Thumbprint(text) == nil) }
}

@Suite struct WycheproofTests {
    @Test(
        "signatures verify where they must and fail where they must", .enabled(if: TestData.isThere),
        arguments: [
            "ed25519_test.json", "ecdsa_secp256r1_sha256_p1363_test.json",
        ])
    func vectors(file: String) throws {
        let json = try JSON.parse(TestData.bytes("vectors/wycheproof/\(file)"))
        var counts = (good: 0, bad: 0)
        for group in try #require(json["testGroups"]?.array) {
            let key = try #require(try Self.key(group))
            for test in try #require(group["tests"]?.array) {
                let message = try #require(test["msg"]?.string.flatMap(Self.bytes))
                let signature = try #require(test["sig"]?.string.flatMap(Self.bytes))
                let valid = test["result"] == "valid"
                #expect(key.verifies(signature, over: message) == valid, "\(file) test \(test["tcId"]?.integer ?? 0)")
                if valid { counts.good += 1 } else { counts.bad += 1 }
            }
        }
        #expect(counts.good > 50)
        #expect(counts.bad > 30)
    }

    private static func key(_ group: JSON) throws -> PublicKey? {
        let key = group["publicKey"] ?? group["key"]
        if let raw = key?["pk"]?.string.flatMap(bytes) { return try PublicKey(ed25519: raw) }
        guard let point = key?["uncompressed"]?.string.flatMap(bytes), point.count == 65 else { return nil }
        return try PublicKey(
            jwk: .object([
                "kty": "EC", "crv": "P-256", "x": .string(Base64.url.encode(point[1..<33])),
                "y": .string(Base64.url.encode(point[33...])),
            ]))
    }

    static func bytes(_ hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
        }
    }
}
