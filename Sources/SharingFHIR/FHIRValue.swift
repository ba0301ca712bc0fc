import Encodings

/// Reading FHIR's general-purpose types.
enum FHIRValue {
    /// A value without what means nothing outside the message: references into it, element ids, extensions nobody here
    /// understands. Nil where nothing is left.
    static func plain(_ json: JSON) -> JSON? {
        switch json {
        case .object(let object):
            var kept = JSONObject()
            for member in object.members where !isInternal(member.name) { kept[member.name] = plain(member.value) }
            return kept.members.isEmpty ? nil : .object(kept)
        case .array(let elements):
            let kept = elements.compactMap(plain)
            return kept.isEmpty ? nil : .array(kept)
        case .null: return nil
        default: return json
        }
    }

    private static func isInternal(_ name: String) -> Bool {
        ["extension", "id", "reference"].contains(name) || name.hasPrefix("_")
    }

    /// The codings of a CodeableConcept, of several, or of a bare Coding, as (system, code).
    static func codings(_ json: JSON?) -> [(system: String, code: String)] {
        switch json {
        case .array(let concepts)?: return concepts.flatMap { codings($0) }
        case .object?:
            if let codings = json?["coding"]?.array { return codings.flatMap { self.codings($0) } }
            guard let code = json?["code"]?.string else { return [] }
            return [(json?["system"]?.string ?? "", code)]
        default: return []
        }
    }

    /// Whether one of the codings has this code, in this system where one is given.
    static func isCoded(_ json: JSON?, _ code: String, in system: String? = nil) -> Bool {
        codings(json).contains { $0.code == code && (system == nil || $0.system == system) }
    }
}

/// What is here of an object under construction: members without a value are left out.
func object(_ pairs: KeyValuePairs<String, JSON?>) -> JSON? {
    let json = JSON.object(pairs)
    return json.object?.members.isEmpty == false ? json : nil
}
