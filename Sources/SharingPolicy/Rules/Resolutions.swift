import Encodings
import SharingModel

/// Step 8, what people of the holder settled. Their yes supplies what only they can: it lifts whatever was referred to
/// them, and never what no flow is about, the law, or step 1. Their no stands, but where there is a duty to share only on
/// that duty's own exception.
struct Resolutions: Adjustment {
    let step = JudgeStep.resolutions

    func adjust(_ answers: inout Answers, in docket: Docket) {
        guard !docket.question.resolutions.isEmpty else { return }
        let settled = docket.settled.map { resolution in
            let flows = docket.flows.open.filter {
                DecidingRoles.mayDecide(resolution.role, under: $0.flow, docket.policy.baseline)
            }
            return Settled(resolution: resolution, flows: flows)
        }
        answers.revise { item, answer in
            if let reason = answer.reason, reason.isFinal { return nil }
            if case .shareFirst = answer { return nil }
            let no = refusal(of: item.code, in: docket)
            let yes = settled.filter { settled in
                settled.resolution.settles(item.code) == .permitted
                    && no.map { $0.event < settled.resolution.event } ?? true
            }
            if yes.isEmpty, let no { return .notPermitted(withheld(answer, no)) }
            let permits = yes.flatMap { given(for: item, $0, in: docket) }
                .sorted { ($0.reference, $0.by) < ($1.reference, $1.by) }.map(\.permit)
            return answer.adding(permits, to: item)
        }
    }

    /// A resolution by somebody who may decide, and the flows under which that is so.
    private struct Settled {
        let resolution: ResolutionOnRecord
        let flows: [PreparedFlow]
    }

    private typealias Refusal = (event: EventReference, exception: String?)

    /// The last no about an item. Nobody's no is turned down for the role in which it was said; where there is a duty to
    /// share it must name an exception of each.
    private func refusal(of item: ItemCode, in docket: Docket) -> Refusal? {
        let duties = docket.duties
        return docket.question.resolutions.compactMap { resolution -> Refusal? in
            guard resolution.settles(item) == .withheld else { return nil }
            guard !duties.isEmpty else { return (resolution.event, nil) }
            guard let exception = resolution.closest(to: item)?.exception,
                duties.allSatisfy({ $0.rule.rule.exceptions.contains(exception) })
            else { return nil }
            return (resolution.event, exception)
        }.max { $0.event < $1.event }
    }

    private func given(
        for item: ItemInQuestion, _ settled: Settled, in docket: Docket
    ) -> [(reference: String, by: EventReference, permit: Permit)] {
        let isDutyBound = !docket.duties.isEmpty
        let event = settled.resolution.event
        return settled.flows.map { flow in
            flow.climb(for: item, in: docket) { stop in
                stop.isReferred || Self.isTheHoldersToLift(stop) || (isDutyBound && Self.isReferredByDuty(stop))
            }
        }.filter(\.permits).map { climb in
            var permit = climb.permit
            permit.grounds.facts.append(event)
            return (permit.reference, event, permit)
        }
    }

    /// Referred on a request, and settled by the time it is delivered.
    private static func isTheHoldersToLift(_ stop: Reason) -> Bool { stop.code == .onwardNotAllowed }

    /// Conditions of the agreement, and not whether it is about this at all, nor the law.
    private static func isReferredByDuty(_ stop: Reason) -> Bool {
        switch stop.flow?.rung {
        case .bar?, .role?, .referral?, .staleness?, .consent?: true
        case .basis?: stop.code == .confidentialityNotLifted || stop.code == .capacityUnassessed
        default: false
        }
    }

    private func withheld(_ answer: Answer, _ no: Refusal) -> Reason {
        var reason: Reason
        if let exception = no.exception {
            reason = Reason(.statutoryException, fact: no.event, detail: .text(exception))
        } else {
            reason = Reason(answer.reason?.code ?? .notAvailable, fact: no.event, detail: "settled by the holder")
            reason.flow = answer.reason?.flow
        }
        reason.isFinal = true
        return reason
    }
}

extension ResolutionOnRecord {
    /// What it says about an item: the closest of its codes that covers it.
    fileprivate func closest(to item: ItemCode) -> DisclosureResolved.Item? {
        // Itself is the deepest code that covers it; nearly always it is there.
        items.first { $0.item == item } ?? items.filter { $0.item.covers(item) }.max { $0.item.depth < $1.item.depth }
    }

    func settles(_ item: ItemCode) -> DisclosureResolved.Item.Result? { closest(to: item)?.result }
}
