import Encodings
import SharingModel

/// Who made the request, as the actor of the referral.
extension MessageReader {
    /// Professional roles by their SNOMED CT codes. Others are not guessed from their wording.
    private static let roles: [String: String] = [
        "224535009": "nurse",  // registered nurse
        "106292003": "nurse",  // professional nurse
        "224571005": "nurse",  // nurse practitioner
        "106328005": "social-worker",
        "158965000": "doctor",  // medical practitioner
        "309343006": "doctor",  // physician
        "62247001": "doctor",  // family medicine specialist
        "768839008": "doctor",  // consultant
        "397897005": "paramedic",
    ]

    /// Identifiers of staff, the steadiest first, by the last part of their system.
    private static let staffIdentifiers = [
        "sds-user-id", "sds-role-profile-id", "gmc-number", "nmc-number", "hcpc-number", "gphc-number",
    ]

    /// The requesting practitioner with a role; where the message names none, the sending organisation's own system.
    mutating func readActor(of request: Resource, from: AgencyID) throws(FHIRRefusal) -> Actor {
        let requester = bundle.resolve(ledger.take("requester", of: request))
        let role: Resource?
        let practitioner: Resource?
        switch requester?.type {
        case "PractitionerRole":
            role = requester
            practitioner = requester.flatMap { bundle.resolve(ledger.take("practitioner", of: $0)) }
        case "Practitioner":
            practitioner = requester
            role = bundle.resources(of: "PractitionerRole").first { candidate in
                bundle.resolve(candidate.json["practitioner"])?.position == requester?.position
            }
            if let role { _ = ledger.take("practitioner", of: role) }
        default: (role, practitioner) = (nil, nil)
        }
        guard let identity = staffIdentity(practitioner: practitioner, role: role) else {
            ledger.note(
                "actor",
                "the sender's own system, because ServiceRequest.requester names no practitioner with an identifier")
            return Actor(id: from.text, role: try word("referring-system", as: RoleCode.self))
        }
        let known = FHIRValue.codings(role.flatMap { ledger.take("code", of: $0) }).lazy
            .filter { $0.system == FHIRSystems.snomed }.compactMap { Self.roles[$0.code] }.first
        let employer = role.flatMap { bundle.resolve(ledger.take("organization", of: $0)) }
            .flatMap { organisation(behind: $0, through: []) }
        ledger.note(
            "actor",
            "the requesting practitioner, by \(identity.system), "
                + (known.map { "role `\($0)`" }
                    ?? "role `practitioner`, because the message gives no role that this importer knows"))
        return Actor(
            id: identity.text, role: try word(known ?? "practitioner", as: RoleCode.self),
            employer: employer == from ? nil : employer)
    }

    private mutating func staffIdentity(
        practitioner: Resource?, role: Resource?
    ) -> (system: String, text: String)? {
        let found = [practitioner, role].compactMap(\.self).flatMap { resource in
            (ledger.take("identifier", of: resource)?.array ?? []).compactMap { identifier -> (String, String)? in
                guard let name = identifier["system"]?.string?.split(separator: "/").last,
                    let value = identifier["value"]?.string, (1...200).contains(value.unicodeScalars.count)
                else { return nil }
                return (String(name), value)
            }
        }
        for system in Self.staffIdentifiers {
            if let match = found.first(where: { $0.0 == system }) { return (system, "\(system):\(match.1)") }
        }
        return nil
    }
}
