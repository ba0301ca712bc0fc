import SharingModel

/// The flow covers the item, and the baseline knows it: a word it does not know matches nothing (DOMAIN 2).
struct ItemStep: FlowStep {
    let rung = Rung.item

    func examine(_ candidate: Candidate) -> StepAnswer {
        Self.covers(candidate) ? .passes : .stops(.itemNotCovered)
    }

    static func covers(_ candidate: Candidate) -> Bool {
        candidate.flow.value.covers(candidate.item) && candidate.baseline?.items[candidate.item] != nil
    }
}
