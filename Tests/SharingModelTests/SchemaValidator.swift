import Encodings
import Foundation

/// Holds a value against a JSON Schema: as much of 2020-12 as `docs/events/` uses, written from the specification and without knowledge of
/// the decoder it is compared with.
struct SchemaValidator {
    private var patterns: [String: NSRegularExpression] = [:]

    mutating func accepts(_ value: JSON, _ schema: JSON) throws -> Bool {
        if let constant = schema["const"], constant != value { return false }
        if let values = schema["enum"]?.array, !values.contains(value) { return false }
        if let alternatives = schema["anyOf"]?.array {
            var fits = false
            for alternative in alternatives where try accepts(value, alternative) { fits = true }
            if !fits { return false }
        }
        if let type = schema["type"]?.string, !Self.has(value, type) { return false }
        switch value {
        case .string(let text): return try acceptsText(text, schema)
        case .integer(let number): return Self.isInRange(Double(number), schema)
        case .number(let number): return Self.isInRange(number, schema)
        case .array(let values): return try acceptsList(values, schema)
        case .object(let object): return try acceptsObject(object, schema)
        case .null, .bool: return true
        }
    }

    private static func has(_ value: JSON, _ type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .number),
            ("string", .string), ("array", .array), ("object", .object):
            true
        default: false
        }
    }

    private mutating func acceptsText(_ text: String, _ schema: JSON) throws -> Bool {
        let length = Int64(text.unicodeScalars.count)
        if let least = schema["minLength"]?.integer, length < least { return false }
        if let most = schema["maxLength"]?.integer, length > most { return false }
        guard let pattern = schema["pattern"]?.string else { return true }
        let expression = try patterns[pattern] ?? NSRegularExpression(pattern: pattern)
        patterns[pattern] = expression
        return expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }

    private static func isInRange(_ number: Double, _ schema: JSON) -> Bool {
        func bound(_ name: String) -> Double? {
            switch schema[name] {
            case .integer(let value)?: Double(value)
            case .number(let value)?: value
            default: nil
            }
        }
        return bound("minimum").map { number >= $0 } ?? true && bound("maximum").map { number <= $0 } ?? true
    }

    private mutating func acceptsList(_ values: [JSON], _ schema: JSON) throws -> Bool {
        if let least = schema["minItems"]?.integer, values.count < least { return false }
        if let most = schema["maxItems"]?.integer, values.count > most { return false }
        guard let element = schema["items"] else { return true }
        for value in values where try !accepts(value, element) { return false }
        return true
    }

    private mutating func acceptsObject(_ object: JSONObject, _ schema: JSON) throws -> Bool {
        for name in schema["required"]?.array ?? [] where object[name.string ?? ""] == nil { return false }
        let properties = schema["properties"]?.object ?? JSONObject()
        for member in object.members {
            if let names = schema["propertyNames"], try !accepts(.string(member.name), names) { return false }
            if let known = properties[member.name] {
                if try !accepts(member.value, known) { return false }
            } else if let others = schema["additionalProperties"] {
                if others == false { return false }
                if others.object != nil, try !accepts(member.value, others) { return false }
            }
        }
        return true
    }
}
