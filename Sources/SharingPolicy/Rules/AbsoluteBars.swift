import SharingModel

/// Step 1: nothing lifts these. The request's key has been revoked since, one of the two agencies has ended, a shield
/// stands against the recipient, or a court prohibits it.
struct AbsoluteBars: Rule {
    let step = JudgeStep.absoluteBars

    func answer(_ answers: inout Answers, in docket: Docket) {
        if let bar = ended(docket) ?? shielded(docket) {
            answers.answerOpen { _ in .notPermitted(bar) }
            return
        }
        guard !docket.facts.courtOrders.isEmpty else { return }
        answers.answerOpen { item in
            docket.courtOrder(.prohibits, about: item.code).map { order in
                .notPermitted(
                    Self.bar(
                        .courtProhibits, order.event,
                        order.until.map { .moment("until", $0) } ?? "a court order prohibits it"))
            }
        }
    }

    private func ended(_ docket: Docket) -> Reason? {
        if let revoked = docket.question.revokedKey {
            return Self.bar(.keyRevoked, revoked, "the key of the request was revoked")
        }
        if let ended = docket.question.holder.ended { return Self.bar(.keyRevoked, ended, "the holder has ended") }
        return docket.question.recipient.ended.map { Self.bar(.keyRevoked, $0, "the recipient has ended") }
    }

    private func shielded(_ docket: Docket) -> Reason? {
        docket.shield.map { Self.bar(.shielded, $0.event, "a shield stands against the recipient") }
    }

    private static func bar(_ code: RefusalCode, _ fact: EventReference, _ detail: Detail) -> Reason {
        var reason = Reason(code, fact: fact, detail: detail)
        reason.isFinal = true
        return reason
    }
}
