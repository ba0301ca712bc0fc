import SharingModel

/// The flow is for the purpose, and the baseline knows it: a word it does not know matches nothing (DOMAIN 2).
struct PurposeStep: FlowStep {
    let rung = Rung.purpose

    func examine(_ candidate: Candidate) -> StepAnswer {
        let purpose = candidate.question.purpose
        guard candidate.flow.purpose == purpose, candidate.baseline?.purposes[purpose] != nil
        else { return .stops(.purposeNotCovered) }
        return .passes
    }
}
