/// A JSON value (RFC 8259) as it was read: members keep their order, and no member name occurs twice.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other finite number.
    case number(Double)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

/// The members of a JSON object, in order.
public struct JSONObject: Sendable, Hashable {
    public struct Member: Sendable, Hashable {
        public let name: String
        public let value: JSON

        public init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }
    }

    public private(set) var members: [Member]

    public init() { members = [] }

    /// Keeps the last value where a name occurs twice.
    public init(_ pairs: some Sequence<(String, JSON)>) {
        members = []
        for (name, value) in pairs { self[name] = value }
    }

    /// In time that grows with the number of members only: for objects that come from outside.
    /// - Precondition: the caller has made sure that no name occurs twice.
    public init(unique members: [Member]) { self.members = members }

    public var names: [String] { members.map(\.name) }

    public subscript(name: String) -> JSON? {
        // Swift's `==` on strings is canonical equivalence: "K" equals the Kelvin sign. Comparing lengths as well
        // leaves only the same bytes for a name in ASCII, and every name that means something here is in ASCII.
        get { members.first { $0.name == name && $0.name.utf8.count == name.utf8.count }?.value }
        set {
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place] = Member(name: name, value: value)
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }
}

extension JSON {
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// The member of an object; nil for anything else.
    public subscript(name: String) -> JSON? { object?[name] }

    /// An object from pairs; a pair whose value is nil is left out.
    public static func object(_ pairs: KeyValuePairs<String, JSON?>) -> JSON {
        var object = JSONObject()
        for (name, value) in pairs where value != nil { object[name] = value }
        return .object(object)
    }

    /// A value by its description, as a string.
    public static func text(_ value: some CustomStringConvertible) -> JSON { .string(value.description) }

    /// The same, and null where there is none.
    public static func text(orNull value: (some CustomStringConvertible)?) -> JSON { value.map { .text($0) } ?? .null }

    public static func strings(_ values: some Sequence<String>) -> JSON { .array(values.map(JSON.string)) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}
