import Encodings

/// How the value of a member is described and read.
struct Field<Value: Sendable>: Sendable {
    let schema: @Sendable () -> Schema
    /// Stands in while describing.
    let placeholder: @Sendable () -> Value
    /// Nil for a value that does not fit the schema, or one that a rule beyond it forbids and that the report now names.
    let read: @Sendable (JSON, ReadingReport) -> Value?

    /// A field of a text. The format is only made when it is described, not at each reading.
    static func text(
        _ format: @autoclosure @escaping @Sendable () -> TextFormat,
        placeholder: @autoclosure @escaping @Sendable () -> Value, make: @escaping @Sendable (String) -> Value?
    ) -> Field {
        Field(schema: { .text(format()) }, placeholder: placeholder) { json, _ in json.string.flatMap(make) }
    }

    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Field<Other> {
        Field<Other>(schema: schema, placeholder: { transform(placeholder()) }) { json, report in
            read(json, report).map(transform)
        }
    }
}

extension Field where Value: Record {
    static func record(_ type: Value.Type = Value.self) -> Field {
        Field(
            schema: { .object(Value.described().shape) }, placeholder: { Value.described().placeholder },
            read: Value.read)
    }
}

extension Field where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// A closed list: the cases of an enumeration.
    static func oneOf(_ type: Value.Type = Value.self) -> Field {
        Field(
            schema: { .oneOf(Value.allCases.map(\.rawValue)) },
            placeholder: { Value.allCases[Value.allCases.startIndex] },
            read: { json, _ in json.string.flatMap(Value.init(rawValue:)) })
    }
}

extension Field {
    static func list<Element: Sendable>(_ element: Field<Element>, _ count: ClosedRange<Int>) -> Field
    where Value == [Element] {
        Field(schema: { .list(of: element.schema(), count: count) }, placeholder: { [] }) { json, report in
            guard case .array(let values) = json else { return nil }
            var elements: [Element] = []
            elements.reserveCapacity(values.count)
            for (index, value) in values.enumerated() {
                guard let read = report.within(.element(index), { element.read(value, report) }) else {
                    report.markIncomplete()
                    continue
                }
                elements.append(read)
            }
            return elements
        }
    }

    /// An object whose member names are keys.
    static func map<Key: Hashable & Sendable, Element: Sendable>(
        _ key: TextFormat, make: @escaping @Sendable (String) -> Key?, _ element: Field<Element>
    ) -> Field where Value == [Key: Element] {
        Field(schema: { .map(key: key, value: element.schema()) }, placeholder: { [:] }) { json, report in
            guard case .object(let object) = json else { return nil }
            var values: [Key: Element] = [:]
            for member in object.members {
                let read = report.within(.member(member.name)) { element.read(member.value, report) }
                guard let key = make(member.name), let read else {
                    report.markIncomplete()
                    continue
                }
                values[key] = read
            }
            return values
        }
    }

    static func nullable<Wrapped: Sendable>(_ field: Field<Wrapped>) -> Field where Value == Wrapped? {
        Field(schema: { .nullable(field.schema()) }, placeholder: { nil }) { json, report in
            json == .null ? .some(nil) : field.read(json, report).map { .some($0) }
        }
    }

    /// Alternatives that differ in their JSON type.
    static func either(_ first: Field, _ second: Field) -> Field {
        Field(schema: { .either([first.schema(), second.schema()]) }, placeholder: first.placeholder) { json, report in
            first.read(json, report) ?? second.read(json, report)
        }
    }
}
