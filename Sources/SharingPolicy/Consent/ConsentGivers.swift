import Encodings
import SharingModel

/// Who is entitled to say yes, and what happens when two of them disagree (DOMAIN 5.5). An unknown age changes nothing.
extension ConsentSearch {
    /// A parent's consent has no force once the person is an adult.
    func lapsedAt18(_ consent: ConsentOnRecord) -> ConsentFailure? {
        guard consent.giver == .parentalResponsibility, let age = docket.age(at: docket.facts.clock), age >= 18 else {
            return nil
        }
        return ConsentFailure(
            progress: .expired, code: .consentExpired, fact: docket.facts.birth?.event, detail: "lapsed at 18")
    }

    /// What is not known of the giver and would have to be.
    func doubtAboutGiver(of consent: ConsentOnRecord) -> ConsentFailure? {
        guard let ageThen = docket.age(at: moment(of: consent)), let ageNow = docket.age(at: docket.facts.clock) else {
            return nil
        }
        switch consent.giver {
        case .self where ageThen < 16:
            return ConsentFailure(
                progress: .giver, code: .capacityUnassessed, isReferred: true, fact: consent.event,
                detail: "given under 16")
        case .parentalResponsibility where ageThen < 16 && ageNow >= 16:
            return ConsentFailure(
                progress: .giver, code: .consentToConfirm, isReferred: true, fact: consent.event,
                detail: "given before 16")
        default:
            return nil
        }
    }

    /// The last moment before the birthday at which a parent's consent no longer serves as it stands.
    func lapse(of consent: ConsentOnRecord) -> Instant? {
        guard consent.giver == .parentalResponsibility, let ageThen = docket.age(at: moment(of: consent)) else {
            return nil
        }
        return docket.lastMoment(beforeAge: ageThen < 16 ? 16 : 18)
    }

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

    private func refused(_ refusal: RefusalOnRecord) -> String { "refused \(docket.zone.day(of: refusal.recorded))" }

    /// Refusals of this matter that their givers have not taken back, the youngest first.
    private func standingRefusals() -> [RefusalOnRecord] {
        docket.facts.refusals.filter { refusal in
            refusal.covers(matter) && !isFromParentOfAdult(refusal)
                && !docket.facts.consents.contains { later in
                    later.kind == kind && later.giver == refusal.giver && later.event > refusal.event
                        && !later.isUnderRevokedKey && isActive(later) && later.grant(of: matter) != nil
                }
        }.sorted { $0.event > $1.event }
    }

    /// The same giver's later word replaces the earlier. A refusal by somebody recorded as 16 or older outranks a
    /// parent's consent.
    private func outranks(_ refusal: RefusalOnRecord, _ consent: ConsentOnRecord) -> Bool {
        if refusal.giver == consent.giver { return true }
        guard refusal.giver == .self, consent.giver == .parentalResponsibility else { return false }
        return docket.age(at: refusal.recorded).map { $0 >= 16 } ?? false
    }

    /// A parent can no more refuse for an adult than consent.
    private func isFromParentOfAdult(_ refusal: RefusalOnRecord) -> Bool {
        guard refusal.giver == .parentalResponsibility, let age = docket.age(at: docket.facts.clock) else {
            return false
        }
        return age >= 18
    }

    /// When it was given, as far as anybody knows: when it starts or when it was recorded, whichever came first.
    private func moment(of consent: ConsentOnRecord) -> Instant {
        min(consent.from.start(in: docket.zone), consent.recorded)
    }
}
