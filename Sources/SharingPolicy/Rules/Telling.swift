import SharingModel

/// Step 9, two views: where what an asker knows already settles an item, that is the code, and a bar that it may not
/// know of is not told. So an answer looks the same whether the bar is there or not. What becomes of the item stays.
struct Telling: Adjustment {
    let step = JudgeStep.telling

    private static let toldAsTheyAre: Set<RefusalCode> = [.keyRevoked, .evaluationError, .statutoryException]

    func adjust(_ answers: inout Answers, in docket: Docket) {
        guard !docket.question.kind.isPush else { return }
        answers.revise { item, answer in
            guard let told = answer.reason, !Self.toldAsTheyAre.contains(told.code),
                var reason = FlowsRule.visibleReason(for: item, in: docket)
            else { return nil }
            (reason.isReferred, reason.isFinal, reason.behind) = (told.isReferred, told.isFinal, told.fact)
            return .notPermitted(reason)
        }
    }
}
