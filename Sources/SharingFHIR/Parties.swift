import Encodings
import SharingModel

/// Who refers to whom.
extension MessageReader {
    mutating func readSender(of header: Resource) throws(FHIRRefusal) -> AgencyID {
        let pointer = header.pointer + "/sender"
        guard let sender = bundle.resolve(ledger.take("sender", of: header)) else {
            throw FHIRRefusal(
                .noSender, at: pointer,
                "expected a reference to the sending Organization in this message; have the sender name it")
        }
        guard let agency = organisation(behind: sender, through: []) else { throw noCode(at: sender.pointer, "sender") }
        ledger.note("from", "\(agency), the ODS code of MessageHeader.sender")
        return agency
    }

    mutating func readPerformer(of request: Resource, from: AgencyID) throws(FHIRRefusal) -> AgencyID {
        let pointer = request.pointer + "/performer"
        let references = ledger.take("performer", of: request)?.array ?? []
        guard !references.isEmpty else {
            throw FHIRRefusal(
                .noPerformer, at: pointer,
                "expected the organisation or service referred to; have the sender name it in ServiceRequest.performer")
        }
        var agencies: [AgencyID] = []
        var types: [String] = []
        for (index, reference) in references.enumerated() {
            guard let performer = bundle.resolve(reference) else {
                throw FHIRRefusal(
                    .noPerformer, at: "\(pointer)/\(index)",
                    "the reference leads to nothing in this message; have the sender include the performer")
            }
            guard let agency = organisation(behind: performer, through: []) else {
                throw noCode(at: performer.pointer, "performer")
            }
            if !agencies.contains(agency) { agencies.append(agency) }
            types.append(performer.type)
        }
        guard let agency = agencies.first, let type = types.first, agencies.count == 1 else {
            throw FHIRRefusal(
                .severalPerformers, at: pointer,
                "expected one organisation, found \(agencies.count); a referral goes to one recipient, send one message for each"
            )
        }
        guard agency != from else {
            throw FHIRRefusal(
                .sameParty, at: pointer,
                "the sender and the performer are the same organisation; a referral within one organisation is not shared here"
            )
        }
        ledger.note(
            "to", "\(agency), the ODS code of ServiceRequest.performer" + (type == "Organization" ? "" : ", a \(type)"))
        return agency
    }

    /// The organisation that a resource is or belongs to. `through` are the positions passed on the way: a message may send us in circles.
    mutating func organisation(behind resource: Resource, through: Set<Int>) -> AgencyID? {
        guard !through.contains(resource.position), !resource.hasModifier else { return nil }
        let next: String
        switch resource.type {
        case "Organization":
            _ = ledger.take("identifier", of: resource)
            return resource.odsAgency
        case "HealthcareService": next = "providedBy"
        case "PractitionerRole": next = "organization"
        case "Location": next = "managingOrganization"
        default: return nil
        }
        guard let owner = bundle.resolve(ledger.take(next, of: resource)) else { return nil }
        return organisation(behind: owner, through: through.union([resource.position]))
    }

    private func noCode(at pointer: String, _ who: String) -> FHIRRefusal {
        FHIRRefusal(
            .noOrganisationCode, at: pointer,
            "expected an Organization, or a service or role that belongs to one, with a well-formed ODS code under the system "
                + "https://fhir.nhs.uk/Id/ods-organization-code; have the sender give the \(who)'s")
    }
}
