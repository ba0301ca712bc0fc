import Encodings
import SharingModel
import SharingPolicy

/// Who of a holder may settle what was referred to it: the roles that its flows name under `decide` (DOMAIN section 4).
struct Deciders {
    /// Roles that some flow for this question names.
    let roles: Set<RoleCode>

    /// The flows in force from holder to recipient for the purpose.
    init(
        from holder: (agency: AgencyID, kind: AgencyKind), to recipient: (agency: AgencyID, kind: AgencyKind),
        purpose: PurposeCode, agreements: [AgreementOnRecord], baseline: Baseline?, now: Instant
    ) {
        var roles: Set<RoleCode> = []
        for version in AgreementOnRecord.inForce(agreements, baseline: baseline, clock: now) {
            guard case .readable(let agreement) = version.document, agreement.isParty(holder.agency),
                agreement.isParty(recipient.agency)
            else { continue }
            for flow in agreement.flows where flow.purpose == purpose {
                guard flow.from.covers(holder.agency, kind: holder.kind),
                    flow.to.covers(recipient.agency, kind: recipient.kind)
                else { continue }
                roles.formUnion(flow.decide)
            }
        }
        self.roles = roles
    }

    /// Where no flow names anybody it is for the holder's IG lead, by its key.
    func mayDecide(_ role: RoleCode, isIGLead: Bool) -> Bool { roles.isEmpty ? isIGLead : roles.contains(role) }
}
