import SharingModel

/// The person is of an age the flow is about. Where no birth is on record and age matters, people are asked.
struct PersonStep: FlowStep {
    let rung = Rung.person

    func examine(_ candidate: Candidate) -> StepAnswer {
        guard candidate.flow.subjects.isLimited else { return .passes }
        guard let age = candidate.docket.age(at: candidate.docket.facts.clock), let birth = candidate.docket.facts.birth
        else {
            // An age is not missing where knowing it would change nothing: the item is not covered at any age.
            return ItemStep.covers(candidate) ? .stops(.ageUnknown, isReferred: true) : .passes
        }
        guard candidate.flow.subjects.covers(age: age) else { return .stops(.personNotCovered, fact: birth.event) }
        return .passes(Grounds(facts: [birth.event]))
    }
}
