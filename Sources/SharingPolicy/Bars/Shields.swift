import SharingModel

extension Docket {
    /// What keeps the person's information from this recipient: the last word in the log about the two agencies, if it
    /// shields.
    var shield: ShieldOnRecord? {
        let words = facts.shields.filter { shield in
            shield.holders?.contains(question.holder.agency) ?? true && shield.concerns(question.recipient.agency)
                && !(shield.isLifting && shield.isUnderRevokedKey)
        }
        guard let last = words.max(by: { $0.event < $1.event }), !last.isLifting else { return nil }
        return last
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
