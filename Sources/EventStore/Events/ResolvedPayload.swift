public import Encodings

/// A payload with its disclosures put in their places (RFC 9901 §7.1).
public struct ResolvedPayload: Sendable, Hashable {
    /// The payload; `_sd`, `_sd_alg` and `...` are gone, and so is what was not disclosed.
    public let json: JSON
    /// JSON pointers (RFC 6901) of the objects where an `_sd` stood, and of the arrays where a `...` stood, each once.
    public let sdPointers: [String]
    /// The disclosures in the order of their digests in the payload, which is the order in which a release lists them.
    public let inOrder: [Disclosure]
    /// Digests that had no disclosure, in the same order; empty where all were required.
    public let withheld: [String]

    init(
        resolving payload: JSON, with disclosures: [Disclosure], required: UnverifiedEvent.Disclosures
    ) throws(EventParseError) {
        guard !disclosures.isEmpty || payload.mayConceal else {
            json = payload
            (sdPointers, inOrder, withheld) = ([], [], [])
            return
        }
        var resolver = try Resolver(disclosures: disclosures, required: required)
        json = try resolver.resolve(payload)
        if let extra = resolver.unused.values.min() { throw .disclosureExtra(position: extra) }
        sdPointers = resolver.pointers
        inOrder = resolver.inOrder
        withheld = resolver.withheld
    }
}

extension JSON {
    /// Whether a member anywhere has a name of the mechanism's; where there is none, nothing is put in place.
    fileprivate var mayConceal: Bool {
        switch self {
        case .object(let object):
            object.members.contains { member in
                let first = member.name.utf8.first
                return first == UInt8(ascii: "_") || first == UInt8(ascii: ".") || member.value.mayConceal
            }
        case .array(let elements): elements.contains { $0.mayConceal }
        default: false
        }
    }
}

/// Walks a payload once. Each digest and each disclosure is used at most once, so the walk ends.
private struct Resolver {
    let disclosures: [Disclosure]
    let required: UnverifiedEvent.Disclosures
    /// Positions of the disclosures that no digest has called for yet.
    var unused: [String: Int] = [:]
    var seen: Set<String> = []
    var pointers: [String] = []
    var inOrder: [Disclosure] = []
    var withheld: [String] = []

    init(disclosures: [Disclosure], required: UnverifiedEvent.Disclosures) throws(EventParseError) {
        self.disclosures = disclosures
        self.required = required
        for (position, disclosure) in disclosures.enumerated() {
            guard unused.updateValue(position, forKey: disclosure.digest) == nil else {
                throw .disclosureRepeated(position: position)
            }
        }
    }

    mutating func resolve(_ payload: JSON) throws(EventParseError) -> JSON {
        guard var object = payload.object else { return payload }
        if let algorithm = object["_sd_alg"] {
            guard algorithm.string == "sha-256" else { throw .digestAlgorithmUnsupported }
            object["_sd_alg"] = nil
        }
        return try value(.object(object), at: "", depth: 0)
    }

    private mutating func value(_ value: JSON, at pointer: String, depth: Int) throws(EventParseError) -> JSON {
        switch value {
        case .object(let object): try .object(self.object(object, at: pointer, depth: depth))
        case .array(let elements): try .array(array(elements, at: pointer, depth: depth))
        default: value
        }
    }

    private mutating func object(
        _ object: JSONObject, at pointer: String, depth: Int
    ) throws(EventParseError) -> JSONObject {
        var digests: [String]?
        var members: [JSONObject.Member] = []
        for member in object.members {
            guard member.name != "..." else { throw .digestsMalformed(pointer: pointer) }
            if member.name == "_sd" {
                digests = try Self.digests(member.value, at: pointer)
            } else {
                let inner = try value(member.value, at: pointer + "/" + Self.escaped(member.name), depth: depth)
                members.append(.init(name: member.name, value: inner))
            }
        }
        guard let digests else { return JSONObject(unique: members) }
        pointers.append(pointer)
        var names = Set(members.map(\.name))
        for digest in digests {
            guard let disclosure = try take(digest, at: pointer) else { continue }
            guard let name = disclosure.name else { throw .disclosureMisplaced(pointer: pointer) }
            guard names.insert(name).inserted else { throw .disclosureCollides(pointer: pointer) }
            let value = try disclosed(disclosure, at: pointer + "/" + Self.escaped(name), depth: depth)
            members.append(.init(name: name, value: value))
        }
        return JSONObject(unique: members)
    }

    private mutating func array(_ elements: [JSON], at pointer: String, depth: Int) throws(EventParseError) -> [JSON] {
        var resolved: [JSON] = []
        resolved.reserveCapacity(elements.count)
        var conceals = false
        for element in elements {
            guard let placeholder = element["..."] else {
                resolved.append(try value(element, at: pointer + "/" + String(resolved.count), depth: depth))
                continue
            }
            conceals = true
            guard element.object?.members.count == 1, let digest = placeholder.string else {
                throw .digestsMalformed(pointer: pointer)
            }
            guard let disclosure = try take(digest, at: pointer) else { continue }
            guard disclosure.name == nil else { throw .disclosureMisplaced(pointer: pointer) }
            resolved.append(try disclosed(disclosure, at: pointer + "/" + String(resolved.count), depth: depth))
        }
        if conceals { pointers.append(pointer) }
        return resolved
    }

    private mutating func disclosed(
        _ disclosure: Disclosure, at pointer: String, depth: Int
    ) throws(EventParseError) -> JSON {
        guard depth < Limits.concealmentDepth else { throw .concealedTooDeep(pointer: pointer) }
        return try value(disclosure.value, at: pointer, depth: depth + 1)
    }

    /// The disclosure for a digest; nil where it was withheld and may be.
    private mutating func take(_ digest: String, at pointer: String) throws(EventParseError) -> Disclosure? {
        guard seen.insert(digest).inserted else { throw .digestRepeated(pointer: pointer) }
        guard let position = unused.removeValue(forKey: digest) else {
            guard required == .some else { throw .disclosureMissing(pointer: pointer) }
            withheld.append(digest)
            return nil
        }
        inOrder.append(disclosures[position])
        return disclosures[position]
    }

    private static func digests(_ value: JSON, at pointer: String) throws(EventParseError) -> [String] {
        guard let elements = value.array else { throw .digestsMalformed(pointer: pointer) }
        var digests: [String] = []
        digests.reserveCapacity(elements.count)
        for element in elements {
            // 43 characters is SHA-256 in base64url; whether they are canonical the comparison with computed digests
            // decides.
            guard let digest = element.string, digest.utf8.count == 43 else {
                throw .digestsMalformed(pointer: pointer)
            }
            digests.append(digest)
        }
        return digests
    }

    /// One reference token (RFC 6901 §3).
    private static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        return name.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
