import Encodings
import Support
import Testing

@testable import EventStore

@Suite("An event that is about to be signed")
struct UnsignedEventTests {
    private let key = SigningKey.generate()

    private func payload(_ concealed: [Disclosure], note: String) -> JSON {
        .object([
            "id": .string(UniqueID.random().description),
            "data": .object([
                "content": concealed.isEmpty ? nil : .object(["_sd": Disclosure.digests(of: concealed)]),
                "note": .string(note), "count": .integer(-7), "list": .array([.null, .bool(true), .string("ü\"~.")]),
            ]),
        ])
    }

    @Test("says before it is signed what everybody reads in it afterwards")
    func same() throws {
        var random = SeededGenerator(seed: 71)
        for _ in 0..<200 {
            var maker = DisclosureMaker(using: random)
            for number in 0..<Int.random(in: 0..<4, using: &random) {
                _ = maker.conceal(
                    name: "item\(number)", value: .strings([String(repeating: "x", count: number), "\u{1F600}"]))
            }
            let note = String(
                decoding: (0..<20).map { _ in UInt8.random(in: 0x20..<0x7F, using: &random) }, as: UTF8.self)
            let payload = payload(maker.made, note: note)
            let unsigned = try UnsignedEvent(payload: payload, key: key, disclosures: maker.made)
            let signed = try unsigned.signed()
            let read = try UnverifiedEvent(parsing: signed.compact).verified(by: key.publicKey)
            #expect(read.keyID == unsigned.keyID)
            #expect(read.payloadBytes == unsigned.payloadBytes)
            #expect(read.payload == unsigned.payload)
            #expect(read.resolved == unsigned.resolved)
            #expect(read.disclosures == unsigned.disclosures)
            // Ed25519 has one signature for one text.
            let compact = try EventSigner.sign(payload: payload, key: key, disclosures: maker.made)
            #expect(signed.compact == compact)
            _ = random.next()
        }
    }

    @Test("is refused as the signed one would be")
    func refused() throws {
        var maker = DisclosureMaker()
        let one = maker.conceal(name: "one", value: .string("1"))
        let other = maker.conceal(name: "two", value: .string("2"))
        let many = (0...Limits.disclosuresPerEvent).map { maker.conceal(name: "n\($0)", value: .null) }
        let table: [(JSON, [Disclosure])] = [
            (payload([one, other], note: ""), [one]), (payload([one], note: ""), [one, other]),
            (payload([one], note: ""), [one, one]), (payload(many, note: ""), many), (.array([]), []),
            (payload([one, Disclosure(salt: "s", name: "one", value: .null)], note: ""), [one]),
            (.object(["one": .null, "_sd": Disclosure.digests(of: [one])]), [one]),
        ]
        for (payload, disclosures) in table {
            let before = #expect(throws: EventParseError.self) {
                try UnsignedEvent(payload: payload, key: key, disclosures: disclosures)
            }
            let after = #expect(throws: EventParseError.self) {
                try EventSigner.signOwn(payload: payload, key: key, disclosures: disclosures)
            }
            #expect(before == after)
        }
    }

    @Test("is refused in one way where what was signed cannot be read at all")
    func unreadable() throws {
        let deep = (0...JSON.depthLimit).reduce(JSON.null) { inner, _ in .array([inner]) }
        let unsigned = try UnsignedEvent(payload: .object(["data": deep]), key: key, disclosures: [])
        #expect(throws: OwnEventError.readsOtherwise) { try unsigned.signed() }
    }

    @Test("is refused from the very size on from which the signed one is", arguments: [0, 1])
    func large(disclosed: Int) throws {
        var maker = DisclosureMaker()
        for number in 0..<disclosed { _ = maker.conceal(name: "item\(number)", value: .string("value")) }
        let empty = try EventSigner.sign(payload: payload(maker.made, note: ""), key: key, disclosures: maker.made)
        // Three characters of a note are four of base64url.
        let room = (Limits.eventBytes - empty.count) / 4 * 3
        var outcomes: Set<Bool> = []
        for more in -6...6 {
            let payload = payload(maker.made, note: String(repeating: "x", count: room + more))
            let before = Result { try UnsignedEvent(payload: payload, key: key, disclosures: maker.made) }
            let after = Result { try EventSigner.signOwn(payload: payload, key: key, disclosures: maker.made) }
            #expect(((try? before.get()) != nil) == ((try? after.get()) != nil))
            outcomes.insert((try? before.get()) != nil)
        }
        #expect(outcomes == [true, false])
    }
}
