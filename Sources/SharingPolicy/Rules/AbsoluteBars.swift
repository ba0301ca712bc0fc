import SharingModel

/// Step 1: nothing lifts these. The request's key has been revoked since, one of the two agencies has ended, a shield
/// stands against the recipient, or a court prohibits it.
struct AbsoluteBars: Rule {
    let step = JudgeStep.absoluteBars

    func answers(to items: [ItemCode], in docket: Docket) -> [ItemCode: Answer] {
        if let bar = ended(docket.question) ?? shielded(docket) {
            return Dictionary(uniqueKeysWithValues: items.map { ($0, .notPermitted(bar)) })
        }
        guard !docket.facts.courtOrders.isEmpty else { return [:] }
        var answers: [ItemCode: Answer] = [:]
        for item in items {
            guard let order = docket.courtOrder(.prohibits, about: item) else { continue }
            answers[item] = .notPermitted(
                Self.bar(
                    .courtProhibits, order.event, order.until.map { "until \($0)" } ?? "a court order prohibits it"))
        }
        return answers
    }

    private func ended(_ question: Question) -> Reason? {
        if let revoked = question.revokedKey {
            return Self.bar(.keyRevoked, revoked, "the key of the request was revoked")
        }
        if let ended = question.holder.ended { return Self.bar(.keyRevoked, ended, "the holder has ended") }
        return question.recipient.ended.map { Self.bar(.keyRevoked, $0, "the recipient has ended") }
    }

    private func shielded(_ docket: Docket) -> Reason? {
        docket.shield.map { Self.bar(.shielded, $0.event, "a shield stands against the recipient") }
    }

    private static func bar(_ code: RefusalCode, _ fact: EventReference, _ detail: String) -> Reason {
        var reason = Reason(code, fact: fact, detail: detail)
        reason.isFinal = true
        return reason
    }
}
