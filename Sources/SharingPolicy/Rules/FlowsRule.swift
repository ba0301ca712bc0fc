import SharingModel

/// Steps 3 to 5: the flows of the holder's agreements and the bars that stand before them. Answers every item, so
/// nothing after it is asked unless it lifts or adds.
struct FlowsRule: Rule {
    let step = JudgeStep.flows

    func answers(to items: [ItemCode], in docket: Docket) -> [ItemCode: Answer] {
        Dictionary(uniqueKeysWithValues: items.map { ($0, answer(to: $0, in: docket)) })
    }

    private func answer(to item: ItemCode, in docket: Docket) -> Answer {
        let climbs = docket.flows.climbs(for: item, in: docket)
        let permits = climbs.filter(\.permits).map(\.permit).sorted { $0.reference < $1.reference }
        let failed = climbs.filter { !$0.permits }
        let speaker = Self.speaker(of: failed.filter { $0.visible == nil })
        if !permits.isEmpty { return .permitted(permits, otherwise: speaker) }
        var reason = speaker ?? Self.visible(climbs, in: docket)
        // An offer has no asker who could draw conclusions: the bar comes first, as it does in the order of the steps.
        if docket.question.kind.isPush, !reason.isReferred, !failed.contains(where: \.standsAboveBars),
            let bar = LiftableBars.bar(of: item, in: docket)
        {
            reason = Self.first(of: failed.compactMap(\.bar)) ?? bar
        }
        return .notPermitted(reason)
    }

    /// A flow that stands above the bars and is about the item says why not; the bar is not what is in its way.
    private static func speaker(of failed: [Climb]) -> Reason? {
        let above = failed.filter(\.standsAboveBars)
        return first(of: (above.isEmpty ? failed : above).compactMap { $0.bar ?? $0.stopped })
    }

    /// Why the item is not for this asker, if that follows from what the asker may know; nil where it might be permitted
    /// for all the asker knows, as behind the glass that it broke.
    static func visibleReason(for item: ItemCode, in docket: Docket) -> Reason? {
        let climbs = docket.flows.climbs(for: item, in: docket)
        guard !climbs.contains(where: { $0.visible == nil }) else { return nil }
        let isBehindGlass = docket.flows.open.contains { flow in
            BreakGlassRule.isOpen(flow.flow, in: docket)
                && flow.climb(for: item, in: docket, lifting: BreakGlassRule.lifts).visible == nil
        }
        return isBehindGlass ? nil : visible(climbs, in: docket)
    }

    private static func visible(_ climbs: [Climb], in docket: Docket) -> Reason {
        first(of: climbs.compactMap(\.visible)) ?? docket.flows.reasonForNone
    }

    private static func first(of reasons: [Reason]) -> Reason? {
        var speaker: Reason?
        for reason in reasons where speaker.map(reason.speaksBefore) ?? true { speaker = reason }
        return speaker
    }
}
