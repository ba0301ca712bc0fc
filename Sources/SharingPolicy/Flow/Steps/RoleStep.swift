import SharingModel

/// Whoever acts does so in a role the flow names: the asker's worker on a request and on the delivery that answers it,
/// the sender's on an offer that nobody asked for, where no worker of the recipient is known yet.
struct RoleStep: FlowStep {
    let rung = Rung.role

    func examine(_ candidate: Candidate) -> StepAnswer {
        guard let roles = candidate.flow.conditions.roles else { return .passes }
        let role = candidate.question.role
        guard roles.contains(role), candidate.baseline?.roles[role] != nil else { return .stops(.roleNotAllowed) }
        return .passes
    }
}
