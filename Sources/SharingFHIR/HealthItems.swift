import Encodings
import SharingModel

/// The clinical part of the message, each resource under the item where it belongs.
extension MessageReader {
    mutating func readHealthItems(of patient: Resource, request: Resource) -> [Item] {
        var shelf = Shelf()
        takeClinical(of: request, into: &shelf)
        if let practice = generalPractice(of: patient) {
            shelf.put(practice, in: "health.summary", under: "generalPractice")
            shelf.count("Patient.generalPractitioner", in: "health.summary")
        }
        for resource in bundle.resources {
            guard let form = ClinicalForm.forms[resource.type] else { continue }
            if let obstacle = obstacle(to: resource, of: form, patient: patient, request: request) {
                ledger.leaveOut(resource, because: obstacle)
                continue
            }
            guard let value = clinicalValue(of: resource, form: form) else { continue }
            let item = item(of: resource, form: form, patient: patient)
            shelf.put(value, in: item, under: form.group)
            shelf.count(resource.type, in: item)
        }
        for (item, sources) in shelf.sources { ledger.note(item, sources) }
        return shelf.items
    }

    /// What is clinical in the request itself.
    private mutating func takeClinical(of request: Resource, into shelf: inout Shelf) {
        let parts = [("reasonCode", "reasons"), ("note", "notes"), ("bodySite", "bodySites")]
        for (element, group) in parts {
            let values = (ledger.take(element, of: request).flatMap(FHIRValue.plain))?.array ?? []
            for value in values { shelf.put(value, in: "health.summary", under: group) }
            if !values.isEmpty { shelf.count("ServiceRequest.\(element)", in: "health.summary") }
        }
        if let instruction = ledger.take("patientInstruction", of: request) {
            shelf.put(instruction, in: "health.summary", under: "patientInstructions")
            shelf.count("ServiceRequest.patientInstruction", in: "health.summary")
        }
        // What these point to is read for itself, by its type, or told as left out by itself.
        for element in ["basedOn", "reasonReference", "supportingInfo", "relevantHistory"] {
            let references = request.json[element]?.array ?? []
            if !references.isEmpty, references.allSatisfy({ bundle.resolve($0) != nil }) {
                _ = ledger.take(element, of: request)
            }
        }
    }

    private mutating func generalPractice(of patient: Resource) -> JSON? {
        guard let reference = patient.json["generalPractitioner"]?.array?.first, let found = bundle.resolve(reference),
            found.type == "Organization"
        else { return nil }
        _ = ledger.take("generalPractitioner", of: patient)
        let agency = organisation(behind: found, through: [])
        return object(["name": ledger.take("name", of: found), "agency": agency.map { .string($0.text) }])
    }

    /// Why a clinical resource must not be passed on; nil where it may.
    private func obstacle(
        to resource: Resource, of form: ClinicalForm, patient: Resource, request: Resource
    ) -> String? {
        if resource.hasModifier || resource.json["implicitRules"] != nil {
            return "a modifier changes its meaning in a way not known here"
        }
        if resource.json["status"]?.string == "entered-in-error"
            || FHIRValue.isCoded(resource.json["verificationStatus"], "entered-in-error")
        {
            return "it was entered in error"
        }
        if resource.type == "Flag", resource.json["status"]?.string != "active" { return "it is not active" }
        guard let subject = bundle.resolve(resource.json[form.subject]) else {
            return "it does not say whom it is about"
        }
        if subject.position == patient.position { return nil }
        let places = (request.json["locationReference"]?.array ?? []).compactMap(bundle.resolve)
        if resource.type == "Flag", places.contains(where: { $0.position == subject.position }) { return nil }
        return "it is about somebody or something other than the patient"
    }

    private mutating func clinicalValue(of resource: Resource, form: ClinicalForm) -> JSON? {
        var value = JSONObject()
        for element in form.elements {
            for (name, part) in ledger.takeNamed(element, of: resource) { value[name] = FHIRValue.plain(part) }
        }
        if let medication = bundle.resolve(resource.json["medicationReference"]), medication.type == "Medication",
            !medication.hasModifier
        {
            _ = ledger.take("medicationReference", of: resource)
            value["medicationCodeableConcept"] = ledger.take("code", of: medication).flatMap(FHIRValue.plain)
        }
        guard !value.members.isEmpty else { return nil }
        for element in [form.subject, "encounter"] { _ = ledger.take(element, of: resource) }
        return .object(value)
    }

    /// Where a resource belongs: labelled sensitive, in the item for that; the person's own words, in theirs; else as its form says.
    private mutating func item(of resource: Resource, form: ClinicalForm, patient: Resource) -> String {
        for label in FHIRValue.codings(resource.json["meta"]?["security"]) {
            if let item = ClinicalForm.sensitive[label.code] { return item }
        }
        switch resource.type {
        case "Flag":
            let aboutSafety = ["SS", "safety", "behavioral"].contains {
                FHIRValue.isCoded(resource.json["category"], $0)
            }
            return aboutSafety ? "risk.to-worker" : form.item
        case "Goal", "QuestionnaireResponse":
            let speaker = ledger.take(resource.type == "Goal" ? "expressedBy" : "source", of: resource)
            return bundle.resolve(speaker)?.position == patient.position ? "person.views" : form.item
        default: return form.item
        }
    }
}

/// Values sorted into items while they are found; in each item an object of named lists.
private struct Shelf {
    private var groups: [String: JSONObject] = [:]
    private var counts: [String: [(name: String, count: Int)]] = [:]

    mutating func put(_ value: JSON, in item: String, under group: String) {
        let before = groups[item]?[group]?.array ?? []
        groups[item, default: JSONObject()][group] = .array(before + [value])
    }

    mutating func count(_ name: String, in item: String) {
        if let place = counts[item]?.firstIndex(where: { $0.name == name }) {
            counts[item]?[place].count += 1
        } else {
            counts[item, default: []].append((name, 1))
        }
    }

    var items: [Item] { groups.keys.sorted().compactMap { key in groups[key].map { (key, .object($0)) } } }

    /// For each item, from what it was made.
    var sources: [(item: String, text: String)] {
        counts.keys.sorted().map { item in
            let names = (counts[item] ?? []).map { $0.count > 1 ? "\($0.name) (\($0.count))" : $0.name }
            return (item, names.joined(separator: ", "))
        }
    }
}
