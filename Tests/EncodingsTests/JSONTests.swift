import Encodings
import Support
import Testing

@Suite struct JSONTests {
    @Test(
        "what two readers could understand differently is refused, with its reason",
        arguments: [
            ("", JSONError.Reason.unexpectedEnd), (" ", .unexpectedEnd), ("{", .unexpectedEnd), ("[1", .unexpectedEnd),
            ("\"abc", .unexpectedEnd), ("{\"a\":", .unexpectedEnd), ("tru", .unexpectedEnd), ("-", .unexpectedEnd),
            ("1.", .unexpectedEnd), ("1e", .unexpectedEnd), ("\"\\", .unexpectedEnd), ("\"\\u12", .unexpectedEnd),
            ("{} x", .trailingBytes), ("1 2", .trailingBytes), ("01", .trailingBytes), ("nullnull", .trailingBytes),
            ("{}{}", .trailingBytes), ("-01", .trailingBytes),
            ("{\"a\":1,\"a\":2}", .duplicateMember), ("{\"a\":1,\"\\u0061\":2}", .duplicateMember),
            ("{\"x\":{\"b\":null,\"b\":null}}", .duplicateMember),
            ("[1,]", .unexpectedCharacter), ("{\"a\":1,}", .unexpectedCharacter), ("{a:1}", .unexpectedCharacter),
            ("'a'", .unexpectedCharacter), ("+1", .unexpectedCharacter), (".5", .unexpectedCharacter),
            ("NaN", .unexpectedCharacter), ("Infinity", .unexpectedCharacter), ("True", .unexpectedCharacter),
            ("[1 2]", .unexpectedCharacter), ("{\"a\" 1}", .unexpectedCharacter), ("\"a\tb\"", .unexpectedCharacter),
            ("\"a\nb\"", .unexpectedCharacter), ("\"\u{0}\"", .unexpectedCharacter),
            ("\u{FEFF}{}", .unexpectedCharacter),
            ("/* */1", .unexpectedCharacter), ("{1:2}", .unexpectedCharacter), ("\u{A0}1", .unexpectedCharacter),
            ("\"\\x41\"", .badEscape), ("\"\\uZZZZ\"", .badEscape), ("\"\\uD800\"", .unexpectedCharacter),
            ("\"\\uD800\\u0041\"", .badEscape), ("\"\\uDC00\"", .badEscape), ("\"\\'\"", .badEscape),
            ("1e999", .badNumber), ("-x", .badNumber), ("1.x", .badNumber), ("1ex", .badNumber),
        ])
    func refused(text: String, reason: JSONError.Reason) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.reason == reason)
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let error = #expect(throws: JSONError.self) { try JSON.parse([quote] + bytes + [quote]) }
        #expect(error?.reason == .notUTF8)
    }

    @Test(
        "values are read as RFC 8259 means them",
        arguments: [
            ("null", .null), ("true", .bool(true)), (" [ ] ", .array([])), ("{}", .object(JSONObject())),
            ("0", .integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("1.5", .number(1.5)), ("1E2", .number(100)), ("1e-2", .number(0.01)),
            ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", .string("\"\\/\u{8}\u{C}\n\r\t")),
            ("\"\\u00e9\\uD83D\\uDE00\"", .string("\u{E9}\u{1F600}")), ("\"\\u0000\"", .string("\u{0}")),
            ("\"\u{7F}\u{2028}\"", .string("\u{7F}\u{2028}")),
            ("\r\n\t {\"b\":1,\"a\":[null]}", .object(["b": 1, "a": .array([.null])])),
        ] as [(String, JSON)])
    func read(text: String, value: JSON) throws {
        #expect(try JSON.parse(text) == value)
    }

    @Test("nesting is allowed 32 deep, and no deeper")
    func depth() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let allowed = String(repeating: open, count: 32) + "1" + String(repeating: close, count: 32)
            #expect(throws: Never.self) { try JSON.parse(allowed) }
            let error = #expect(throws: JSONError.self) { try JSON.parse(open + allowed + close) }
            #expect(error?.reason == .tooDeep)
        }
        let hostile = String(repeating: "[", count: 1_000_000)
        #expect(throws: JSONError.self) { try JSON.parse(hostile) }
    }

    @Test("a duplicate is found among many members too, and an object of many members is cheap")
    func manyMembers() throws {
        let members = (0..<20_000).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSON.parse("{\(members)}").object?.members.count == 20_000)
        let error = #expect(throws: JSONError.self) { try JSON.parse("{\(members),\"m7\":0}") }
        #expect(error?.reason == .duplicateMember)
    }

    @Test("a member is found by its own bytes only: the Kelvin sign is no K")
    func canonicalEquivalence() throws {
        let value = try JSON.parse("{\"\\u212Aid\":1}")
        #expect(value["Kid"] == nil)
        #expect(value["\u{212A}id"] == 1)
    }

    @Test("an error names a place and a reason, and never what stands there")
    func errorsAreSilent() throws {
        let error = #expect(throws: JSONError.self) { try JSON.parse("{\"nhs\":\"9476719931\",}") }
        #expect(error?.description.contains("9476719931") == false)
        #expect(error?.offset == 20)
    }

    @Test("what is written is read as the same, and written again as the same bytes", arguments: 0..<40)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let value = Self.random(depth: 0, using: &generator)
        let bytes = value.bytes
        let again = try JSON.parse(bytes)
        #expect(again == value)
        #expect(again.bytes == bytes)
    }

    @Test("control characters are escaped, nothing else is")
    func escapes() {
        #expect(JSON.string("a\"\\\n\r\t\u{1}\u{1F}/é\u{7F}").text == "\"a\\\"\\\\\\n\\r\\t\\u0001\\u001f/é\u{7F}\"")
    }

    private static func random(depth: Int, using generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth < 4 ? 8 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .integer(.random(in: .min ... .max, using: &generator))
        case 3: .number(.random(in: -1e9...1e9, using: &generator))
        case 4, 5: .string(text(using: &generator))
        case 6:
            .array(
                (0..<Int.random(in: 0..<5, using: &generator)).map { _ in random(depth: depth + 1, using: &generator) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0..<25, using: &generator)).map { position in
                        ("\(position)" + text(using: &generator), random(depth: depth + 1, using: &generator))
                    }))
        }
    }

    private static func text(using generator: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "\"", "\\", "/", "\u{0}", "\u{1F}", "\n", "é", "\u{1F600}", "~", "\u{FFFF}", "K",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            text.append(scalars.randomElement(using: &generator) ?? "x")
        }
        return String(text)
    }
}
