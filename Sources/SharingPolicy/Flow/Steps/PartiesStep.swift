import SharingModel

/// Holder and recipient are parties, and the flow leads from the one to the other.
struct PartiesStep: FlowStep {
    let rung = Rung.parties

    func examine(_ candidate: Candidate) -> StepAnswer {
        let holder = candidate.question.holder
        let recipient = candidate.question.recipient
        guard candidate.inPlay.agreement.isParty(holder.agency), candidate.inPlay.agreement.isParty(recipient.agency),
            candidate.flow.from.covers(holder.agency, kind: holder.kind),
            candidate.flow.to.covers(recipient.agency, kind: recipient.kind)
        else { return .stops(.recipientNotParty) }
        return .passes
    }
}
