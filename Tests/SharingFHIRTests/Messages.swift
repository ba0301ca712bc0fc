import Encodings
import Foundation
import SharingModel
import Support

/// The messages that the tests read, and ways to break them.
enum Messages {
    /// The sample that ships with the project.
    static let shipped: JSON = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../config/samples/referral-bars.json")
        do { return try JSON.parse([UInt8](Data(contentsOf: file))) } catch { return .null }
    }()

    /// The sample published by NHS England; only where SHARING_TESTDATA is set.
    static func published() throws -> JSON {
        try JSON.parse(TestData.bytes("samples/bars/servicerequest-validation-request.json"))
    }

    /// The JSON pointer of the first resource of a type.
    static func pointer(to type: String, in message: JSON = shipped) -> String {
        let entries = message["entry"]?.array ?? []
        return "/entry/\(entries.firstIndex { $0["resource"]?["resourceType"]?.string == type } ?? -1)/resource"
    }

    /// The shipped sample with an entry more.
    static func shipped(adding entry: JSON) -> JSON {
        shipped.setting("/entry", to: .array((shipped["entry"]?.array ?? []) + [entry]))
    }

    /// The shipped sample without all entries of a type.
    static func shipped(without type: String) -> JSON {
        let entries = (shipped["entry"]?.array ?? []).filter { $0["resource"]?["resourceType"]?.string != type }
        return shipped.setting("/entry", to: .array(entries))
    }
}

extension JSON {
    /// The value at a JSON pointer; nil where there is none. Names with `~` or `/` do not occur in these messages.
    func at(_ pointer: String) -> JSON? {
        pointer.split(separator: "/").reduce(Optional(self)) { value, step in
            if let elements = value?.array {
                return Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            }
            return value?[String(step)]
        }
    }

    /// The value with what a pointer leads to replaced, added, or (nil) taken away. An index equal to the count appends; one beyond it changes nothing.
    func setting(_ pointer: String, to value: JSON?) -> JSON {
        changing(pointer.split(separator: "/").map(String.init)[...]) { _ in value }
    }

    private func changing(_ steps: ArraySlice<String>, _ change: (JSON?) -> JSON?) -> JSON {
        guard let step = steps.first else { return change(self) ?? .null }
        let rest = steps.dropFirst()
        func next(_ value: JSON?) -> JSON? {
            rest.isEmpty ? change(value) : (value ?? .object(JSONObject())).changing(rest, change)
        }
        if var elements = array {
            guard let index = Int(step), index <= elements.count else { return self }
            let value = next(index < elements.count ? elements[index] : nil)
            if index < elements.count { elements.remove(at: index) }
            if let value { elements.insert(value, at: index) }
            return .array(elements)
        }
        var object = self.object ?? JSONObject()
        object[step] = next(object[step])
        return .object(object)
    }

    /// The pointers of everything inside, this value itself left out.
    var pointers: [String] {
        switch self {
        case .object(let object):
            object.members.flatMap { member in
                ["/\(member.name)"] + member.value.pointers.map { "/\(member.name)\($0)" }
            }
        case .array(let elements):
            elements.enumerated().flatMap { index, element in ["/\(index)"] + element.pointers.map { "/\(index)\($0)" }
            }
        default: []
        }
    }

    /// All strings inside.
    var leaves: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.leaves)
        case .object(let object): object.members.flatMap(\.value.leaves)
        default: []
        }
    }
}
