import Encodings
import SharingModel
import Testing

/// Input made to take long: what grows with the square of its size would not come to an end here.
@Suite("Hostile sizes", .timeLimit(.minutes(1)))
struct HostileSizeTests {
    static let count = 50_000

    static let members = (0..<count).map { JSONObject.Member(name: "m\($0)", value: 1) }

    @Test("An event with very many unknown members is refused, with as many violations as are of use")
    func unknownMembers() throws {
        let sample = EventSample.of(.referralSubmitted)
        let data = try #require(sample.payload["data"]?.object)
        let grown: JSON = .object(JSONObject(unique: data.members + Self.members))
        let payload = try #require(sample.payload.object)
        let whole: JSON = .object(JSONObject(unique: payload.members + Self.members))
        for payload in [sample.changing("/data", to: grown).payload, whole] {
            let error = #expect(throws: InvalidEvent.self) {
                try SharingEvent.decode(payload: payload, resolved: payload, sdPointers: [])
            }
            #expect(error?.violations.count == 100)
            #expect(error?.violations.allSatisfy { $0.code == "unknown-member" } == true)
        }
    }

    @Test("An open object with very many members is read")
    func foreign() throws {
        let payload = EventSample.of(.keyRevoked).changing("/type", to: "example.note.v1")
            .changing("/data", to: .object(JSONObject(unique: Self.members))).payload
        let event = try SharingEvent.decode(payload: payload, resolved: payload, sdPointers: [])
        #expect(event.data == .foreign)
    }

    @Test("A decision with a list far too long is refused")
    func longList() throws {
        var decision = try #require(try DecisionTests.full().json.object)
        decision["facts"] = .array(Array(repeating: "x", count: Self.count))
        #expect(throws: InvalidEvent.self) { try Decision(json: .object(decision)) }
        decision["facts"] = .array(Array(repeating: "x", count: 10_000))
        let error = #expect(throws: InvalidEvent.self) { try Decision(json: .object(decision)) }
        #expect(error?.violations.count == 100)
    }

    @Test("A document with very many keys, at its top or under a code, is refused")
    func keys() throws {
        // As many as a document can hold: five bytes a key.
        let keys = (0..<Self.count).map { Self.key($0) + ":\n" }
        let top = keys.joined()
        #expect(top.utf8.count <= Limits.documentBytes)
        let error = #expect(throws: DocumentError.self) { try Agreement.parse(yaml: top, file: "keys") }
        #expect(error?.problems.count == 100)
        let under = "items: {" + (0..<40_000).map { Self.key($0) + ": ," }.joined() + "}"
        let inner = #expect(throws: DocumentError.self) { try Baseline.parse(yaml: under, file: "keys") }
        #expect(inner?.problems.count == 100)
    }

    @Test(
        "Keys that occur twice are refused, whatever tells them apart", arguments: ["1: a\n\"1\": b", "!x a: 1\na: 2"])
    func duplicates(text: String) {
        let error = #expect(throws: DocumentError.self) { try Agreement.parse(yaml: text, file: "twice") }
        #expect(error?.problems.map(\.code) == ["not-yaml"])
    }

    @Test("A document whose keys hold collections, or have a long name with much below it, is refused")
    func nestedKeys() {
        let long = String(repeating: "k", count: 1000) + ": [" + String(repeating: "1,", count: 120_000) + "]"
        let nest = String(repeating: "{", count: 200) + "x" + String(repeating: ":1}", count: 200)
        let nests = (0..<250).map { "- {\(nest): \($0)}\n" }.joined()
        // With its sign a key may be of any length.
        let signed =
            String(repeating: "{? ", count: 500) + "[" + String(repeating: "x,", count: 120_000) + "]"
            + String(repeating: ":1}", count: 500)
        for (text, code) in [(long, "unknown-member"), (nests, "not-allowed"), (signed, "not-allowed")] {
            let error = #expect(throws: DocumentError.self) { try Agreement.parse(yaml: text, file: "nested") }
            #expect(error?.problems.contains { $0.code == code } == true, "\(error?.problems.first?.message ?? "")")
        }
    }

    @Test("An agreement of as many flows, parties and items as are allowed is checked")
    func flows() throws {
        let parties = (0..<64).map { "  - {agency: ods:A\($0), role: controller, signatory: s}\n" }.joined()
        let ends = "[" + (0..<24).map { "ods:A\($0)" }.joined(separator: ",") + "]"
        let items = (0..<100).map { "a\($0)" }
        let flows = (0..<256).map { number in
            let own = items.map { "\($0).b\(number % 2)" }.joined(separator: ",")
            let basis = "{article6: public-task, confidentiality: x\(number)}"
            return "  - {id: f\(number), from: \(ends), to: \(ends), purpose: early-help, subjects: any, "
                + "items: [\(own)], basis: \(basis), consent: required}\n"
        }
        let text =
            "agreement: big\nversion: 1\ntitle: t\nnation: england\nparties:\n\(parties)"
            + "inForce: {from: 2026-01-01}\nflows:\n" + flows.prefix(190).joined()
        #expect(text.utf8.count <= Limits.documentBytes)
        let document = try AgreementDocument(parsing: text, file: "big")
        let problems = AgreementCheck.problems(in: document, against: try Configuration.baseline())
        #expect(problems.count { $0.code == "contradicting-flows" } == 2 * (95 * 94 / 2))
    }

    /// Three letters or digits.
    private static func key(_ number: Int) -> String {
        let signs = Array("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return String([signs[number % 62], signs[number / 62 % 62], signs[number / 3844]])
    }
}
