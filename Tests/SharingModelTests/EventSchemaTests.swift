import Encodings
import Foundation
import SharingModel
import Support
import Testing

@Suite("Schemas of events")
struct EventSchemaTests {
    /// To write the files anew: `SHARING_WRITE_SCHEMAS=1 swift test --filter EventSchemaTests`.
    static let writes = ProcessInfo.processInfo.environment["SHARING_WRITE_SCHEMAS"] == "1"

    @Test("The schema in docs/events is the one the decoder holds events against", arguments: EventType.allCases)
    func committed(type: EventType) throws {
        let path = "docs/events/\(type.rawValue).json"
        if Self.writes {
            try type.jsonSchema.indented.write(
                to: Configuration.root.appending(path: path), atomically: true, encoding: .utf8)
        }
        #expect(try Configuration.text(path) == type.jsonSchema.indented)
        #expect(try JSON.parse(Configuration.text(path)) == type.jsonSchema)
    }

    @Test("docs/events has a schema for each type and no other file")
    func files() throws {
        let folder = Configuration.root.appending(path: "docs/events").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(Set(files) == Set(EventType.allCases.map { $0.rawValue + ".json" }))
    }

    /// What the decoder may refuse although the schema takes it: rules between members, check digits, days that do not exist, and limits that
    /// a regular expression cannot tell.
    static let beyondSchema: Set<String> = [
        "conflict", "missing-content", "private-key", "bad-identifier", "bad-format", "missing-member", "out-of-range",
    ]

    @Test("Decoder and schema agree on thousands of events with something changed", arguments: EventSample.all)
    func agree(sample: EventSample) throws {
        var random = SeededGenerator(seed: 20_261_122)
        var validator = SchemaValidator()
        let schema = sample.type.jsonSchema
        #expect(try validator.accepts(sample.payload, schema))
        var refused = 0
        // To a schema of events a document is text; what is wrong inside it only its own reader can say. They are also long.
        let isDocument = [.baselineAdopted, .agreementProposed].contains(sample.type)
        let rounds = isDocument ? 40 : 400
        for _ in 0..<rounds {
            var changed = sample
            changed.payload = Mutation.mutate(sample.payload, &random)
            let fits = try validator.accepts(changed.payload, schema)
            // Another type is another schema.
            guard changed.payload["type"] == sample.payload["type"] else { continue }
            do throws(InvalidEvent) {
                _ = try changed.decoded()
                #expect(fits, "the decoder takes what the schema refuses")
            } catch {
                refused += 1
                let codes = Set(error.violations.map(\.code))
                let explained = isDocument || codes.isSubset(of: Self.beyondSchema)
                #expect(!fits || explained, "the schema takes what the decoder refuses: \(codes)")
                #expect(!codes.contains("unreadable"))
            }
        }
        #expect(refused > rounds / 4)
    }
}

/// Small damage to a JSON tree.
enum Mutation {
    static func mutate(_ json: JSON, _ random: inout SeededGenerator) -> JSON {
        switch json {
        case .object(var object) where !object.members.isEmpty && Int.random(in: 0..<5, using: &random) > 0:
            let name = object.members[Int.random(in: 0..<object.members.count, using: &random)].name
            switch Int.random(in: 0..<8, using: &random) {
            case 0: object[name] = nil
            case 1: object[name + "x"] = object[name]
            default: object[name] = object[name].map { mutate($0, &random) }
            }
            return .object(object)
        case .array(var values) where !values.isEmpty && Int.random(in: 0..<4, using: &random) > 0:
            let index = Int.random(in: 0..<values.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: values.remove(at: index)
            case 1: values = Array(repeating: values[index], count: 70)
            default: values[index] = mutate(values[index], &random)
            }
            return .array(values)
        case .string(let text) where Bool.random(using: &random): return .string(mutate(text, &random))
        default: return replacement(&random)
        }
    }

    private static func mutate(_ text: String, _ random: inout SeededGenerator) -> String {
        var scalars = Array(text.unicodeScalars)
        let extra: [Unicode.Scalar] = ["a", "Z", "0", "9", "-", ".", ":", " ", "*", "é", "\u{0}", "\n", "~", "/"]
        let scalar = extra[Int.random(in: 0..<extra.count, using: &random)]
        let place = Int.random(in: 0...scalars.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0 where place < scalars.count: scalars.remove(at: place)
        case 1 where place < scalars.count: scalars[place] = scalar
        default: scalars.insert(scalar, at: place)
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func replacement(_ random: inout SeededGenerator) -> JSON {
        let values: [JSON] = [
            .null, true, false, 0, 1, -1, .integer(.max), .number(0.5), .number(1e300), "", "*", "self", "nhs",
            "health.mental",
            "nhs:9434765919", "nhs:9434765910", "ods:RBS25", "gss:E08000012", "2026-01-31", "2026-02-30",
            "2026-01-31T10:00:00Z", "0192f3c4-2222-4abc-8def-000000000002", [], ["*"], [1], ["*", "a"], .object([:]),
            .object(["a": 1]), .string(String(repeating: "x", count: 300)),
        ]
        return values[Int.random(in: 0..<values.count, using: &random)]
    }
}
