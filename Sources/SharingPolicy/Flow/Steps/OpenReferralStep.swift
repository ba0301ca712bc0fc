import SharingModel

/// A referral about the person is open between the two, whichever of them made it. The referral that is being decided
/// counts.
struct OpenReferralStep: FlowStep {
    let rung = Rung.referral

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        guard candidate.terms.flow.conditions.openReferral else { return nil }
        if let open = candidate.docket.openReferral {
            grounds.facts.append(open)
            return nil
        }
        return candidate.docket.question.kind == .referral ? nil : Stop(code: .noOpenReferral)
    }
}

extension Docket {
    /// The first of the open referrals between the two agencies.
    fileprivate var openReferral: EventReference? {
        let (holder, recipient) = (question.holder.agency, question.recipient.agency)
        return facts.openReferrals.filter {
            $0.from == holder && $0.to == recipient || $0.from == recipient && $0.to == holder
        }.map(\.event).min()
    }
}
