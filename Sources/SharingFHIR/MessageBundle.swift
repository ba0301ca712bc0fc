import Encodings

/// A resource of the message, at its place.
struct Resource: Hashable, Sendable {
    /// The index in `Bundle.entry`.
    let position: Int
    let type: String
    let json: JSON
    /// The entry's `fullUrl`, which references within the message use.
    let fullURL: String?

    var pointer: String { "/entry/\(position)/resource" }
    var id: String? { json["id"]?.string }

    /// Whether an element changes the meaning of the whole resource in a way only its sender can explain. FHIR R4 (§2.4.1)
    /// forbids a receiver to use such a resource as if the element were not there.
    var hasModifier: Bool { Self.hasModifier(json) }

    private static func hasModifier(_ json: JSON) -> Bool {
        switch json {
        case .object(let object):
            object.members.contains { $0.name == "modifierExtension" || hasModifier($0.value) }
        case .array(let elements): elements.contains(where: hasModifier)
        default: false
        }
    }
}

/// A FHIR R4 message: a Bundle of type `message`, its resources in order and found by reference.
struct MessageBundle: Sendable {
    let json: JSON
    let resources: [Resource]

    /// - Throws: `FHIRRefusal` unless it is a message Bundle whose `fullUrl`s are unique (FHIR R4 constraint bdl-7).
    init(_ json: JSON) throws(FHIRRefusal) {
        guard json.object != nil else {
            throw FHIRRefusal(.notAnObject, at: "", "expected a FHIR R4 message Bundle, a JSON object")
        }
        guard json["resourceType"]?.string == "Bundle", json["type"]?.string == "message" else {
            throw FHIRRefusal(
                .notAMessage, at: json["resourceType"]?.string == "Bundle" ? "/type" : "/resourceType",
                "expected a Bundle of type `message`; export the whole message, not a resource out of it")
        }
        guard json["implicitRules"] == nil else {
            throw FHIRRefusal(
                .unknownModifier, at: "/implicitRules",
                "implicitRules change the meaning of this message in a way not known here; ask the sender for it without them"
            )
        }
        var resources: [Resource] = []
        var seen: Set<String> = []
        for (position, entry) in (json["entry"]?.array ?? []).enumerated() {
            guard let resource = entry["resource"], let type = resource["resourceType"]?.string else { continue }
            let fullURL = entry["fullUrl"]?.string
            if let fullURL, !seen.insert(fullURL).inserted {
                throw FHIRRefusal(
                    .ambiguousEntries, at: "/entry/\(position)/fullUrl",
                    "two entries have the same fullUrl, so references do not say which is meant; have the sender correct it"
                )
            }
            resources.append(Resource(position: position, type: type, json: resource, fullURL: fullURL))
        }
        self.json = json
        self.resources = resources
    }

    func resources(of type: String) -> [Resource] { resources.filter { $0.type == type } }

    /// The resource that a Reference points to by `fullUrl` or by `Type/id`; nil where none or more than one answers to it.
    func resolve(_ reference: JSON?) -> Resource? {
        guard let text = reference?["reference"]?.string else { return nil }
        let named = text.split(separator: "/_history/", maxSplits: 1).first.map(String.init) ?? text
        if let exact = resources.first(where: { $0.fullURL == named }) { return exact }
        let parts = named.split(separator: "/")
        guard parts.count >= 2, let id = parts.last, let type = parts.dropLast().last else { return nil }
        let found = resources.filter { resource in
            guard resource.type == type else { return false }
            return resource.id == String(id) && parts.count == 2
                || resource.fullURL?.hasSuffix("/\(type)/\(id)") == true
        }
        return found.count == 1 ? found.first : nil
    }
}
