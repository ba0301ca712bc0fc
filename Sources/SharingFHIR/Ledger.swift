import Encodings

/// Something in the message that does not reach the recipient. Names resources and elements, never their values.
package struct LeftOut: Hashable, Sendable, CustomStringConvertible {
    /// The resource type, for example `Flag`.
    package let resource: String
    /// The element, or nil where the whole resource is left out.
    package let element: String?
    /// How many there are.
    package let count: Int
    /// Why, where there is more to say than that this importer has no place for it.
    package let why: String?

    package var description: String {
        let what = element.map { "\(resource).\($0)" } ?? resource
        return what + (count > 1 ? " (\(count))" : "") + (why.map { ": \($0)" } ?? "")
    }
}

/// Something taken from the message, and from where. Carries organisation and item codes, never anything about the person.
package struct Understood: Hashable, Sendable, CustomStringConvertible {
    /// What it became: `from`, `to`, `person`, `urgency`, or an item code.
    package let what: String
    /// Where it came from, in words.
    package let how: String

    package var description: String { "\(what): \(how)" }
}

/// Keeps account of what was taken out of the message, so that what is left over can be told.
struct Ledger: Sendable {
    private var taken: [Int: Set<String>] = [:]
    private var reasons: [Int: String] = [:]
    private(set) var understood: [Understood] = []

    /// Elements that say how a resource is stored, not what it says.
    private static let technical: Set<String> = ["resourceType", "id", "meta", "language"]

    /// An element of a resource, which counts as used from now on.
    mutating func take(_ element: String, of resource: Resource) -> JSON? {
        guard let value = resource.json[element] else { return nil }
        taken[resource.position, default: []].insert(element)
        return value
    }

    /// An element under the name it has here: `value[x]` is `valueString`, `valueQuantity` and so on; any other is itself.
    mutating func takeNamed(_ element: String, of resource: Resource) -> [(name: String, value: JSON)] {
        let members = resource.json.object?.members ?? []
        return members.filter { $0.name == element || isChoice($0.name, of: element) }.map { member in
            taken[resource.position, default: []].insert(member.name)
            return (member.name, member.value)
        }
    }

    /// Why a whole resource is not used; the first reason counts.
    mutating func leaveOut(_ resource: Resource, because reason: String) {
        if reasons[resource.position] == nil { reasons[resource.position] = reason }
    }

    mutating func note(_ what: String, _ how: String) {
        understood.append(Understood(what: what, how: how))
    }

    /// Everything in the message that was not taken, in the message's order, alike things counted together.
    func leftOut(of bundle: MessageBundle) -> [LeftOut] {
        var order: [[String?]] = []
        var counts: [[String?]: Int] = [:]
        func add(_ resource: String, _ element: String?, _ why: String? = nil) {
            let key = [resource, element, why]
            if counts[key] == nil { order.append(key) }
            counts[key, default: 0] += 1
        }
        for member in bundle.json.object?.members ?? []
        where !Self.technical.contains(member.name) && !["type", "timestamp", "entry"].contains(member.name) {
            add("Bundle", printable(member.name))
        }
        let known = Dictionary(uniqueKeysWithValues: bundle.resources.map { ($0.position, $0) })
        for (position, entry) in (bundle.json["entry"]?.array ?? []).enumerated() {
            guard let resource = known[position] else {
                add("Bundle", "entry", "no resource in it")
                continue
            }
            for member in entry.object?.members ?? [] where !["fullUrl", "resource"].contains(member.name) {
                add("Bundle", "entry." + printable(member.name))
            }
            guard let used = taken[position], reasons[position] == nil else {
                add(printable(resource.type), nil, reasons[position])
                continue
            }
            for member in resource.json.object?.members ?? []
            where !Self.technical.contains(member.name) && !used.contains(member.name) {
                add(printable(resource.type), printable(member.name))
            }
        }
        return order.compactMap { key in
            key[0].map { LeftOut(resource: $0, element: key[1], count: counts[key] ?? 0, why: key[2]) }
        }
    }

    private func isChoice(_ name: String, of element: String) -> Bool {
        guard element.hasSuffix("[x]") else { return false }
        let stem = element.dropLast(3)
        return name.hasPrefix(stem) && name.dropFirst(stem.count).first?.isUppercase == true
    }

    /// A name as FHIR forms them. A message out of order could carry anything as a name, a person's included.
    private func printable(_ name: String) -> String {
        let letters = name.hasPrefix("_") ? name.dropFirst() : name[...]
        let plain = letters.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        return plain && (1...40).contains(letters.utf8.count) ? name : "(a name not formed as FHIR's are)"
    }
}
