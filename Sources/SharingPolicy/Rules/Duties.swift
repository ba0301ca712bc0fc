import SharingModel

/// Step 8, duties to share: where one is in force a withheld item is referred, for only a person of the holder may
/// refuse.
struct Duties: Adjustment {
    let step = JudgeStep.duties

    func adjust(_ answers: inout Answers, in docket: Docket) {
        guard !docket.duties.isEmpty else { return }
        answers.revise { _, answer in
            guard var reason = answer.reason, !reason.isFinal, !reason.isReferred else { return nil }
            reason.isReferred = true
            return .notPermitted(reason)
        }
    }

    /// The duties of the day that bind this holder to share with this recipient for this purpose, by name. Worked out
    /// anew: ask ``Docket/duties``.
    static func applying(to docket: Docket) -> [PreparedDuty] {
        docket.law.duties.filter { duty in
            duty.rule.isInForce(on: docket.today) && duty.rule.rule.holders.contains(docket.question.holder.kind)
                && duty.rule.rule.recipients.contains(docket.question.recipient.kind)
                && duty.rule.rule.purposes.contains(docket.question.purpose)
        }
    }
}
