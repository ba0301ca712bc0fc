import Encodings
import EventStore
import Support
import Testing

@Suite struct EntryTests {
    static let full = """
        {"v":1,"id":"0192f3c4-0000-7000-8000-000000000001","type":"sharing.referral.submitted.v1","author":"ods:RBS25",\
        "kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","subject":"0192f3c4-0000-4000-8000-000000000002",\
        "audience":["gss:E08000012","ods:RBS25"],"cause":"0192f3c4-0000-7000-8000-000000000003",\
        "releases":["0192f3c4-0000-7000-8000-000000000004"],"occurred":"2026-11-22T12:00:00.000Z",\
        "recorded":"2026-11-22T12:00:01.123Z","commitment":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}
        """
    static let least = """
        {"v":1,"id":"0192f3c4-0000-7000-8000-000000000001","type":"a","author":"b",\
        "kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","audience":["*"],"occurred":"2026-11-22T12:00:00.000Z",\
        "recorded":"2026-11-22T12:00:01.123Z","commitment":"x"}
        """

    @Test("an entry is written exactly as LOGFORMAT section 8 shows it")
    func written() throws {
        let entry = try Entry(
            id: #require(UniqueID("0192f3c4-0000-7000-8000-000000000001")), type: "sharing.referral.submitted.v1",
            author: "ods:RBS25", kid: #require(Thumbprint("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")),
            subject: UniqueID("0192f3c4-0000-4000-8000-000000000002"), audience: ["gss:E08000012", "ods:RBS25"],
            cause: UniqueID("0192f3c4-0000-7000-8000-000000000003"),
            releases: [#require(UniqueID("0192f3c4-0000-7000-8000-000000000004"))],
            occurred: #require(Instant("2026-11-22T12:00:00Z")),
            recorded: #require(Instant("2026-11-22T12:00:01.123Z")),
            commitment: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        #expect(String(decoding: entry.bytes, as: UTF8.self) == Self.full)
    }

    @Test("an entry is read as what was written, with and without its optional members", arguments: [full, least])
    func read(text: String) throws {
        let entry = try Entry(parsing: Array(text.utf8))
        #expect(entry.bytes == Array(text.utf8))
        #expect(entry.leafHash == .leaf(Array(text.utf8)))
    }

    @Test(
        "whatever byte of an entry is changed, what is still read is what would be written", arguments: [full, least])
    func changed(text: String) throws {
        let bytes = Array(text.utf8)
        var read = 0
        var refused = 0
        for position in bytes.indices {
            for byte in Array("\"\\,:[]{}0129Zaz".utf8) + [0x00, 0x1F, 0x7F, 0x80, 0xC3, bytes[position] ^ 0x01] {
                var changed = bytes
                changed[position] = byte
                guard let entry = try? Entry(parsing: changed) else {
                    refused += 1
                    continue
                }
                read += 1
                let written = try Entry(
                    id: entry.id, type: entry.type, author: entry.author, kid: entry.kid, subject: entry.subject,
                    audience: entry.audience, cause: entry.cause, releases: entry.releases, occurred: entry.occurred,
                    recorded: entry.recorded, commitment: entry.commitment)
                #expect(written.bytes == changed)
            }
        }
        #expect(read > 0)
        #expect(refused > read)
    }

    @Test("names with escapes and beyond ASCII are read as they are written")
    func unusualNames() throws {
        let entry = try Entry(
            id: #require(UniqueID("0192f3c4-0000-7000-8000-000000000001")), type: "a\"b\\c\n", author: "Zoë",
            kid: #require(Thumbprint("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")), subject: nil,
            audience: ["a\tb", "é"], cause: nil, releases: [], occurred: Instant(milliseconds: 0),
            recorded: Instant(milliseconds: 1), commitment: "x")
        #expect(try Entry(parsing: entry.bytes) == entry)
    }

    @Test(
        "anything that would be written otherwise is refused",
        arguments: [
            ("\"v\":1,", "\"v\":2,", "entry-version-unknown"), ("{\"v\":1,", "{", "entry-version-unknown"),
            ("\"v\":1,", "\"v\":1, ", "entry-not-as-written"),
            ("\"type\":\"a\"", "\"type\":\"\\u0061\"", "entry-not-as-written"),
            ("\"type\":\"a\",\"author\":\"b\"", "\"author\":\"b\",\"type\":\"a\"", "entry-not-as-written"),
            ("\"commitment\":\"x\"", "\"commitment\":\"x\",\"more\":1", "entry-not-as-written"),
            ("\"audience\":[\"*\"]", "\"audience\":[]", "entry-audience-not-sorted"),
            ("\"audience\":[\"*\"]", "\"audience\":[\"b\",\"a\"]", "entry-audience-not-sorted"),
            ("\"audience\":[\"*\"]", "\"audience\":[\"a\",\"a\"]", "entry-audience-not-sorted"),
            ("\"audience\":[\"*\"]", "\"audience\":[\"*\"],\"cause\":null", "entry-member-bad"),
            ("\"audience\":[\"*\"]", "\"audience\":[\"*\"],\"releases\":[]", "entry-not-as-written"),
            ("\"audience\":[\"*\"]", "\"audience\":[1]", "entry-member-bad"),
            ("12:00:00.000Z", "12:00:00Z", "entry-not-as-written"),
            ("12:00:00.000Z", "12:00:00.0000Z", "entry-not-as-written"), ("0192f3c4", "0192F3C4", "entry-member-bad"),
            ("}", "}\n", "entry-not-as-written"), ("}", "", "entry-not-json"),
            ("\"type\":\"a\",", "", "entry-member-bad"),
        ])
    func refused(part: String, replacement: String, code: String) {
        let text = Self.least.replacing(part, with: replacement)
        #expect(text != Self.least)
        let error = #expect(throws: EntryError.self) { try Entry(parsing: Array(text.utf8)) }
        #expect(error?.code == code)
    }

    @Test("an entry that a bundle cannot hold is refused")
    func tooLarge() throws {
        let audience = (10_000..<16_000).map { "urn:1\($0)" }
        let error = #expect(throws: EntryError.self) {
            try Entry(
                id: .random(), type: "a", author: "b", kid: CompactJWSTests.key.thumbprint, subject: nil,
                audience: audience,
                cause: nil, releases: [], occurred: Instant(seconds: 0), recorded: Instant(seconds: 0), commitment: "x")
        }
        #expect(error?.code == "entry-too-large")
    }
}
