import SharingModel

/// Whoever acts does so in a role the flow names: the asker's worker on a request and on the delivery that answers it,
/// the sender's on an offer that nobody asked for, where no worker of the recipient is known yet.
struct RoleStep: FlowStep {
    let rung = Rung.role

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        guard let roles = candidate.terms.flow.conditions.roles else { return nil }
        return candidate.docket.isRoleKnown && roles.contains(candidate.docket.question.role)
            ? nil : Stop(code: .roleNotAllowed)
    }
}
