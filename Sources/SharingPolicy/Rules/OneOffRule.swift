import Encodings
import SharingModel

/// Step 6: where no flow permits, the holder may share on a decision of its own, for this once, held against the
/// baseline like any flow's basis. It lifts no bar.
struct OneOffRule: Adjustment {
    let step = JudgeStep.oneOff

    func adjust(_ answers: inout Answers, in docket: Docket) {
        guard docket.mayHaveOneOffs else { return }
        answers.revise { item, answer in
            let tried = docket.oneOffs(for: item).map { attempt($0.oneOff, on: item, recordedIn: $0.event, in: docket) }
            let permits = tried.compactMap { if case .permits(let permit) = $0 { permit } else { nil } }
            if let more = answer.adding(Array(permits.prefix(1)), to: item) { return more }
            if docket.question.kind.isPush, let reason = answer.reason, !reason.isFinal, !reason.isReferred,
                case .fails(let first)? = tried.first
            {
                // What was wrong with its own decision is what the sender can mend. What people are to be asked stays
                // with them.
                return .notPermitted(first)
            }
            return nil
        }
    }

    private enum Attempt {
        case permits(Permit)
        case fails(Reason)
    }

    private func attempt(
        _ oneOff: OneOff, on item: ItemInQuestion, recordedIn event: EventReference, in docket: Docket
    ) -> Attempt {
        // Who told is withheld unless a flow names it (DOMAIN 2).
        guard let terms = docket.terms(of: oneOff), item.known != nil, item.code != .informant else {
            return .fails(Reason(.itemNotCovered))
        }
        guard docket.purpose != nil else { return .fails(Reason(.purposeNotCovered)) }
        let candidate = Candidate(docket: docket, terms: terms, item: item, isOneOff: true)
        if let stop = LiftableBars.bar(of: candidate) {
            var bar = Reason(stop.code, fact: stop.fact, detail: stop.detail)
            bar.isBar = true
            return .fails(bar)
        }
        var grounds = Grounds(facts: [event])
        for step in FlowLadder.aboutTheBasis {
            guard let stop = step.stop(candidate, &grounds) else { continue }
            return .fails(Reason(stop.code, isReferred: stop.isReferred, fact: stop.fact, detail: stop.detail))
        }
        return .permits(Permit(flow: nil, terms: terms, grounds: grounds))
    }
}

extension ItemCode {
    /// Who told.
    static let informant = ItemCode(unchecked: "informant")
}
