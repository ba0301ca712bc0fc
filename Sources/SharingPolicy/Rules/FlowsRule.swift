import SharingModel

/// Steps 3 to 5: the flows of the holder's agreements and the bars that stand before them. Answers every item, so
/// nothing after it is asked unless it lifts or adds.
struct FlowsRule: Rule {
    let step = JudgeStep.flows

    func answer(_ answers: inout Answers, in docket: Docket) {
        answers.answerOpen { answer(to: $0, in: docket) }
    }

    private func answer(to item: ItemInQuestion, in docket: Docket) -> Answer {
        let climbs = docket.flows.climbs(for: item, in: docket)
        let speaker = Self.speaker(of: climbs)
        var permits: [Permit] = []
        for climb in climbs where climb.permits { permits.append(climb.permit) }
        if permits.count > 1 { permits.sort { $0.reference < $1.reference } }
        if !permits.isEmpty { return .permitted(permits, otherwise: speaker) }
        var reason = speaker ?? Self.visible(climbs, in: docket)
        // An offer has no asker who could draw conclusions: the bar comes first, as it does in the order of the steps.
        if docket.question.kind.isPush, !reason.isReferred, !climbs.contains(where: \.standsAboveBars),
            let bar = LiftableBars.bar(of: item, in: docket)
        {
            reason = Self.first(of: climbs, \.bar) ?? bar
        }
        return .notPermitted(reason)
    }

    /// Of the flows that fail for a reason the asker may not know. One that stands above the bars and is about the item
    /// says why not; the bar is not what is in its way.
    private static func speaker(of climbs: [Climb]) -> Reason? {
        func isHidden(_ climb: Climb) -> Bool { !climb.permits && climb.visible == nil }
        let isAbove = climbs.contains { isHidden($0) && $0.standsAboveBars }
        return first(of: climbs) { climb in
            isHidden(climb) && (!isAbove || climb.standsAboveBars) ? climb.bar ?? climb.stopped : nil
        }
    }

    /// Why the item is not for this asker, if that follows from what the asker may know; nil where it might be permitted
    /// for all the asker knows, as behind the glass that it broke.
    static func visibleReason(for item: ItemInQuestion, in docket: Docket) -> Reason? {
        let climbs = docket.flows.climbs(for: item, in: docket)
        guard !climbs.contains(where: { $0.visible == nil }) else { return nil }
        let isBehindGlass = docket.flows.open.contains { flow in
            BreakGlassRule.isOpen(flow.terms, in: docket)
                && flow.climb(for: item, in: docket, lifting: BreakGlassRule.lifts).visible == nil
        }
        return isBehindGlass ? nil : visible(climbs, in: docket)
    }

    private static func visible(_ climbs: [Climb], in docket: Docket) -> Reason {
        first(of: climbs, \.visible) ?? docket.flows.reasonForNone
    }

    /// The reason that speaks before all others.
    private static func first(of climbs: [Climb], _ reason: (Climb) -> Reason?) -> Reason? {
        var speaker: Reason?
        for climb in climbs {
            guard let reason = reason(climb) else { continue }
            if speaker.map(reason.speaksBefore) ?? true { speaker = reason }
        }
        return speaker
    }
}
