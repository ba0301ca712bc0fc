import Encodings
import Support
import Testing

@testable import EventStore

/// The quick way through an event must never say anything that the strict way does not.
@Suite struct PlainEventTests {
    private func plain(_ text: String) -> PlainPayload? { Array(text.utf8).withUnsafeBufferPointer(PlainPayload.init) }

    @Test(
        "payloads as most are written are read",
        arguments: [
            "{}", #"{"id":"a"}"#, #" { "id" : "a" , "data" : [ 1 , -2 , true , null , {} , [] ] } "#,
            #"{"data":{"id":"b","x":0},"id":"a"}"#, #"{"n":-123456789012345678}"#,
        ])
    func read(_ text: String) throws {
        #expect(plain(text) != nil)
        _ = try JSON.parse(text)
    }

    @Test(
        "whatever needs more care is left to the strict way",
        arguments: [
            "", "1", "[]", "{", "{}x", #"{"a":1,}"#, #"{"a" 1}"#, #"{"a":1 "b":2}"#, #"{"a":1,"a":2}"#,
            #"{"data":{"a":1,"b":2,"a":3}}"#, #"{"a":"\u0041"}"#, "{\"a\":\"\u{e9}\"}", "{\"a\":\"\u{1}\"}",
            #"{"a":1.5}"#, #"{"a":1e3}"#, #"{"a":01}"#, #"{"a":-}"#, #"{"a":1234567890123456789}"#, #"{"a":tru}"#,
            #"{"_sd":[]}"#, #"{"data":[{"...":"x"}]}"#, #"{"":1}"#,
            "{\"a\":" + String(repeating: "[", count: 32) + String(repeating: "]", count: 32) + "}",
        ])
    func left(_ text: String) { #expect(plain(text) == nil) }

    @Test("what the quick way reads of any bytes the strict way reads too, and says the same")
    func agrees() throws {
        var generator = SeededGenerator(seed: 31)
        var (read, left) = (0, 0)
        for _ in 0..<20_000 {
            var bytes = Array(Self.object(&generator, depth: 0).utf8)
            for _ in 0..<Int.random(in: 0...2, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0:
                    bytes[place] = Array("{}[],:\"\\ 019-.eEtnf_a\n\u{7f}".utf8).randomElement(using: &generator) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(place + 6, bytes.count)], at: place)
                }
            }
            guard let plain = bytes.withUnsafeBufferPointer(PlainPayload.init) else {
                left += 1
                continue
            }
            read += 1
            let json = try JSON.parse(bytes)
            #expect(json.object != nil)
            for (name, range) in [
                ("id", plain.id), ("type", plain.type), ("source", plain.source), ("cause", plain.cause),
                ("time", plain.time), ("subject", plain.subject), ("site", plain.site),
            ] {
                #expect(range.map { String(decoding: bytes[$0], as: UTF8.self) } == json[name]?.string)
            }
            let resolved = try ResolvedPayload(resolving: json, with: [], required: .all)
            #expect(resolved.json == json && resolved.sdPointers.isEmpty)
        }
        #expect(read > 2_000 && left > 2_000, "\(read) read, \(left) left")
    }

    private static func object(_ generator: inout SeededGenerator, depth: Int) -> String {
        var names = ["id", "type", "source", "cause", "time", "subject", "site", "data", "x"].shuffled(
            using: &generator)
        names.removeLast(Int.random(in: 0..<7, using: &generator))
        let members = names.map { "\"\($0)\":\(value(&generator, depth: depth + 1))" }
        return "{" + members.joined(separator: Bool.random(using: &generator) ? "," : ", ") + "}"
    }

    private static func value(_ generator: inout SeededGenerator, depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 3 ? 5 : 7), using: &generator) {
        case 0: return "\"\(UniqueID.random(using: &generator))\""
        case 1: return "\"text\""
        case 2: return String(Int.random(in: -1_000...1_000, using: &generator))
        case 3: return ["true", "false", "null"].randomElement(using: &generator) ?? "null"
        case 4: return "\"2026-11-22T12:00:01.123Z\""
        case 5: return object(&generator, depth: depth)
        default: return "[\(value(&generator, depth: depth + 1)),\(value(&generator, depth: depth + 1))]"
        }
    }

    @Test("both ways find the same member that an entry says otherwise")
    func disagreement() throws {
        let site = try Site()
        let subject = try site.person()
        _ = try site.log.append([site.draft(subject: subject, naming: "nhs:9476719931")])
        let stored = try #require(try site.log.storage.entries(in: 0..<1).first)
        let entry = try Entry(parsing: stored.bytes)
        let body = try #require(try site.log.body(at: 0).opened)
        var headers = SeenHeaders()
        let plain = try #require(PlainEvent(scanning: body.jws, headers: &headers))
        let strict = try body.event()
        #expect(plain.subject == "nhs:9476719931")
        let other = UniqueID.random()
        func changed(
            id: UniqueID? = nil, type: String? = nil, author: String? = nil, cause: UniqueID? = nil,
            occurred: Instant? = nil
        ) throws -> Entry {
            try Entry(
                id: id ?? entry.id, type: type ?? entry.type, author: author ?? entry.author, kid: entry.kid,
                subject: entry.subject, audience: entry.audience, cause: cause, releases: [],
                occurred: occurred ?? entry.occurred, recorded: entry.recorded, commitment: entry.commitment)
        }
        for (entry, member) in [
            (try changed(), nil), (try changed(id: other), "id"), (try changed(type: "other"), "type"),
            (try changed(author: "ods:X"), "author"), (try changed(cause: other), "cause"),
            (try changed(occurred: Instant(milliseconds: 1)), "occurred"),
        ] as [(Entry, String?)] {
            #expect(plain.disagreement(with: entry) == member)
            #expect(EntryMembers.disagreement(of: entry, with: strict.payload) == member)
        }
    }
}
