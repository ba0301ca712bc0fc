import Encodings

/// The shape a JSON value must have. Derived from the code that reads it (`MemberReader`), checked before anything is read, and rendered as
/// JSON Schema, so that the three cannot disagree.
indirect enum Schema: Sendable {
    case any
    /// An object with whatever members.
    case openObject
    /// Absent or null; says why nothing is expected.
    case nothing(String)
    case boolean
    case integer(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    case text(TextFormat)
    /// A closed list.
    case oneOf([String])
    case list(of: Schema, count: ClosedRange<Int>)
    case object(ObjectShape)
    /// An object whose member names are data.
    case map(key: TextFormat, value: Schema)
    /// Alternatives that differ in their JSON type.
    case either([Schema])
    case nullable(Schema)
}

/// The members of an object, and the rules that a schema cannot express.
struct ObjectShape: Sendable {
    struct Member: Sendable {
        let name: String
        let schema: Schema
        let required: Bool
    }

    var members: [Member] = []
    var rules: [String] = []
}

/// A kind of text: how it is recognised, and how it is described to people and in JSON Schema.
struct TextFormat: Sendable {
    /// Completes "expected …".
    let expected: String
    /// ECMA-262 regular expression for JSON Schema; not used for checking.
    var pattern: String?
    /// A `format` of JSON Schema.
    var format: String?
    var lengths: ClosedRange<Int>?
    /// Why a text is not of this kind; nil if it is.
    let refusal: @Sendable (String) -> Refusal?

    struct Refusal: Sendable {
        let code: String
        let detail: String
    }

    /// A format that is refused for one reason only: `bad-format`.
    init(
        _ expected: String, pattern: String? = nil, format: String? = nil, lengths: ClosedRange<Int>? = nil,
        accepts: @escaping @Sendable (String) -> Bool
    ) {
        self.init(expected, pattern: pattern, format: format, lengths: lengths) { text in
            accepts(text) ? nil : Refusal(code: "bad-format", detail: "expected " + expected)
        }
    }

    /// An identifier, refused with the rule it breaks: `bad-identifier`.
    init(
        identifier expected: String, pattern: String? = nil,
        parse: @escaping @Sendable (String) throws(IdentifierError) -> Void
    ) {
        self.init(expected, pattern: pattern, format: nil, lengths: nil) { text in
            do throws(IdentifierError) {
                try parse(text)
                return nil
            } catch {
                return Refusal(code: "bad-identifier", detail: error.description)
            }
        }
    }

    private init(
        _ expected: String, pattern: String?, format: String?, lengths: ClosedRange<Int>?,
        refusal: @escaping @Sendable (String) -> Refusal?
    ) {
        self.expected = expected
        self.pattern = pattern
        self.format = format
        self.lengths = lengths
        self.refusal = refusal
    }
}
