import SharingModel

/// Step 8, duties to share: where one is in force a withheld item is referred, for only a person of the holder may
/// refuse.
struct Duties: Adjustment {
    let step = JudgeStep.duties

    func adjust(_ answers: inout [ItemCode: Answer], in docket: Docket) {
        guard !docket.duties.isEmpty else { return }
        for (item, answer) in answers {
            guard var reason = answer.reason, !reason.isFinal, !reason.isReferred else { continue }
            reason.isReferred = true
            answers[item] = .notPermitted(reason)
        }
    }

    /// The duties of the day that bind this holder to share with this recipient for this purpose.
    static func applying(to docket: Docket) -> [DutyRule] { Array(docket.duties.values) }

    /// The same with their names, worked out. Ask ``Docket/duties``.
    static func named(for docket: Docket) -> [LegalCode: DutyRule] {
        guard let baseline = docket.baseline, !baseline.duties.isEmpty else { return [:] }
        let law = Law(docket, nation: baseline.nation)
        return baseline.duties.filter { _, duty in
            duty.purposes.contains(docket.question.purpose) && duty.holders.contains(docket.question.holder.kind)
                && duty.recipients.contains(docket.question.recipient.kind) && law.applies(duty.dated)
        }
    }
}
