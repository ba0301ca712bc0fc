import SharingModel

/// The holder may pass the item on: it has not got it from another agency that forbade that.
///
/// Whether what it has of its own goes by the same name nobody can tell but the holder's people, so asked they are
/// asked. Back to where it came from everything may go, and an item of which the baseline says that every agency has its
/// own is nobody else's.
struct OnwardStep: FlowStep {
    let rung = Rung.onward

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        guard !candidate.docket.facts.received.isEmpty, candidate.item.known?.isCommon != true else { return nil }
        let recipient = candidate.docket.question.recipient.agency
        let received = candidate.docket.facts.received.filter { received in
            received.from != recipient && received.items.contains { $0.covers(candidate.item.code) }
        }
        guard let first = received.map(\.event).min() else { return nil }
        return Stop(
            code: .onwardNotAllowed, isReferred: !candidate.docket.question.kind.isPush, fact: first,
            detail: "received under an obligation not to pass it on")
    }
}
