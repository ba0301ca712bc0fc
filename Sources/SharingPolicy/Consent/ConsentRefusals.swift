import Encodings
import SharingModel

/// What happens when two who are entitled disagree (DOMAIN 5.5).
extension ConsentSearch {
    /// A refusal that stands against the consent. A later consent by whoever refused takes the refusal back.
    func contradiction(of consent: ConsentOnRecord) -> ConsentFailure? {
        let refusals = standingRefusals()
        if let outranking = refusals.first(where: { outranks($0, consent) }) {
            return ConsentFailure(
                progress: .giver, code: .consentAbsent, fact: outranking.event, detail: refused(outranking))
        }
        guard let contrary = refusals.first else { return nil }
        return ConsentFailure(
            progress: .giver, code: .consentDisputed, isReferred: true, fact: contrary.event, detail: refused(contrary))
    }

    /// Without any consent, a refusal is at least why there is none.
    func refusalWithoutConsent() -> ConsentFailure? {
        standingRefusals().first.map { refusal in
            ConsentFailure(
                progress: .absent, code: .consentAbsent, fact: refusal.event,
                detail: refused(refusal))
        }
    }

    var isRefusedByAttorneyOrDeputy: Bool {
        standingRefusals().contains { $0.giver == .attorneyHealthWelfare || $0.giver == .deputyHealthWelfare }
    }

    private func refused(_ refusal: RefusalOnRecord) -> Detail {
        .day("refused", docket.zone.day(of: refusal.recorded))
    }

    /// Refusals of this matter that their givers have not taken back, the youngest first.
    private func standingRefusals() -> [RefusalOnRecord] {
        guard !docket.facts.refusals.isEmpty else { return [] }
        return docket.facts.refusals.filter { refusal in
            refusal.covers(matter) && mayRefuse(refusal)
                && !docket.consents(of: kind).contains { later in
                    later.record(in: docket).giver == refusal.giver && later.event(in: docket) > refusal.event
                        && !later.isUnderRevokedKey(in: docket) && later.isActive(in: docket)
                        && later.grant(of: item, in: docket) != nil
                }
        }.sorted { $0.event > $1.event }
    }

    /// A parent can no more refuse for an adult than consent, nor an attorney for somebody assessed as having capacity,
    /// nor a representative whose time is over; and who lacks capacity can do neither. A child whose understanding nobody has assessed may say no, and people are asked.
    private func mayRefuse(_ refusal: RefusalOnRecord) -> Bool {
        if refusal.giver == .self {
            if case .lacksCapacity = docket.ownVoice(at: refusal.recorded) { return false }
            return true
        }
        if refusal.giver.isParental {
            if let age = docket.ageNow, age >= 18 { return false }
        } else if docket.lastAssessment(.mca)?.outcome == .has {
            return false
        }
        let recorded = representatives(refusal.giver)
        return recorded.isEmpty || recorded.contains(where: isInForceOrUntrusted)
    }

    /// A key that is not trusted any more weakens no refusal.
    private func isInForceOrUntrusted(_ representative: RepresentativeOnRecord) -> Bool {
        var trusted = representative
        trusted.isUnderRevokedKey = false
        return isInForce(trusted)
    }

    /// The same giver's later word replaces the earlier. The no of a young person who is known to speak for themselves
    /// outranks a parent's consent.
    private func outranks(_ refusal: RefusalOnRecord, _ consent: ConsentOnRecord) -> Bool {
        if refusal.giver == consent.giver { return true }
        guard refusal.giver == .self, consent.giver.isParental, docket.age(at: refusal.recorded) != nil,
            case .entitled = docket.ownVoice(at: refusal.recorded)
        else { return false }
        return true
    }
}
