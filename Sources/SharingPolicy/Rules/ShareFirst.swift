import SharingModel

/// Step 2: a safeguarding referral to a body that has the duty passes whole, before anything is looked at that could
/// be missing, stale or broken. A child must not wait for a queue. Each is reviewed, so misuse shows.
struct ShareFirst: Rule {
    let step = JudgeStep.shareFirst

    func answer(_ answers: inout Answers, in docket: Docket) {
        guard let rule = rule(in: docket) else { return }
        let grounds = Grounds(ends: [rule.dated.until.map(docket.zone.end(of:))].compactMap { $0 })
        answers.answerOpen { _ in .shareFirst(grounds) }
    }

    private func rule(in docket: Docket) -> ShareFirstRule? {
        guard docket.question.kind == .referral, docket.isSafeguarding, let baseline = docket.baseline else {
            return nil
        }
        let question = docket.question
        return baseline.value.shareFirst(
            purpose: question.purpose, recipient: question.recipient.agency, kind: question.recipient.kind,
            on: docket.today)
    }
}
