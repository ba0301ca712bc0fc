import Encodings
import EventStore
import Support
import Testing

@Suite struct DisclosureTests {
    static let key = SigningKey.generate()

    /// A payload with two concealed members and a concealed element, and its disclosures.
    static func sample(seed: UInt64 = 1) -> (payload: JSON, made: [Disclosure]) {
        var maker = DisclosureMaker(using: SeededGenerator(seed: seed))
        let identity = maker.conceal(name: "identity", value: .object(["name": "A"]))
        let summary = maker.conceal(name: "health.summary", value: "well")
        let element = maker.element("second")
        let payload = JSON.object([
            "id": "x",
            "data": .object([
                "content": .object(["_sd": Disclosure.digests(of: [identity, summary])]),
                "list": .array(["first", element.placeholder]),
            ]),
            "_sd_alg": "sha-256",
        ])
        return (payload, maker.made)
    }

    static func event(
        _ payload: JSON, _ disclosures: [Disclosure], _ required: UnverifiedEvent.Disclosures = .all
    ) throws -> UnverifiedEvent {
        try UnverifiedEvent(
            parsing: EventSigner.sign(payload: payload, key: key, disclosures: disclosures), disclosures: required)
    }

    @Test("the disclosure of RFC 9901's own example has the digest that is printed there")
    func published() throws {
        let encoded = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
        let disclosure = try #require(Disclosure(parsing: Array(encoded.utf8)))
        #expect(disclosure.digest == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0")
        #expect(disclosure.salt == "_26bc4LT-ac6q2KI6cBW5es")
        #expect(disclosure.name == "family_name")
        #expect(disclosure.value == "Möbius")
    }

    @Test("everything disclosed stands in its place, and the mechanism is gone")
    func complete() throws {
        let (payload, made) = Self.sample()
        let event = try Self.event(payload, made).verified(by: Self.key.publicKey)
        let content = event.resolved.json["data"]?["content"]
        #expect(content?["identity"] == .object(["name": "A"]))
        #expect(content?["health.summary"] == "well")
        #expect(content?["_sd"] == nil)
        #expect(event.resolved.json["_sd_alg"] == nil)
        #expect(event.resolved.json["data"]?["list"] == .array(["first", "second"]))
        #expect(Set(event.resolved.sdPointers) == ["/data/content", "/data/list"])
        #expect(event.resolved.withheld.isEmpty)
        #expect(event.payload["data"]?["content"]?["_sd"] != nil)
        let members = Array(event.resolved.inOrder.map(\.digest).prefix(2))
        #expect(members == members.sorted())
    }

    @Test("what is posted must have every disclosure; what was released may lack some")
    func missing() throws {
        let (payload, made) = Self.sample()
        for left in made.indices {
            var some = made
            some.remove(at: left)
            let error = #expect(throws: EventParseError.self) { try Self.event(payload, some) }
            #expect(error?.code == "disclosure-missing")
            let partial = try Self.event(payload, some, .some)
            #expect(partial.resolved.withheld == [made[left].digest])
            #expect(partial.resolved.inOrder.count == 2)
        }
        let nothing = try Self.event(payload, [], .some)
        #expect(nothing.resolved.json["data"] == .object(["content": .object([:]), "list": .array(["first"])]))
    }

    @Test("an extra, repeated, misplaced, colliding or malformed disclosure is refused with its own code")
    func refused() throws {
        let (payload, made) = Self.sample()
        var maker = DisclosureMaker()
        let stranger = maker.conceal(name: "identity", value: "B")
        let element = maker.element("x")
        let object = { (digests: [String]) in JSON.object(["_sd": .strings(digests)]) }
        let table: [(JSON, [Disclosure], String)] = [
            (payload, made + [stranger], "disclosure-extra"), (payload, made + [made[0]], "disclosure-repeated"),
            (.object(["a": object([element.digest])]), [element], "disclosure-misplaced"),
            (.array2(stranger), [stranger], "disclosure-misplaced"),
            (.object(["a": object([stranger.digest, stranger.digest])]), [stranger], "sd-digest-repeated"),
            (
                .object(["a": object([stranger.digest]), "b": object([stranger.digest])]), [stranger],
                "sd-digest-repeated"
            ),
            (
                .object(["a": .object(["identity": 1, "_sd": .strings([stranger.digest])])]), [stranger],
                "disclosure-collides"
            ),
            (.object(["a": .object(["_sd": "x"])]), [], "sd-malformed"),
            (.object(["a": object(["short"])]), [], "sd-malformed"),
            (.object(["a": .object(["...": "x"])]), [], "sd-malformed"),
            (.object(["a": .array([.object(["...": "x", "b": 1])])]), [], "sd-malformed"),
            (.object(["_sd_alg": "sha-512"]), [], "sd-alg-unsupported"),
        ]
        for (payload, disclosures, code) in table {
            let error = #expect(throws: EventParseError.self) { try Self.event(payload, disclosures) }
            #expect(error?.code == code)
        }
    }

    @Test(
        "what follows the JWS must be disclosures, each ended by a tilde",
        arguments: [
            ("~WyJhIiwiYiIsMV0", "disclosures-unterminated"), ("~WyJhIiwiYiIsMV0~a.b.c", "disclosures-unterminated"),
            ("~~", "disclosure-malformed"), ("~!!!~", "disclosure-malformed"), ("~e30~", "disclosure-malformed"),
            ("~WyJhIl0~", "disclosure-malformed"), ("~WzEsImIiLDFd~", "disclosure-malformed"),
            ("~WyJhIiwiX3NkIiwxXQ~", "disclosure-malformed"), ("~WyJhIiwiYiIsMV0~", "disclosure-extra"),
        ])
    func form(tail: String, code: String) throws {
        let jws = try EventSigner.sign(payload: .object(["a": 1]), key: Self.key)
        let error = #expect(throws: EventParseError.self) { try UnverifiedEvent(parsing: jws + Array(tail.utf8)) }
        #expect(error?.code == code)
    }

    @Test("an SD-JWT without disclosures, as stock libraries write it, is the plain event")
    func lonelyTilde() throws {
        let jws = try EventSigner.sign(payload: .object(["a": 1]), key: Self.key)
        let event = try UnverifiedEvent(parsing: jws + Array("~".utf8)).verified(by: Self.key.publicKey)
        #expect(event.compact == jws)
    }

    @Test("disclosures may conceal disclosures, up to a limit")
    func nested() throws {
        for (depth, allowed) in [(1, true), (Limits.concealmentDepth, true), (Limits.concealmentDepth + 1, false)] {
            var maker = DisclosureMaker()
            var value: JSON = "core"
            for level in 0..<depth {
                let disclosure = maker.conceal(name: "n\(level)", value: value)
                value = .object(["_sd": .strings([disclosure.digest])])
            }
            let made = maker.made
            let parsed = Result { try Self.event(.object(["data": value]), made) }
            if allowed {
                #expect(throws: Never.self) { try parsed.get() }
            } else {
                let error = #expect(throws: EventParseError.self) { try parsed.get() }
                #expect(error?.code == "disclosure-too-deep")
            }
        }
    }

    @Test("posted disclosures are kept in their order, and compact is what was posted")
    func order() throws {
        let (payload, made) = Self.sample()
        let posted = try EventSigner.sign(payload: payload, key: Self.key, disclosures: made.reversed())
        let event = try UnverifiedEvent(parsing: posted).verified(by: Self.key.publicKey)
        #expect(event.compact == posted)
        #expect(event.disclosures == made.reversed())
    }

    @Test("no two salts are alike, and none is shorter than 128 bits")
    func salts() {
        var maker = DisclosureMaker()
        let salts = Set((0..<100).map { _ in maker.conceal(name: "a", value: 1).salt })
        #expect(salts.count == 100)
        #expect(salts.allSatisfy { $0.utf8.count == 22 })
    }
}

extension JSON {
    /// An array with a member's disclosure where an element's belongs.
    fileprivate static func array2(_ disclosure: Disclosure) -> JSON {
        .object(["a": .array([disclosure.placeholder])])
    }
}
