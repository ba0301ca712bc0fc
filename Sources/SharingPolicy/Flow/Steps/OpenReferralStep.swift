import SharingModel

/// A referral about the person is open between the two, whichever of them made it. The referral that is being decided
/// counts.
struct OpenReferralStep: FlowStep {
    let rung = Rung.referral

    func examine(_ candidate: Candidate) -> StepAnswer {
        guard candidate.flow.conditions.openReferral else { return .passes }
        let two: Set<AgencyID> = [candidate.question.holder.agency, candidate.question.recipient.agency]
        let open = candidate.docket.facts.openReferrals.filter { Set([$0.from, $0.to]) == two }.map(\.event).min()
        if let open { return .passes(Grounds(facts: [open])) }
        return candidate.question.kind == .referral ? .passes : .stops(.noOpenReferral)
    }
}
