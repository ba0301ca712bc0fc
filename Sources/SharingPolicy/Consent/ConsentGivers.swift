import Encodings
import SharingModel

/// Who is entitled to say yes (DOMAIN 5.5). An unknown age changes nothing.
extension ConsentSearch {
    /// The consent of a parent, or of a council in a parent's place, has no force once the person is an adult.
    func lapsedAt18(_ consent: ConsentOnRecord) -> ConsentFailure? {
        guard consent.giver.isParental, let age = docket.ageNow, age >= 18 else { return nil }
        return ConsentFailure(
            progress: .expired, code: .consentExpired, fact: docket.facts.birth?.event, detail: "lapsed at 18")
    }

    /// Whoever is on record as a representative and is one no longer gives no consent any more. Where nobody of that kind
    /// was ever recorded, nothing is known against the giver.
    func endOfRepresentative(_ consent: ConsentOnRecord) -> ConsentFailure? {
        let recorded = representatives(consent.giver)
        guard !recorded.isEmpty, !recorded.contains(where: isInForce) else { return nil }
        let last = recorded.max { $0.event < $1.event }
        return ConsentFailure(
            progress: .expired, code: .consentExpired, fact: last?.ended ?? last?.event,
            detail: "no longer represented by the giver")
    }

    /// What is not known of the giver and would have to be, or what is known against them.
    func doubtAboutGiver(of consent: ConsentOnRecord) -> ConsentFailure? {
        switch consent.giver {
        case .self: doubtAboutPerson(consent)
        case .parentalResponsibility, .localAuthority: doubtAboutParent(consent)
        case .attorneyHealthWelfare, .deputyHealthWelfare: doubtAboutAttorney(consent)
        }
    }

    private func doubtAboutPerson(_ consent: ConsentOnRecord) -> ConsentFailure? {
        switch docket.ownVoice(at: moment(of: consent)) {
        case .entitled: nil
        case .unassessed:
            ConsentFailure(
                progress: .giver, code: .capacityUnassessed, isReferred: true, fact: consent.event,
                detail: "given under 16")
        case .lacksCapacity(let assessment):
            ConsentFailure(
                progress: .giver, code: .consentAbsent, fact: assessment, detail: "assessed as lacking capacity")
        }
    }

    /// Given before the person could speak for themselves, it must be confirmed once they can.
    private func doubtAboutParent(_ consent: ConsentOnRecord) -> ConsentFailure? {
        guard let own = docket.ownVoice(about: item), moment(of: consent) < own, own <= docket.facts.clock else {
            return nil
        }
        return ConsentFailure(
            progress: .giver, code: .consentToConfirm, isReferred: true, fact: consent.event,
            detail: "given before the person spoke for themselves")
    }

    /// An attorney or deputy speaks only for somebody who lacks capacity (Mental Capacity Act 2005 ss.11(7) and 20(1)).
    private func doubtAboutAttorney(_ consent: ConsentOnRecord) -> ConsentFailure? {
        guard let assessed = docket.lastAssessment(.mca) else {
            return ConsentFailure(
                progress: .giver, code: .capacityUnassessed, isReferred: true, fact: consent.event,
                detail: "given for somebody whose capacity nobody assessed")
        }
        guard assessed.outcome == .has else { return nil }
        return ConsentFailure(
            progress: .giver, code: .consentAbsent, fact: assessed.event, detail: "assessed as having capacity")
    }

    /// The last moment at which a parent's consent still serves as it stands.
    func lapse(of consent: ConsentOnRecord) -> Instant? {
        guard consent.giver.isParental, let adult = docket.moment(ofAge: 18) else { return nil }
        let own = docket.ownVoice(about: item).flatMap { moment(of: consent) < $0 ? $0 : nil }
        return Instant(milliseconds: min(own ?? adult, adult).milliseconds - 1)
    }

    /// The events that entitle the giver, where there had to be any.
    func entitlement(of consent: ConsentOnRecord) -> [EventReference] {
        switch consent.giver {
        case .self:
            guard case .entitled(let assessment?) = docket.ownVoice(at: moment(of: consent)) else { return [] }
            return [assessment]
        case .parentalResponsibility, .localAuthority, .attorneyHealthWelfare, .deputyHealthWelfare:
            let recorded = representatives(consent.giver).filter(isInForce).map(\.event).min()
            let assessed = consent.giver.isParental ? nil : docket.lackOfCapacity
            return [recorded, assessed].compactMap { $0 }
        }
    }

    func representatives(_ giver: ConsentGiver) -> [RepresentativeOnRecord] {
        docket.facts.representatives.filter { $0.basis.giver == giver }
    }

    func isInForce(_ representative: RepresentativeOnRecord) -> Bool {
        !representative.isUnderRevokedKey && representative.ended == nil
            && representative.until.map { $0.end(in: docket.zone) >= docket.facts.clock } ?? true
    }

    /// When it was given, as far as anybody knows: when it starts or when it was recorded, whichever came first.
    private func moment(of consent: ConsentOnRecord) -> Instant {
        min(consent.from.start(in: docket.zone), consent.recorded)
    }
}

extension ConsentGiver {
    /// By parental responsibility, a parent's own or a council's under a care order: both end when the child is an adult.
    var isParental: Bool { self == .parentalResponsibility || self == .localAuthority }
}
