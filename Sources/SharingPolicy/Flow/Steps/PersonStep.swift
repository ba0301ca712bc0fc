import SharingModel

/// The person is of an age the flow is about. Where no birth is on record and age matters, people are asked.
struct PersonStep: FlowStep {
    let rung = Rung.person

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        let subjects = candidate.terms.flow.subjects
        guard subjects.isLimited else { return nil }
        guard let age = candidate.docket.ageNow, let birth = candidate.docket.facts.birth?.event else {
            // An age is not missing where knowing it would change nothing: the item is not covered at any age.
            return candidate.terms.covers(candidate.item.known) ? Stop(code: .ageUnknown, isReferred: true) : nil
        }
        guard subjects.covers(age: age) else { return Stop(code: .personNotCovered, fact: birth) }
        grounds.facts.append(birth)
        return nil
    }
}
