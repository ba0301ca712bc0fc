import Encodings
import SharingPolicy

@testable import SharingModel

/// Step 5.
extension NaiveJudge {
    /// Why a consent is not there. Of several reasons the best tells: the one that got furthest, then one that only lacks a fact, then
    /// one that the recipient may read, then the youngest event.
    struct ConsentFailure {
        var progress: Progress
        var code: RefusalCode
        var isMissing = false
        /// The holder may still say why it shares without.
        var isReferable = false
        var isReadable = false
        var fact: EventReference?

        var isReferred: Bool { isMissing || isReferable }

        enum Progress: Int { case absent, outOfScope, excepted, expired, withdrawn, giver }

        func isBetter(than other: ConsentFailure) -> Bool {
            if progress != other.progress { return progress.rawValue > other.progress.rawValue }
            if isMissing != other.isMissing { return isMissing }
            if isReadable != other.isReadable { return isReadable }
            guard let fact else { return false }
            return other.fact.map { fact > $0 } ?? true
        }
    }

    /// Nil where every consent that is needed is there, or is not needed after all.
    func consentFailure(_ basis: Basis, _ item: ItemCode, need: ConsentNeed) -> ConsentFailure? {
        guard let baseline else { return nil }
        let itemClass = baseline.items[item]?.class
        var kinds: [ConsentKind] = []
        if baseline.article6[basis.article6]?.needsConsent == true { kinds.append(.gdpr) }
        if itemClass == .special, let special = basis.special, kinds.isEmpty,
            baseline.article9[special.article9]?.needsConsent == true
        {
            kinds.append(.gdpr)
        }
        if baseline.confidentiality[basis.confidentiality.gateway]?.needsConsent == true {
            kinds.append(.confidentiality)
        }
        if need != .notRequired, kinds.isEmpty { kinds.append(.engagement) }
        let withoutConsent =
            question.records.withoutConsent != nil
            || resolutionsThatCount(item).contains { $0.records.withoutConsent != nil }
        for kind in kinds {
            guard var failure = whyNot(kind, item) else { continue }
            if need == .requiredUnlessRisk, kind != .gdpr {
                if withoutConsent { continue }
                failure.isReferable = !isPush
            }
            return failure
        }
        if needsReasonForNoConsent(basis, itemClass, baseline), !withoutConsent {
            for kind in ConsentKind.allCases where isConsentedTo(kind, item) { return nil }
            return ConsentFailure(progress: .absent, code: .consentAbsent, isMissing: !isPush)
        }
        return nil
    }

    private func needsReasonForNoConsent(_ basis: Basis, _ itemClass: ItemClass?, _ baseline: Baseline) -> Bool {
        switch itemClass {
        case .special?:
            guard let code = basis.special?.schedule1 else { return false }
            return baseline.schedule1[code]?.needsWithoutConsentReason == true
        case .criminal?:
            guard case .schedule1(let code, _)? = basis.criminal else { return false }
            return baseline.schedule1[code]?.needsWithoutConsentReason == true
        case .ordinary?, nil: return false
        }
    }

    /// Nil if a consent of a kind serves, or something in its place.
    private func whyNot(_ kind: ConsentKind, _ item: ItemCode) -> ConsentFailure? {
        if isConsentedTo(kind, item) { return nil }
        if kind != .gdpr, isAdult, isLackingCapacity, isDecidedInBestInterests(item), !isRefusedByAttorney(item, kind) {
            return nil
        }
        var best = ConsentFailure(progress: .absent, code: .consentAbsent)
        best.fact = standingRefusals(item, kind).map(\.event).max()
        for consent in facts.consents where consent.kind == kind && !consent.isUnderRevokedKey {
            if let failure = whyNot(consent, item), failure.isBetter(than: best) { best = failure }
        }
        return best
    }

    private func isConsentedTo(_ kind: ConsentKind, _ item: ItemCode) -> Bool {
        facts.consents.contains { $0.kind == kind && !$0.isUnderRevokedKey && whyNot($0, item) == nil }
    }

    private func whyNot(_ consent: ConsentOnRecord, _ item: ItemCode) -> ConsentFailure? {
        let isReadable = consent.recipients.contains(.agency(question.recipient.agency))
        func because(_ progress: ConsentFailure.Progress, _ code: RefusalCode) -> ConsentFailure {
            ConsentFailure(progress: progress, code: code, isReadable: isReadable, fact: consent.event)
        }
        guard consent.purposes.contains(question.purpose), concerns(consent.holders) else {
            return because(.outOfScope, .consentOutOfScope)
        }
        for exception in consent.exceptions where exception.items.covers(item) && names(exception.to) {
            return because(.excepted, .consentOutOfScope)
        }
        guard consent.items.covers(item), names(consent.recipients) else {
            return because(.outOfScope, .consentOutOfScope)
        }
        if let closest = closestException(item, consent.kind),
            closest.rank >= (breadth(consent.recipients), depth(consent.items, item))
        {
            return ConsentFailure(
                progress: .excepted, code: .consentOutOfScope, isReadable: closest.isReadable,
                fact: closest.consent.event)
        }
        if !isInTime(consent) { return because(.expired, .consentExpired) }
        if let over = endOfGiver(consent.giver) { return over }
        if let withdrawal = consent.withdrawal {
            var failure = because(.withdrawn, .consentWithdrawn)
            failure.fact = withdrawal.event
            return failure
        }
        let given = min(consent.from.start(in: zone), consent.recorded)
        return doubt(about: consent, given: given, item) ?? contradiction(of: consent, item)
    }

    private func isInTime(_ consent: ConsentOnRecord) -> Bool {
        consent.from.start(in: zone) <= facts.clock && !isOver(consent.until)
    }

    /// The most specific of the exceptions that count, of equals one that the recipient cannot read, then the older.
    private func closestException(
        _ item: ItemCode, _ kind: ConsentKind
    ) -> (rank: (Int, Int), isReadable: Bool, consent: ConsentOnRecord)? {
        var closest: (rank: (Int, Int), isReadable: Bool, consent: ConsentOnRecord)?
        for consent in facts.consents where consent.kind == kind && consent.withdrawal == nil && isInTime(consent) {
            guard consent.purposes.contains(question.purpose), concerns(consent.holders) else { continue }
            let isReadable = consent.recipients.contains(.agency(question.recipient.agency))
            for exception in consent.exceptions where exception.items.covers(item) && names(exception.to) {
                let rank = (breadth(exception.to), depth(exception.items, item))
                if let other = closest {
                    if rank < other.rank { continue }
                    if rank == other.rank, isReadable != other.isReadable, isReadable { continue }
                    if rank == other.rank, isReadable == other.isReadable, consent.event > other.consent.event {
                        continue
                    }
                }
                closest = (rank, isReadable, consent)
            }
        }
        return closest
    }

    /// 2 for the agency itself, 1 for its kind, 0 for everybody.
    private func breadth(_ recipients: [RecipientSelector]) -> Int {
        var most = 0
        for recipient in recipients {
            if recipient == .agency(question.recipient.agency) { most = 2 }
            if recipient == .kind(question.recipient.kind) { most = max(most, 1) }
        }
        return most
    }

    /// How many parts the deepest code has that covers the item; 0 for all items.
    private func depth(_ selection: ItemSelection, _ item: ItemCode) -> Int {
        guard case .codes(let codes) = selection else { return 0 }
        var most = 0
        for code in codes where code.covers(item) { most = max(most, code.text.split(separator: ".").count) }
        return most
    }

    /// A parent's consent for an adult, and one of a representative whose time is over.
    private func endOfGiver(_ giver: ConsentGiver) -> ConsentFailure? {
        if isParental(giver), let age = age(at: facts.clock), age >= 18 {
            return ConsentFailure(progress: .expired, code: .consentExpired, fact: facts.birth?.event)
        }
        let onRecord = facts.representatives.filter { $0.basis.rawValue == giver.rawValue }
        guard let last = onRecord.max(by: { $0.event < $1.event }), !onRecord.contains(where: isInForce) else {
            return nil
        }
        return ConsentFailure(progress: .expired, code: .consentExpired, fact: last.ended ?? last.event)
    }

    private func isParental(_ giver: ConsentGiver) -> Bool {
        giver == .parentalResponsibility || giver == .localAuthority
    }

    private func doubt(about consent: ConsentOnRecord, given: Instant, _ item: ItemCode) -> ConsentFailure? {
        switch consent.giver {
        case .`self`:
            if let lacking = lacking(at: given) {
                return ConsentFailure(progress: .giver, code: .consentAbsent, fact: lacking)
            }
            if let age = age(at: given), age < 16, lastAssessment(.gillick)?.outcome != .has {
                return ConsentFailure(progress: .giver, code: .capacityUnassessed, isMissing: true, fact: consent.event)
            }
            return nil
        case .attorneyHealthWelfare, .deputyHealthWelfare:
            guard let assessed = lastAssessment(.mca) else {
                return ConsentFailure(progress: .giver, code: .capacityUnassessed, isMissing: true, fact: consent.event)
            }
            if assessed.outcome == .lacks { return nil }
            return ConsentFailure(progress: .giver, code: .consentAbsent, fact: assessed.event)
        case .parentalResponsibility, .localAuthority:
            guard facts.birth != nil, hasComeOfAge(for: item, at: facts.clock), !hasComeOfAge(for: item, at: given)
            else { return nil }
            return ConsentFailure(progress: .giver, code: .consentToConfirm, isMissing: true, fact: consent.event)
        }
    }

    private func isInForce(_ representative: RepresentativeOnRecord) -> Bool {
        representative.ended == nil && !isOver(representative.until) && !representative.isUnderRevokedKey
    }

    private func contradiction(of consent: ConsentOnRecord, _ item: ItemCode) -> ConsentFailure? {
        let refusals = standingRefusals(item, consent.kind)
        var outranking: RefusalOnRecord?
        for refusal in refusals {
            var outranks = refusal.giver == consent.giver
            if refusal.giver == .`self`, isParental(consent.giver), let age = age(at: refusal.recorded) {
                outranks = outranks || age >= 16 || lastAssessment(.gillick)?.outcome == .has
            }
            if outranks, outranking.map({ $0.event < refusal.event }) ?? true { outranking = refusal }
        }
        if let outranking {
            return ConsentFailure(progress: .giver, code: .consentAbsent, fact: outranking.event)
        }
        guard let last = refusals.map(\.event).max() else { return nil }
        return ConsentFailure(progress: .giver, code: .consentDisputed, isMissing: true, fact: last)
    }

    /// Refusals of this by somebody entitled who has not consented since.
    private func standingRefusals(_ item: ItemCode, _ kind: ConsentKind) -> [RefusalOnRecord] {
        var standing: [RefusalOnRecord] = []
        for refusal in facts.refusals {
            guard refusal.purposes.contains(question.purpose), refusal.items.covers(item), names(refusal.recipients),
                concerns(refusal.holders)
            else { continue }
            var isTakenBack = false
            for consent in facts.consents where consent.giver == refusal.giver && consent.kind == kind {
                if consent.event > refusal.event, !consent.isUnderRevokedKey, consent.withdrawal == nil,
                    isInTime(consent),
                    consent.purposes.contains(question.purpose), consent.items.covers(item), names(consent.recipients),
                    concerns(consent.holders),
                    !consent.exceptions.contains(where: { $0.items.covers(item) && names($0.to) })
                {
                    isTakenBack = true
                }
            }
            if !isTakenBack, mayRefuse(refusal) { standing.append(refusal) }
        }
        return standing
    }

    /// A key that is not trusted any more weakens no refusal.
    private func mayRefuse(_ refusal: RefusalOnRecord) -> Bool {
        if refusal.giver == .`self` { return lacking(at: refusal.recorded) == nil }
        if isParental(refusal.giver), let age = age(at: facts.clock), age >= 18 { return false }
        if !isParental(refusal.giver), lastAssessment(.mca)?.outcome == .has { return false }
        let onRecord = facts.representatives.filter { $0.basis.rawValue == refusal.giver.rawValue }
        return onRecord.isEmpty || onRecord.contains { $0.ended == nil && !isOver($0.until) }
    }

    private func isRefusedByAttorney(_ item: ItemCode, _ kind: ConsentKind) -> Bool {
        standingRefusals(item, kind).contains {
            $0.giver == .attorneyHealthWelfare || $0.giver == .deputyHealthWelfare
        }
    }

    func isDecidedInBestInterests(_ item: ItemCode) -> Bool {
        for decided in facts.bestInterests where !decided.isUnderRevokedKey {
            if decided.purposes.contains(question.purpose), decided.items.covers(item), names(decided.recipients) {
                return true
            }
        }
        return false
    }

    // MARK: Capacity and age

    /// A `has` under a key that is not trusted says nothing.
    func lastAssessment(_ basis: CapacityAssessed.Basis? = nil) -> CapacityOnRecord? {
        var last: CapacityOnRecord?
        for assessment in facts.capacity where assessment.outcome == .lacks || !assessment.isUnderRevokedKey {
            if let basis, basis != assessment.basis { continue }
            if last.map({ $0.event < assessment.event }) ?? true { last = assessment }
        }
        return last
    }

    var isLackingCapacity: Bool { lastAssessment(.mca)?.outcome == .lacks }

    /// The assessment that says that the person could not speak for themselves at a moment: from 16 on only one under the Mental
    /// Capacity Act does.
    private func lacking(at moment: Instant) -> EventReference? {
        let isOld = age(at: moment).map { $0 >= 16 } ?? false
        guard let last = isOld ? lastAssessment(.mca) : lastAssessment(), last.outcome == .lacks else { return nil }
        return last.event
    }

    private var isAdult: Bool { (age(at: facts.clock) ?? 18) >= 18 }

    /// Completed years; nil where the birth is not known.
    func age(at moment: Instant) -> Int64? {
        guard let born = birthday else { return nil }
        let day = zone.day(of: moment)
        var years = day.year - born.year
        if (day.month, day.day) < (born.month, born.day) { years -= 1 }
        return max(years, 0)
    }

    private var birthday: CalendarDay? {
        guard let birth = facts.birth else { return nil }
        switch birth.date {
        case .day(let day): return day
        case .time(let moment): return zone.day(of: moment)
        }
    }

    /// Sixteen, or out of compulsory schooling for what a parent speaks for until then.
    private func hasComeOfAge(for item: ItemCode, at moment: Instant) -> Bool {
        guard let born = birthday, baseline?.items[item]?.untilSchoolLeaving == true else {
            return (age(at: moment) ?? 0) >= 16
        }
        // The school year of the sixteenth birthday runs from 1 September; 1970-01-01 was a Thursday.
        let year = born.year + 16 + (born.month >= 9 ? 1 : 0)
        guard var last = CalendarDay(year: year, month: 6, day: 30) else { return false }
        while (last.daysSince1970 + 4) % 7 != 5 { last = CalendarDay(daysSince1970: last.daysSince1970 - 1) }
        return zone.day(of: moment) > last
    }
}
