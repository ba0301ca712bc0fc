import SharingModel

/// Step 8, the part about errors: where something could not be evaluated, whatever is not permitted is referred. An
/// error never permits.
struct EvaluationErrors: Adjustment {
    let step = JudgeStep.evaluationErrors

    func adjust(_ answers: inout Answers, in docket: Docket) {
        guard let error = docket.error else { return }
        answers.revise { _, answer in
            guard case .notPermitted(let reason) = answer, !reason.isFinal else { return nil }
            return .notPermitted(Reason(.evaluationError, isReferred: true, detail: .text(error)))
        }
    }
}
