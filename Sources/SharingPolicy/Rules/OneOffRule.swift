import Encodings
import SharingModel

/// Step 6: where no flow permits, the holder may share on a decision of its own, for this once, held against the
/// baseline like any flow's basis. It lifts no bar.
struct OneOffRule: Adjustment {
    let step = JudgeStep.oneOff

    func adjust(_ answers: inout [ItemCode: Answer], in docket: Docket) {
        for (item, answer) in answers {
            let tried = docket.oneOffs(for: item).map { attempt($0.oneOff, on: item, recordedIn: $0.event, in: docket) }
            let permits = tried.compactMap { if case .permits(let permit) = $0 { permit } else { nil } }
            if let more = answer.adding(Array(permits.prefix(1)), to: item) {
                answers[item] = more
            } else if docket.question.kind.isPush, let reason = answer.reason, !reason.isFinal, !reason.isReferred,
                case .fails(let first)? = tried.first
            {
                // What was wrong with its own decision is what the sender can mend. What people are to be asked stays
                // with them.
                answers[item] = .notPermitted(first)
            }
        }
    }

    private enum Attempt {
        case permits(Permit)
        case fails(Reason)
    }

    private func attempt(
        _ oneOff: OneOff, on item: ItemCode, recordedIn event: EventReference, in docket: Docket
    ) -> Attempt {
        // Who told is withheld unless a flow names it (DOMAIN 2).
        guard let baseline = docket.baseline, baseline.items[item] != nil, item != .informant else {
            return .fails(Reason(.itemNotCovered))
        }
        guard baseline.purposes[docket.question.purpose] != nil else {
            return .fails(Reason(.purposeNotCovered))
        }
        let candidate = Candidate(
            docket: docket, flow: Held(.oneOff(oneOff, purpose: docket.question.purpose, item: item)),
            nation: baseline.nation, item: item, isOneOff: true)
        if var bar = LiftableBars.bar(of: candidate, reference: "") {
            bar.flow = nil
            return .fails(bar)
        }
        var grounds = Grounds(facts: [event])
        for step in FlowLadder.aboutTheBasis {
            switch step.examine(candidate) {
            case .passes(let more): grounds.add(more)
            case .stops(let stop):
                return .fails(
                    Reason(stop.code, isReferred: stop.isReferred, fact: stop.fact, detail: stop.detail))
            }
        }
        return .permits(Permit(reference: "", flow: candidate.flow, grounds: grounds, isOneOff: true))
    }
}

extension ItemCode {
    /// Who told.
    static let informant = ItemCode(unchecked: "informant")
}
