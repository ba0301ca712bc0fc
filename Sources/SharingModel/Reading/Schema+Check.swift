import Encodings

extension Schema {
    /// Adds everything that is wrong with a value to the report.
    func check(_ json: JSON, _ report: ReadingReport) {
        switch (self, json) {
        case (.any, _), (.openObject, .object), (.boolean, .bool), (.nothing, .null), (.nullable, .null): break
        case (.nothing(let reason), _): report.add("not-allowed", reason)
        case (.nullable(let schema), _): schema.check(json, report)
        case (.integer(let range), .integer(let value)):
            if !range.contains(value) {
                report.add("out-of-range", "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
        case (.number(let range), .integer(let value)): Self.check(Double(value), range, report)
        case (.number(let range), .number(let value)): Self.check(value, range, report)
        case (.text(let format), .string(let text)):
            if let refusal = format.refusal(text) { report.add(refusal.code, refusal.detail) }
        case (.oneOf(let values), .string(let text)): Self.check(text, isOneOf: values, report)
        case (.list(let schema, let count), .array(let values)): Self.check(values, each: schema, count: count, report)
        case (.object(let shape), .object(let object)): shape.check(object, report)
        case (.map(let key, let value), .object(let object)): Self.check(object, key: key, value: value, report)
        case (.either(let alternatives), _):
            if let fitting = alternatives.first(where: { $0.accepts(typeOf: json) }) {
                fitting.check(json, report)
            } else {
                report.add("wrong-type", "expected " + typeName)
            }
        default: report.add("wrong-type", "expected " + typeName)
        }
    }

    /// Whether the value's JSON type is right, whatever else may be wrong with it.
    private func accepts(typeOf json: JSON) -> Bool {
        switch (self, json) {
        case (.any, _), (.nothing, .null), (.boolean, .bool), (.integer, .integer), (.number, .integer),
            (.number, .number),
            (.text, .string), (.oneOf, .string), (.list, .array), (.openObject, .object), (.object, .object),
            (.map, .object):
            true
        case (.nullable(let schema), _): json == .null || schema.accepts(typeOf: json)
        case (.either(let alternatives), _): alternatives.contains { $0.accepts(typeOf: json) }
        default: false
        }
    }

    /// Completes "expected …".
    var typeName: String {
        switch self {
        case .any: "a value"
        case .openObject, .object, .map: "an object"
        case .nothing: "nothing"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .text(let format): "text: " + format.expected
        case .oneOf(let values): "text: one of " + values.joined(separator: ", ")
        case .list: "a list"
        case .either(let alternatives): alternatives.map(\.typeName).joined(separator: ", or ")
        case .nullable(let schema): schema.typeName + ", or null"
        }
    }

    private static func check(_ value: Double, _ range: ClosedRange<Double>, _ report: ReadingReport) {
        if !range.contains(value) {
            report.add("out-of-range", "expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private static func check(_ text: String, isOneOf values: [String], _ report: ReadingReport) {
        guard !values.contains(text) else { return }
        report.add(
            "not-in-list", "expected one of: " + values.joined(separator: ", "),
            hint: nearest(to: text, among: values).map { "did you mean `\($0)`?" })
    }

    private static func check(
        _ values: [JSON], each schema: Schema, count: ClosedRange<Int>, _ report: ReadingReport
    ) {
        if values.count < count.lowerBound {
            report.add("too-few", "expected at least \(count.lowerBound), found \(values.count)")
        }
        guard values.count <= count.upperBound else {
            report.add("too-many", "the limit here is \(count.upperBound), found \(values.count)")
            return
        }
        for (index, value) in values.enumerated() {
            guard !report.isFull else { return }
            report.within(.element(index)) { schema.check(value, report) }
        }
    }

    private static func check(
        _ object: JSONObject, key format: TextFormat, value schema: Schema, _ report: ReadingReport
    ) {
        for member in object.members {
            guard !report.isFull else { return }
            report.within(.member(member.name)) {
                if let refusal = format.refusal(member.name) { report.add(refusal.code, refusal.detail) }
                schema.check(member.value, report)
            }
        }
    }
}

extension ObjectShape {
    /// Members missing, unknown or wrong.
    func check(_ object: JSONObject, _ report: ReadingReport) {
        // A mistyped name is one mistake: the member it was meant for is not reported missing as well.
        var meant: Set<String> = []
        // Found once, and only where a name is not known: each takes a walk through the object, which may be long.
        var missing: [String]?
        // No name occurs twice, so that counting tells whether any is missing.
        var required = 0
        for member in object.members {
            guard !report.isFull else { return }
            guard let place = members.indices.first(where: { members[$0].name == member.name }) else {
                let candidates = missing ?? members.map(\.name).filter { object[$0] == nil }
                missing = candidates
                let likely = nearest(to: member.name, among: candidates)
                if let likely { meant.insert(likely) }
                report.add(
                    "unknown-member", "not a member that is known here", hint: likely.map { "did you mean `\($0)`?" },
                    at: [.member(member.name)])
                continue
            }
            let known = members[place]
            // The same bytes: `object[name]` finds nothing else.
            if known.required, known.name.utf8.count == member.name.utf8.count { required += 1 }
            // Null says that there is none, which a required member must not say.
            if known.required, member.value == .null, !known.schema.acceptsNull {
                report.add(
                    "missing-member", "`\(known.name)` is required and must not be null", at: [.member(known.name)])
            } else {
                report.within(.member(member.name)) { known.schema.check(member.value, report) }
            }
        }
        guard required < members.count(where: \.required) else { return }
        for member in members where member.required && object[member.name] == nil && !meant.contains(member.name) {
            report.add("missing-member", "`\(member.name)` is required", at: [.member(member.name)])
        }
    }
}

extension Schema {
    fileprivate var acceptsNull: Bool {
        switch self {
        case .any, .nothing, .nullable: true
        case .either(let alternatives): alternatives.contains { $0.acceptsNull }
        default: false
        }
    }
}

/// The candidate that a mistyped word most likely meant: at most a third of it, and no more than three letters, different.
func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let limit = min(3, max(1, word.count / 3))
    return candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
        .filter { $0.distance <= limit }
        .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?.candidate
}

/// Edits of one character (insert, delete, replace, or exchange two neighbours) from one word to another.
func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars)
    let right = Array(right.unicodeScalars)
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, character) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var best = min(last[column] + (character == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, character == right[column - 1], left[row - 1] == other {
                best = min(best, beforeLast[column - 1] + 1)
            }
            current.append(best)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
