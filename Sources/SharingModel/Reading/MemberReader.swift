import Encodings

/// A JSON object whose members are declared once, in `init(reading:)`: that declaration reads them, and described it gives their schema.
protocol Record: Sendable {
    init(reading members: inout MemberReader)
}

/// Hands out the members of an object, or, while describing, notes which are asked for and hands out placeholders.
///
/// Reading follows a check against the schema, so a value that cannot be read is a fault of ours; it is noted in the report, a placeholder
/// takes its place, and nothing built from it is used.
struct MemberReader {
    private let object: JSONObject?
    private let report: ReadingReport
    private(set) var shape = ObjectShape()

    /// Reads the members of an object.
    init(_ object: JSONObject, _ report: ReadingReport) {
        self.object = object
        self.report = report
    }

    /// Describes.
    init() {
        object = nil
        report = ReadingReport()
    }

    mutating func required<Value>(_ name: String, _ field: Field<Value>) -> Value {
        guard let object else {
            shape.members.append(ObjectShape.Member(name: name, schema: field.schema(), required: true))
            return field.placeholder()
        }
        guard let json = object[name], let value = report.within(.member(name), { field.read(json, report) }) else {
            report.markIncomplete()
            return field.placeholder()
        }
        return value
    }

    mutating func optional<Value>(_ name: String, _ field: Field<Value>) -> Value? {
        guard let object else {
            shape.members.append(ObjectShape.Member(name: name, schema: field.schema(), required: false))
            return nil
        }
        guard let json = object[name] else { return nil }
        let value = report.within(.member(name)) { field.read(json, report) }
        if value == nil { report.markIncomplete() }
        return value
    }

    mutating func optional<Value>(_ name: String, _ field: Field<Value>, default standard: Value) -> Value {
        optional(name, field) ?? standard
    }

    /// A rule between members: described by its text, and a violation at `name` with that text if it does not hold. It is not looked at
    /// once a value could not be read, for then a placeholder would be judged.
    mutating func rule(_ text: String, at name: String, code: String, holds: Bool) {
        if object == nil {
            shape.rules.append(text)
        } else if !holds, !report.isIncomplete {
            report.add(code, text, at: [.member(name)])
        }
    }
}

extension Record {
    /// The schema, and a value to stand in where there is none.
    static func described() -> (shape: ObjectShape, placeholder: Self) {
        var reader = MemberReader()
        let placeholder = Self(reading: &reader)
        return (reader.shape, placeholder)
    }

    static func read(_ json: JSON, _ report: ReadingReport) -> Self? {
        guard case .object(let object) = json else { return nil }
        var reader = MemberReader(object, report)
        return Self(reading: &reader)
    }
}
