import Crypto
import Encodings
import Foundation
import Support
import Testing

@testable import EventStore

/// What is kept of a body must give the body again, byte for byte: a commitment holds over it.
@Suite struct PackedBodyTests {
    private static let key = SigningKey.generate()
    private static let words = [
        "consent", "school", "attendance", "\u{e9}cole", "\"quoted\"", "line\nbreak", "nhs:9990000018", "early-help",
        "1",
    ]

    private struct Sample {
        let entry: [UInt8]
        let body: [UInt8]
    }

    private static func sample(
        _ generator: inout SeededGenerator, words count: Int, items: Int = 0, key: SigningKey = key
    ) throws -> Sample {
        let (id, time) = (UniqueID.random(), Instant(milliseconds: 1_795_348_800_000))
        var maker = DisclosureMaker()
        for item in 0..<items {
            _ = maker.conceal(name: "item\(item)", value: .string(words.randomElement(using: &generator) ?? ""))
        }
        let note = (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined(separator: " ")
        let payload = JSON.object([
            "specversion": "1.0", "id": .string(id.description), "source": .string(Payload.source),
            "site": .string(Site.origin), "type": .string(Payload.type), "time": .string(time.description),
            "datacontenttype": "application/json",
            "data": .object([
                "note": .string(note), "content": .object(["_sd": Disclosure.digests(of: maker.made)]),
            ]),
        ])
        let event = try UnverifiedEvent(
            parsing: EventSigner.sign(payload: payload, key: key, disclosures: maker.made)
        ).verified(by: key.publicKey)
        let salt = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let entry = try Entry(
            id: id, type: Payload.type, author: Payload.source, kid: event.keyID, subject: .random(),
            audience: ["ods:RBS25"], cause: nil, releases: [], occurred: time, recorded: time,
            commitment: OpenedBody.commitment(salt: salt, jws: event.jws))
        return Sample(entry: entry.bytes, body: OpenedBody.plain(salt: salt, event: event))
    }

    @Test("an event comes out as it went in, short or long, with or without what it conceals")
    func exact() throws {
        var generator = SeededGenerator(seed: 77)
        for round in 0..<300 {
            let sample = try Self.sample(
                &generator, words: round % 10 == 0 ? Int.random(in: 300..<20_000, using: &generator) : round,
                items: round % 4, key: round % 2 == 0 ? Self.key : .generate())
            let packed = PackedBody.pack(sample.body, beside: sample.entry)
            #expect(PackedBody.unpack(packed, beside: sample.entry) == sample.body)
            #expect(packed.count < sample.body.count)
        }
    }

    @Test("an ordinary event takes no more than its signature, its salt, and half of what it says")
    func small() throws {
        var generator = SeededGenerator(seed: 78)
        let sample = try Self.sample(&generator, words: 60)
        let said = try #require(try OpenedBody(plain: sample.body)?.event().payloadBytes.count)
        #expect(said > 600)
        #expect(PackedBody.pack(sample.body, beside: sample.entry).count < 1 + 32 + 64 + 3 + said / 2)
    }

    @Test("the phrases are a part of the format, as docs/FORMAT.md names them")
    func phrases() {
        let digest = SHA256.hash(data: PackingPhrases.bytes)
        #expect(PackingPhrases.bytes.count == 1932)
        #expect(digest.map { String(format: "%02x", $0) }.joined().hasPrefix("d6fac0da66226dbbdb20f80ccea9e9c9"))
    }

    @Test("what is no event in its one spelling is kept as it is")
    func otherwise() throws {
        var generator = SeededGenerator(seed: 79)
        let sample = try Self.sample(&generator, words: 20, items: 2)
        let salt = Array(sample.body[..<32])
        let compact = Array(sample.body[32...])
        let text = String(decoding: compact, as: UTF8.self)
        let short = text.split(separator: ".")[..<2].joined(separator: ".") + "."
        var bodies: [[UInt8]] = [[], salt, salt + compact + [0x7E], salt + compact.dropLast()]
        for other in [
            "", ".", "..", "~", "a~b~", short, short + "AAAA", short + "=", text + ".", text + "~", text + "!",
            "__8.__8." + text.split(separator: ".")[2], text.replacingOccurrences(of: "~", with: "~~"),
            "e30.e31." + String(repeating: "A", count: 86), "e30.e30." + String(repeating: "A", count: 85) + "B",
        ] {
            bodies.append(salt + Array(other.utf8))
        }
        for body in bodies {
            let packed = PackedBody.pack(body, beside: sample.entry)
            #expect(PackedBody.unpack(packed, beside: sample.entry) == body)
        }
        #expect(PackedBody.pack(bodies[0], beside: sample.entry) == [0])
    }

    @Test(
        "bytes that are damaged give nothing, or an event that no commitment fits, and never more than an event's size")
    func damaged() throws {
        var generator = SeededGenerator(seed: 80)
        let sample = try Self.sample(&generator, words: 40, items: 1)
        let packed = PackedBody.pack(sample.body, beside: sample.entry)
        #expect(PackedBody.unpack([], beside: sample.entry) == nil)
        #expect(PackedBody.unpack([2] + packed.dropFirst(), beside: sample.entry) == nil)
        for end in 1..<packed.count {
            #expect(PackedBody.unpack(Array(packed[..<end]), beside: sample.entry) == nil)
        }
        #expect(PackedBody.unpack(packed + [0], beside: sample.entry) == nil)
        for place in 97..<100 {
            var wrong = packed
            wrong[place] ^= 1
            #expect(PackedBody.unpack(wrong, beside: sample.entry) == nil)
        }
        for _ in 0..<5_000 {
            var wrong = packed
            let place = Int.random(in: 1..<packed.count, using: &generator)
            wrong[place] ^= UInt8.random(in: 1...255, using: &generator)
            let body = PackedBody.unpack(wrong, beside: sample.entry)
            #expect(body == nil || body?.count ?? 0 <= 2 * Limits.eventBytes)
            // The padding bits behind the end of the last block are nobody's.
            if place < packed.count - 1 { #expect(body != sample.body) }
        }
    }

    @Test("a text of one letter does not grow beyond the limit when it is unpacked")
    func bomb() throws {
        let text = [UInt8](repeating: 0x20, count: Limits.eventBytes * 4)
        let bomb = try #require(Deflate.pack(text, dictionary: [1]))
        #expect(bomb.count < 10_000)
        for claimed in [0, 1, Limits.eventBytes, Limits.eventBytes + 1, 0xFF_FFFF] {
            #expect(Deflate.unpack(bomb, count: min(claimed, Limits.eventBytes), dictionary: [1]) == nil)
            let length = [16, 8, 0].map { UInt8(truncatingIfNeeded: claimed >> $0) }
            let packed = [1] + [UInt8](repeating: 0, count: 96) + length + bomb
            #expect(PackedBody.unpack(packed, beside: []) == nil)
        }
    }
}
