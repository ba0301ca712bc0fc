package import Encodings

extension EventType {
    /// The signed payload of this type as JSON Schema 2020-12, drawn from the code that reads it.
    ///
    /// It shows an event as it is signed, `content` therefore as digests; only `disclosure.decided`, whose reasons may be concealed
    /// anywhere, is shown with everything disclosed.
    package var jsonSchema: JSON {
        var schema: JSONObject = JSONObject([
            ("$schema", "https://json-schema.org/draft/2020-12/schema"),
            ("title", .string(rawValue)),
        ])
        let body = EventShape.known[self]?.schema.jsonSchema ?? JSONObject()
        for member in body.members { schema[member.name] = member.value }
        return .object(schema)
    }
}

extension Schema {
    /// The members of a JSON Schema object.
    var jsonSchema: JSONObject {
        switch self {
        case .any: JSONObject()
        case .openObject: JSONObject([("type", "object")])
        case .nothing(let reason): JSONObject([("type", "null"), ("description", .string(reason))])
        case .boolean: JSONObject([("type", "boolean")])
        case .integer(let range):
            JSONObject([
                ("type", "integer"), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound)),
            ])
        case .number(let range):
            JSONObject([
                ("type", "number"), ("minimum", .number(range.lowerBound)), ("maximum", .number(range.upperBound)),
            ])
        case .text(let format): format.jsonSchema
        case .oneOf(let values) where values.count == 1: JSONObject([("const", .string(values[0]))])
        case .oneOf(let values): JSONObject([("enum", .strings(values))])
        case .list(let element, let count):
            JSONObject([
                ("type", "array"), ("items", .object(element.jsonSchema)),
                ("minItems", .integer(Int64(count.lowerBound))),
                ("maxItems", .integer(Int64(count.upperBound))),
            ])
        case .object(let shape): shape.jsonSchema
        case .map(let key, let value):
            JSONObject([
                ("type", "object"), ("propertyNames", .object(key.jsonSchema)),
                ("additionalProperties", .object(value.jsonSchema)),
            ])
        case .either(let alternatives):
            JSONObject([("anyOf", .array(alternatives.map { .object($0.jsonSchema) }))])
        case .nullable(let schema):
            JSONObject([("anyOf", .array([.object(schema.jsonSchema), .object(JSONObject([("type", "null")]))]))])
        }
    }
}

extension ObjectShape {
    fileprivate var jsonSchema: JSONObject {
        var schema = JSONObject([("type", "object")])
        if !rules.isEmpty { schema["description"] = .string("Also: " + rules.joined(separator: "; ") + ".") }
        schema["properties"] = .object(JSONObject(members.map { ($0.name, .object($0.schema.jsonSchema)) }))
        schema["required"] = .strings(members.filter(\.required).map(\.name))
        schema["additionalProperties"] = false
        return schema
    }
}

extension TextFormat {
    fileprivate var jsonSchema: JSONObject {
        var schema = JSONObject([("type", "string"), ("description", .string(expected))])
        if let format { schema["format"] = .string(format) }
        if let pattern { schema["pattern"] = .string(pattern) }
        if let lengths {
            schema["minLength"] = .integer(Int64(lengths.lowerBound))
            schema["maxLength"] = .integer(Int64(lengths.upperBound))
        }
        return schema
    }
}

extension JSON {
    /// For people: two spaces of indentation, a line for each member, and a last line feed.
    package var indented: String { indented(depth: 0) + "\n" }

    private func indented(depth: Int) -> String {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch self {
        case .object(let object) where !object.members.isEmpty:
            let lines = object.members.map {
                inner + JSON.string($0.name).compact + ": " + $0.value.indented(depth: depth + 1)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
        case .array(let values) where values.contains { $0.object != nil || $0.array != nil }:
            let lines = values.map { inner + $0.indented(depth: depth + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
        case .array(let values): return "[" + values.map(\.compact).joined(separator: ", ") + "]"
        default: return compact
        }
    }

    private var compact: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
