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

/// How far an open flow got for an item. A class, because it is looked at from several sides and copying it costs more
/// than climbing; it never changes.
final class Climb {
    let flow: PreparedFlow
    /// A liftable bar that the flow does not stand above (DOMAIN 5.3).
    let bar: Reason?
    /// Where it stopped first.
    let stopped: Reason?
    /// Where it would stop even if everything that the asker may not know were favourable (DOMAIN 5.9).
    let visible: Reason?
    let grounds: Grounds

    init(_ flow: PreparedFlow, bar: Reason?, stopped: Reason?, visible: Reason?, _ grounds: Grounds) {
        self.flow = flow
        self.bar = bar
        self.stopped = stopped
        self.visible = visible
        self.grounds = grounds
    }

    var permits: Bool { bar == nil && stopped == nil }

    /// Whether the flow is about the item and the person, so that it is this flow which answers.
    var applies: Bool { stopped?.flow.map { $0.rung > .item } ?? true }

    var standsAboveBars: Bool { bar == nil && applies }

    var permit: Permit { Permit(flow: flow, terms: flow.terms, grounds: grounds) }
}

extension PreparedFlow {
    /// Climbs for an item.
    /// - Parameter lifting: what is not held against the flow: by break-glass, or by a person of the holder.
    func climb(for item: ItemInQuestion, in docket: Docket, lifting: (Reason) -> Bool = { _ in false }) -> Climb {
        let candidate = Candidate(docket: docket, terms: terms, item: item)
        var grounds = agreement.grounds
        var (bar, stopped): (Reason?, Reason?)
        if let stop = LiftableBars.bar(of: candidate) {
            let reason = Reason(stop, at: .bar, of: self)
            if !lifting(reason) { bar = reason }
        }
        for step in FlowLadder.aboutTheItem {
            let mark = grounds.mark
            guard let stop = step.stop(candidate, &grounds) else { continue }
            grounds.cut(to: mark)
            let reason = Reason(stop, at: step.rung, of: self)
            if lifting(reason) { continue }
            if stopped == nil { stopped = reason }
            if stop.code.restsOnWhatTheAskerKnows {
                return Climb(self, bar: bar, stopped: stopped, visible: reason, grounds)
            }
        }
        return Climb(self, bar: bar, stopped: stopped, visible: nil, grounds)
    }
}
