import Encodings
import SharingModel

/// Looks for a consent of one kind that serves one matter (DOMAIN 5.5).
///
/// A consent serves when it grants the matter and no other's exception beats it, is in time, is not withdrawn, was
/// given by somebody entitled, and nobody entitled contradicts it. One that serves is enough, so a further consent
/// without exceptions can only help.
struct ConsentSearch {
    let docket: Docket
    let kind: ConsentKind
    let matter: ConsentMatter

    func finding() -> ConsentFinding {
        let consents = docket.consents(of: kind)
        let exception = closestException(among: consents)
        var serving: ServingConsent?
        var best = refusalWithoutConsent() ?? ConsentFailure(progress: .absent, code: .consentAbsent)
        // A revoked key's consents permit nothing; their exceptions, like refusals, keep counting (DESIGN 5).
        for consent in consents where !consent.isUnderRevokedKey {
            if let failure = failure(of: consent, beatenBy: exception) {
                if failure.speaksBefore(best) { best = failure }
                continue
            }
            let one = ServingConsent(
                event: consent.event, entitlement: entitlement(of: consent), until: end(of: consent),
                knownEnd: consent.names(matter.recipient.agency) ? consent.until?.end(in: docket.zone) : nil)
            if let standing = serving, !lasts(one, longerThan: standing) { continue }
            serving = one
        }
        return (serving ?? bestInterests()).map { .serves($0) } ?? .fails(best)
    }

    /// For an adult who was assessed as lacking capacity, what was decided in their best interests serves; not as consent
    /// in data protection law, and not against the no of an attorney or deputy.
    private func bestInterests() -> ServingConsent? {
        guard kind != .gdpr, let lacking = docket.lackOfCapacity,
            docket.age(at: docket.facts.clock).map({ $0 >= 18 }) ?? true, !isRefusedByAttorneyOrDeputy,
            let decided = docket.facts.bestInterests.filter({ $0.covers(matter) }).map(\.event).min()
        else { return nil }
        return ServingConsent(event: decided, entitlement: [lacking], isConsent: false)
    }

    /// The first thing wrong with a consent; nil where it serves.
    private func failure(of consent: ConsentOnRecord, beatenBy exception: StandingException?) -> ConsentFailure? {
        let names = consent.names(matter.recipient.agency)
        func fails(
            _ progress: ConsentFailure.Progress, _ code: RefusalCode, fact: EventReference? = nil,
            _ detail: String? = nil
        ) -> ConsentFailure {
            ConsentFailure(
                progress: progress, code: code, fact: fact ?? consent.event, detail: detail, namesRecipient: names)
        }
        guard let grant = consent.grant(of: matter) else {
            let isExcepted = consent.exception(to: matter) != nil
            return isExcepted
                ? fails(.excepted, .consentOutOfScope, "excepted") : fails(.outOfScope, .consentOutOfScope)
        }
        if let exception, exception.specificity >= grant { return exception.failure(of: matter) }
        if consent.from.start(in: docket.zone) > docket.facts.clock {
            return fails(.expired, .consentExpired, "from \(consent.from)")
        }
        if let until = consent.until, until.end(in: docket.zone) < docket.facts.clock {
            return fails(.expired, .consentExpired, "until \(until)")
        }
        if let lapsed = lapsedAt18(consent) ?? endOfRepresentative(consent) { return lapsed }
        if let withdrawal = consent.withdrawal {
            return fails(
                .withdrawn, .consentWithdrawn, fact: withdrawal.event,
                "withdrawn \(docket.zone.day(of: withdrawal.recorded))")
        }
        return doubtAboutGiver(of: consent) ?? contradiction(of: consent)
    }

    /// The most specific exception of the consents that are active; of equals, the one in a consent the recipient
    /// cannot read.
    private func closestException(among consents: [ConsentOnRecord]) -> StandingException? {
        var closest: StandingException?
        for consent in consents where isActive(consent) {
            guard let specificity = consent.exception(to: matter) else { continue }
            let exception = StandingException(specificity: specificity, consent: consent)
            if closest.map({ exception.isCloser(than: $0, to: matter.recipient.agency) }) ?? true {
                closest = exception
            }
        }
        return closest
    }

    /// In time and not withdrawn, whoever gave it.
    func isActive(_ consent: ConsentOnRecord) -> Bool {
        guard consent.withdrawal == nil, consent.from.start(in: docket.zone) <= docket.facts.clock else { return false }
        return consent.until.map { $0.end(in: docket.zone) >= docket.facts.clock } ?? true
    }

    private func end(of consent: ConsentOnRecord) -> Instant? {
        [consent.until?.end(in: docket.zone), lapse(of: consent)].compactMap { $0 }.min()
    }

    /// Of two that serve, the one that lasts longer carries the permit; then the older, whatever the order they came
    /// in.
    private func lasts(
        _ one: ServingConsent, longerThan standing: ServingConsent
    ) -> Bool {
        switch (one.until, standing.until) {
        case (nil, nil): one.event < standing.event
        case (nil, _?): true
        case (_?, nil): false
        case (let until?, let other?): until == other ? one.event < standing.event : until > other
        }
    }
}

/// An exception that stands, and the consent in which it was made.
private struct StandingException {
    let specificity: Specificity
    let consent: ConsentOnRecord

    func isCloser(than other: StandingException, to recipient: AgencyID) -> Bool {
        if specificity != other.specificity { return specificity > other.specificity }
        let (names, otherNames) = (consent.names(recipient), other.consent.names(recipient))
        return names == otherNames ? consent.event < other.consent.event : !names
    }

    func failure(of matter: ConsentMatter) -> ConsentFailure {
        ConsentFailure(
            progress: .excepted, code: .consentOutOfScope, fact: consent.event, detail: "excepted",
            namesRecipient: consent.names(matter.recipient.agency))
    }
}
