import SharingModel

/// The flow covers the item, and the baseline knows it: a word it does not know matches nothing (DOMAIN 2).
struct ItemStep: FlowStep {
    let rung = Rung.item

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        candidate.terms.covers(candidate.item.known) ? nil : Stop(code: .itemNotCovered)
    }
}
