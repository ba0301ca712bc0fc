import SharingModel

/// Step 2: a safeguarding referral to a body that has the duty passes whole, before anything is looked at that could
/// be missing, stale or broken. A child must not wait for a queue. Each is reviewed, so misuse shows.
struct ShareFirst: Rule {
    let step = JudgeStep.shareFirst

    func answers(to items: [ItemCode], in docket: Docket) -> [ItemCode: Answer] {
        guard let rule = rule(in: docket) else { return [:] }
        let grounds = Grounds(ends: [rule.dated.until.map(docket.zone.end(of:))].compactMap { $0 })
        return Dictionary(uniqueKeysWithValues: items.map { ($0, .shareFirst(grounds)) })
    }

    private func rule(in docket: Docket) -> ShareFirstRule? {
        let question = docket.question
        guard question.kind == .referral, let baseline = docket.baseline,
            baseline.purposes[question.purpose]?.safeguarding == true
        else { return nil }
        return baseline.value.shareFirst(
            purpose: question.purpose, recipient: question.recipient.agency, kind: question.recipient.kind,
            on: docket.today)
    }
}
