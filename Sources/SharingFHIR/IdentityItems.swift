import Encodings
import SharingModel

/// Who the person is, how to reach them, and the people around them.
extension MessageReader {
    /// Name, birth date, gender and other identifiers. An NHS number is never among them: the event's subject says it, and one that failed
    /// its check must not travel on.
    mutating func readIdentityItems(of patient: Resource) -> [Item] {
        let identifiers = (ledger.take("identifier", of: patient)?.array ?? []).filter { identifier in
            identifier["system"]?.string?.lowercased().contains("nhs-number") != true
                && !FHIRValue.isCoded(identifier["type"], "NH")
        }
        guard
            let identity = object([
                "name": ledger.take("name", of: patient).flatMap(FHIRValue.plain),
                "birthDate": ledger.take("birthDate", of: patient),
                "gender": ledger.take("gender", of: patient),
                "identifiers": FHIRValue.plain(.array(identifiers)),
            ])
        else { return [] }
        ledger.note("identity", "of the Patient: " + names(in: identity))
        return [("identity", identity)]
    }

    /// - Parameter others: people around the person, from RelatedPerson resources.
    mutating func readContactItems(of patient: Resource, request: Resource, others: [JSON]) -> [Item] {
        let contacts = ledger.take("contact", of: patient)?.array ?? []
        let own = contacts.filter { FHIRValue.isCoded($0["relationship"], "ONESELF") }
        let around = contacts.filter { !FHIRValue.isCoded($0["relationship"], "ONESELF") }
        let telecom = (ledger.take("telecom", of: patient)?.array ?? []) + own.flatMap { $0["telecom"]?.array ?? [] }
        let address = (ledger.take("address", of: patient)?.array ?? []) + own.compactMap { $0["address"] }
        var items: [Item] = []
        if let contact = object([
            "telecom": FHIRValue.plain(.array(telecom)),
            "address": FHIRValue.plain(.array(address)),
            "communication": ledger.take("communication", of: patient).flatMap(FHIRValue.plain),
            "currentLocation": currentLocation(of: request),
        ]) {
            items.append(("contact", contact))
            ledger.note("contact", "of the Patient: " + names(in: contact))
        }
        if let family = FHIRValue.plain(.array(around + others)) {
            items.append(("family", .object(["contacts": family])))
            ledger.note("family", "people other than the patient in Patient.contact and RelatedPerson")
        }
        return items
    }

    private mutating func currentLocation(of request: Resource) -> JSON? {
        let places = (request.json["locationReference"]?.array ?? []).compactMap(bundle.resolve)
            .filter { $0.type == "Location" && !$0.hasModifier }
        guard !places.isEmpty else { return nil }
        _ = ledger.take("locationReference", of: request)
        return FHIRValue.plain(
            .array(
                places.compactMap { place in
                    object([
                        "name": ledger.take("name", of: place), "description": ledger.take("description", of: place),
                        "address": ledger.take("address", of: place),
                    ])
                }))
    }

    /// Related persons of the patient: what the family item shows of them, and those whom the message identifies.
    mutating func readRelatedPersons(of patient: Resource) -> (contacts: [JSON], identified: [RelatedIdentity]) {
        var contacts: [JSON] = []
        var identified: [RelatedIdentity] = []
        for related in bundle.resources(of: "RelatedPerson") {
            guard !related.hasModifier, bundle.resolve(related.json["patient"])?.position == patient.position else {
                ledger.leaveOut(
                    related, because: "does not belong to the patient, or is modified in a way not known here")
                continue
            }
            _ = ledger.take("patient", of: related)
            let relationship = ledger.take("relationship", of: related)
            if let contact = object([
                "relationship": relationship, "name": ledger.take("name", of: related),
                "telecom": ledger.take("telecom", of: related), "address": ledger.take("address", of: related),
            ]) {
                contacts.append(contact)
            }
            let numbers = related.identifiers(in: FHIRSystems.nhsNumber)
            if let number = numbers.lazy.compactMap({ try? PersonIdentifier("nhs:" + $0.value) }).first {
                _ = ledger.take("identifier", of: related)
                identified.append(RelatedIdentity(person: number, relation: relation(relationship)))
                ledger.note("about", "a RelatedPerson with an NHS number, for whom this is accounted too")
            }
        }
        return (contacts, identified)
    }

    /// In the words of the vocabulary, from HL7's role codes.
    private func relation(_ relationship: JSON?) -> String {
        let codes = FHIRValue.codings(relationship).map(\.code)
        if codes.contains(where: ["PRN", "MTH", "FTH", "NMTH", "NFTH", "PRNFOST", "ADOPTP", "STPPRN"].contains) {
            return "parent"
        }
        if codes.contains(where: ["SIB", "BRO", "SIS", "NSIB", "HSIB", "STPSIB"].contains) { return "sibling" }
        return "related-person"
    }

    private func names(in item: JSON) -> String { (item.object?.names ?? []).joined(separator: ", ") }
}
