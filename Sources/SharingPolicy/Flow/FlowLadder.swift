import Encodings
import SharingModel

/// The steps of a flow in their order. A step added later slots in here and nowhere else.
enum FlowLadder {
    static let aboutTheFlow: [any FrameStep] = [PartiesStep(), DatesStep(), StateStep(), PurposeStep()]

    static let aboutTheItem: [any FlowStep] = [
        PersonStep(), ItemStep(), RoleStep(), OpenReferralStep(), LawfulBasisStep(), ConfidentialityStep(),
        StalenessStep(), ConsentStep(), OnwardStep(),
    ]

    /// Of those, the ones that hold what was decided once against the law of the day.
    static let aboutTheBasis: [any FlowStep] = [LawfulBasisStep(), ConfidentialityStep(), ConsentStep()]
}

/// How far an open flow got for an item.
struct Climb {
    let flow: PreparedFlow
    /// A liftable bar that the flow does not stand above (DOMAIN 5.3).
    var bar: Reason?
    /// Where it stopped first.
    var stopped: Reason?
    /// Where it would stop even if everything that the asker may not know were favourable (DOMAIN 5.9).
    var visible: Reason?
    var grounds: Grounds

    var permits: Bool { bar == nil && stopped == nil }

    /// Whether the flow is about the item and the person, so that it is this flow which answers.
    var applies: Bool { stopped?.flow.map { $0.rung > .item } ?? true }

    var standsAboveBars: Bool { bar == nil && applies }

    var permit: Permit { Permit(reference: flow.reference, flow: flow.flow, grounds: grounds) }
}

extension PreparedFlow {
    /// Climbs for an item.
    /// - Parameter lifting: what is not held against the flow: by break-glass, or by a person of the holder.
    func climb(for item: ItemCode, in docket: Docket, lifting: (Reason) -> Bool = { _ in false }) -> Climb {
        let candidate = Candidate(docket: docket, flow: flow, nation: agreement.agreement.nation, item: item)
        var climb = Climb(
            flow: self,
            grounds: Grounds(
                facts: [agreement.lastSignature], ends: [agreement.end, agreement.replacedAfter].compactMap { $0 }))
        if let bar = LiftableBars.bar(of: candidate, reference: reference), !lifting(bar) { climb.bar = bar }
        for step in FlowLadder.aboutTheItem {
            switch step.examine(candidate) {
            case .passes(let grounds): climb.grounds.add(grounds)
            case .stops(let stop):
                let reason = Reason(stop, at: step.rung, of: reference)
                if lifting(reason) { continue }
                climb.stopped = climb.stopped ?? reason
                if stop.code.restsOnWhatTheAskerKnows {
                    climb.visible = reason
                    return climb
                }
            }
        }
        return climb
    }
}
