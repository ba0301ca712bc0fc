import SharingModel

/// No party has suspended the agreement.
struct StateStep: FlowStep {
    let rung = Rung.state

    func examine(_ candidate: Candidate) -> StepAnswer {
        if let suspended = candidate.inPlay.suspended { return .stops(.agreementSuspended, fact: suspended) }
        return .passes
    }
}
