import SharingModel

extension Docket {
    /// What keeps the person's information from this recipient: the youngest shield about the two agencies that stands. One
    /// stands until whoever put it up takes it down: nobody's last word lifts another's.
    var shield: ShieldOnRecord? {
        if facts.shields.isEmpty { return nil }
        var last: [AgencyID: ShieldOnRecord] = [:]
        for word in facts.shields where concerns(word) && !(word.isLifting && word.isUnderRevokedKey) {
            if last[word.author].map({ $0.event < word.event }) ?? true { last[word.author] = word }
        }
        return last.values.filter { !$0.isLifting }.max { $0.event < $1.event }
    }

    private func concerns(_ word: ShieldOnRecord) -> Bool {
        word.holders?.contains(question.holder.agency) ?? true && word.concerns(question.recipient.agency)
    }
}

extension ShieldOnRecord {
    fileprivate func concerns(_ agency: AgencyID) -> Bool {
        switch against {
        case .everybody: true
        case .agencies(let agencies): agencies.contains(agency)
        }
    }
}
