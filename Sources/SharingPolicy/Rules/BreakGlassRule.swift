import SharingModel

/// Step 7: an asker in a role that the flow names breaks the glass. It lifts exactly the codes listed here and whatever
/// is referred, and never step 1. It reaches what the asker asked for, and what a flow binds to it.
struct BreakGlassRule: Adjustment {
    let step = JudgeStep.breakGlass

    private static let lifted: Set<RefusalCode> = [
        .noOpenReferral, .consentAbsent, .consentWithdrawn, .consentExpired, .consentOutOfScope, .consentToConfirm,
        .consentDisputed, .objectionUpheld, .deceased, .replicaTooStale,
    ]

    func adjust(_ answers: inout [ItemCode: Answer], in docket: Docket) {
        guard docket.question.breakGlass != nil else { return }
        let flows = docket.flows.open.filter { Self.isOpen($0.flow, in: docket) }
        guard !flows.isEmpty else { return }
        let asked = docket.question.asked.map { Set(docket.leaves(of: $0)) }
        for (item, answer) in answers {
            let permits = flows.filter { Self.reaches(item, $0.flow.value, asked, in: docket) }.map { flow in
                flow.climb(for: item, in: docket, lifting: Self.lifts)
            }.filter(\.permits).map(\.permit)
            let sorted = permits.sorted { $0.reference < $1.reference }
            if let more = answer.adding(sorted, to: item) { answers[item] = more }
        }
    }

    static func lifts(_ reason: Reason) -> Bool { reason.isReferred || lifted.contains(reason.code) }

    private static func reaches(
        _ item: ItemCode, _ flow: Flow, _ asked: Set<ItemCode>?, in docket: Docket
    ) -> Bool {
        guard let asked, !asked.contains(item) else { return true }
        return !Inseparable.bound(item, by: flow, in: docket).isDisjoint(with: asked)
    }

    /// Whether the flow names the asker's role, and the baseline knows it.
    static func isOpen(_ flow: Held<Flow>, in docket: Docket) -> Bool {
        let role = docket.question.role
        return docket.question.breakGlass != nil && flow.breakGlass.contains(role)
            && docket.baseline?.roles[role] != nil
    }
}
