import SharingModel

/// Step 8, the part about errors: where something could not be evaluated, whatever is not permitted is referred. An
/// error never permits.
struct EvaluationErrors: Adjustment {
    let step = JudgeStep.evaluationErrors

    func adjust(_ answers: inout [ItemCode: Answer], in docket: Docket) {
        guard let error = docket.error else { return }
        for (item, answer) in answers {
            guard case .notPermitted(let reason) = answer, !reason.isFinal else { continue }
            answers[item] = .notPermitted(Reason(.evaluationError, isReferred: true, detail: error))
        }
    }
}
