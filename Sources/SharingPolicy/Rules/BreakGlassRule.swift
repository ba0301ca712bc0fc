import SharingModel

/// Step 7: an asker in a role that the flow names breaks the glass. It lifts exactly the codes listed here and whatever
/// is referred, and never step 1. It reaches what the asker asked for, and what a flow binds to it.
struct BreakGlassRule: Adjustment {
    let step = JudgeStep.breakGlass

    private static let lifted: Set<RefusalCode> = [
        .noOpenReferral, .consentAbsent, .consentWithdrawn, .consentExpired, .consentOutOfScope, .consentToConfirm,
        .consentDisputed, .objectionUpheld, .deceased, .replicaTooStale,
    ]

    func adjust(_ answers: inout Answers, in docket: Docket) {
        guard docket.question.breakGlass != nil else { return }
        let flows = docket.flows.open.filter { Self.isOpen($0.terms, in: docket) }
        guard !flows.isEmpty else { return }
        let asked = docket.question.asked.map(docket.leaves)
        answers.revise { item, answer in
            let permits = flows.filter { Self.reaches(item.code, $0.flow, asked, in: docket) }.map { flow in
                flow.climb(for: item, in: docket, lifting: Self.lifts)
            }.filter(\.permits).map(\.permit)
            return answer.adding(permits.sorted { $0.reference < $1.reference }, to: item)
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
    static func isOpen(_ terms: PreparedTerms, in docket: Docket) -> Bool {
        docket.question.breakGlass != nil && docket.isRoleKnown
            && terms.flow.breakGlass.contains(docket.question.role)
    }
}
