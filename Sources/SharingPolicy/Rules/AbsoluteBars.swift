import SharingModel

/// Step 1: nothing lifts these. The request's key has been revoked since, or one of the two agencies has ended.
struct AbsoluteBars: Rule {
    func answers(to items: [ItemCode], in docket: Docket) -> [ItemCode: Answer] {
        guard let bar = bar(in: docket.question) else { return [:] }
        return Dictionary(uniqueKeysWithValues: items.map { ($0, .notPermitted(bar)) })
    }

    private func bar(in question: Question) -> Reason? {
        if let revoked = question.revokedKey {
            return Reason(.keyRevoked, fact: revoked, detail: "the key of the request was revoked")
        }
        if let ended = question.holder.ended { return Reason(.keyRevoked, fact: ended, detail: "the holder has ended") }
        if let ended = question.recipient.ended {
            return Reason(.keyRevoked, fact: ended, detail: "the recipient has ended")
        }
        return nil
    }
}
