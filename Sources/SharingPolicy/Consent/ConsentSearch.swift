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
    let item: ItemInQuestion

    var matter: ConsentMatter { ConsentMatter(docket: docket, item: item) }

    /// What there is for an item, looked for once.
    static func finding(of kind: ConsentKind, for item: ItemInQuestion, in docket: Docket) -> ConsentFinding {
        for known in item.findings where known.kind == kind { return known.finding }
        let finding = ConsentSearch(docket: docket, kind: kind, item: item).finding()
        item.findings.append((kind, finding))
        return finding
    }

    private func finding() -> ConsentFinding {
        let consents = docket.consents(of: kind)
        let exception = closestException(among: consents)
        var serving: ServingConsent?
        var best = refusalWithoutConsent() ?? ConsentFailure(progress: .absent, code: .consentAbsent)
        // A revoked key's consents permit nothing; their exceptions, like refusals, keep counting (DESIGN 5).
        for consent in consents where !consent.isUnderRevokedKey(in: docket) {
            if let failure = failure(of: consent, beatenBy: exception) {
                if failure.speaksBefore(best) { best = failure }
                continue
            }
            let record = consent.record(in: docket)
            let one = ServingConsent(
                event: record.event, entitlement: entitlement(of: record), until: end(of: record),
                knownEnd: consent.namesRecipient ? record.until?.end(in: docket.zone) : nil)
            if let standing = serving, !lasts(one, longerThan: standing) { continue }
            serving = one
        }
        return (serving ?? bestInterests()).map { .serves($0) } ?? .fails(best)
    }

    /// For an adult who was assessed as lacking capacity, what was decided in their best interests serves; not as consent
    /// in data protection law, and not against the no of an attorney or deputy.
    private func bestInterests() -> ServingConsent? {
        guard kind != .gdpr, let lacking = docket.lackOfCapacity,
            docket.ageNow.map({ $0 >= 18 }) ?? true, !isRefusedByAttorneyOrDeputy,
            let decided = docket.facts.bestInterests.filter({ $0.covers(matter) }).map(\.event).min()
        else { return nil }
        return ServingConsent(event: decided, entitlement: [lacking], isConsent: false)
    }

    /// The first thing wrong with a consent; nil where it serves.
    private func failure(of consent: ConsentInQuestion, beatenBy exception: StandingException?) -> ConsentFailure? {
        func fails(
            _ progress: ConsentFailure.Progress, _ code: RefusalCode, fact: EventReference? = nil,
            _ detail: Detail? = nil
        ) -> ConsentFailure {
            ConsentFailure(
                progress: progress, code: code, fact: fact ?? consent.event(in: docket), detail: detail,
                namesRecipient: consent.namesRecipient)
        }
        guard let grant = consent.grant(of: item, in: docket) else {
            return consent.exception(to: item, in: docket) != nil
                ? fails(.excepted, .consentOutOfScope, "excepted") : fails(.outOfScope, .consentOutOfScope)
        }
        if let exception, exception.specificity >= grant { return exception.failure(in: docket) }
        let record = consent.record(in: docket)
        if consent.isToCome(in: docket) { return fails(.expired, .consentExpired, .moment("from", record.from)) }
        if consent.isOver(in: docket) {
            return fails(.expired, .consentExpired, record.until.map { .moment("until", $0) })
        }
        if let lapsed = lapsedAt18(record) ?? endOfRepresentative(record) { return lapsed }
        if let withdrawal = record.withdrawal {
            return fails(
                .withdrawn, .consentWithdrawn, fact: withdrawal.event,
                .day("withdrawn", docket.zone.day(of: withdrawal.recorded)))
        }
        return doubtAboutGiver(of: record) ?? contradiction(of: record)
    }

    /// The most specific exception of the consents that are active; of equals, the one in a consent the recipient
    /// cannot read.
    private func closestException(among consents: [ConsentInQuestion]) -> StandingException? {
        var closest: StandingException?
        for consent in consents {
            guard let specificity = consent.exception(to: item, in: docket), consent.isActive(in: docket) else {
                continue
            }
            let exception = StandingException(specificity: specificity, consent: consent)
            if closest.map({ exception.isCloser(than: $0, in: docket) }) ?? true { closest = exception }
        }
        return closest
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
    let consent: ConsentInQuestion

    func isCloser(than other: StandingException, in docket: Docket) -> Bool {
        if specificity != other.specificity { return specificity > other.specificity }
        return consent.namesRecipient == other.consent.namesRecipient
            ? consent.event(in: docket) < other.consent.event(in: docket) : !consent.namesRecipient
    }

    func failure(in docket: Docket) -> ConsentFailure {
        ConsentFailure(
            progress: .excepted, code: .consentOutOfScope, fact: consent.event(in: docket), detail: "excepted",
            namesRecipient: consent.namesRecipient)
    }
}
