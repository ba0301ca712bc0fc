import Encodings
import SharingPolicy

@testable import SharingModel

extension NaiveJudge {
    /// The rungs of a flow in their order.
    enum Rung: Int {
        case parties, dates, state, purpose, person, item, role, referral, law, confidence, staleness, consent, onward
    }

    /// A flow and everything that is against it.
    struct Trial {
        var name: String
        var flow: Flow
        var failures: [Said]
        var bar: Said?

        /// Between these two, in force, for this purpose.
        var isOpen: Bool { failures.allSatisfy { $0.rung.rawValue > Rung.purpose.rawValue } }
        var permits: Bool { failures.isEmpty && bar == nil }
        /// What fails whatever else is so, as far as an asker may know.
        var visible: Said? { failures.first { NaiveJudge.isKnownToTheAsker($0.code) } }
        /// About the item and the person, and not barred.
        var standsAboveBars: Bool {
            bar == nil && !failures.isEmpty && failures.allSatisfy { $0.rung.rawValue > Rung.item.rawValue }
        }
    }

    static func isKnownToTheAsker(_ code: RefusalCode) -> Bool {
        switch code {
        case .noAgreement, .agreementExpired, .agreementSuspended, .recipientNotParty, .purposeNotCovered,
            .itemNotCovered, .roleNotAllowed, .noOpenReferral, .noLawfulBasis, .basisNotForPublicAuthority,
            .noArticle9Condition, .noArticle10Condition, .noSchedule1Condition, .noPolicyDocument:
            true
        default: false
        }
    }

    /// Agreements in which the holder is a party, signed by all under keys that are trusted, and not replaced.
    static func agreementsThatCount(
        _ question: Question, _ facts: Facts
    ) -> [(record: AgreementOnRecord, agreement: Agreement)] {
        let zone = facts.baseline?.timeZone ?? .utc
        var found: [(record: AgreementOnRecord, agreement: Agreement)] = []
        for record in facts.agreements {
            guard case .readable(let agreement) = record.document, agreement.isParty(question.holder.agency),
                isSignedByAll(record, agreement)
            else { continue }
            var isReplaced = false
            for later in facts.agreements where later.name == record.name && later.version > record.version {
                switch later.document {
                case .unreadable: if !later.signatures.isEmpty { isReplaced = true }
                case .readable(let document):
                    if isSignedByAll(later, document), document.inForce.from.start(in: zone) <= facts.clock {
                        isReplaced = true
                    }
                }
            }
            if !isReplaced { found.append((record, agreement)) }
        }
        return found
    }

    static func isSignedByAll(_ record: AgreementOnRecord, _ agreement: Agreement) -> Bool {
        for party in agreement.parties {
            if !record.signatures.contains(where: { $0.agency == party.agency && !$0.isUnderRevokedKey }) {
                return false
            }
        }
        return true
    }

    /// Step 4: every flow with everything that is against it for this item.
    func trials(of item: ItemCode) -> [Trial] {
        var trials: [Trial] = []
        for (record, agreement) in agreements {
            for flow in agreement.flows {
                let name = "\(agreement.id.text)/\(agreement.version)/\(flow.id)"
                var trial = Trial(name: name, flow: flow, failures: failures(flow, agreement, record, item))
                let bar = liftableBar(item, article6: flow.basis.article6, afterDeath: flow.conditions.afterDeath)
                trial.bar = bar.map { Said(code: $0, isBar: true, flow: name) }
                for place in trial.failures.indices { trial.failures[place].flow = name }
                trials.append(trial)
            }
        }
        return trials
    }

    private func failures(
        _ flow: Flow, _ agreement: Agreement, _ record: AgreementOnRecord, _ item: ItemCode
    ) -> [Said] {
        var failures: [Said] = []
        func fail(_ rung: Rung, _ code: RefusalCode, isMissing: Bool = false) {
            failures.append(Said(code: code, rung: rung, isMissing: isMissing))
        }
        if !agreement.isParty(question.recipient.agency) || !stands(question.holder, at: flow.from)
            || !stands(question.recipient, at: flow.to)
        {
            fail(.parties, .recipientNotParty)
        }
        if agreement.inForce.from.start(in: zone) > facts.clock || isOver(agreement.inForce.until)
            || record.terminated != nil
        {
            fail(.dates, .agreementExpired)
        }
        if record.suspended != nil { fail(.state, .agreementSuspended) }
        if flow.purpose != question.purpose || baseline?.purposes[question.purpose] == nil {
            fail(.purpose, .purposeNotCovered)
        }
        if flow.subjects.from != nil || flow.subjects.to != nil {
            if let age = age(at: facts.clock) {
                if age < flow.subjects.from ?? 0 || flow.subjects.to.map({ age >= $0 }) ?? false {
                    fail(.person, .personNotCovered)
                }
            } else if flow.items.contains(where: { $0.covers(item) }) {
                fail(.person, .ageUnknown, isMissing: true)
            }
        }
        if !flow.items.contains(where: { $0.covers(item) }) || baseline?.items[item] == nil {
            fail(.item, .itemNotCovered)
        }
        if let roles = flow.conditions.roles, !roles.contains(question.role) || baseline?.roles[question.role] == nil {
            fail(.role, .roleNotAllowed)
        }
        if flow.conditions.openReferral, question.kind != .referral, !isReferralOpen {
            fail(.referral, .noOpenReferral)
        }
        if let code = lawFailure(flow.basis, item) { fail(.law, code) }
        if let (code, isMissing) = confidenceFailure(flow.basis, item, isWeighed: false) {
            fail(.confidence, code, isMissing: isMissing)
        }
        if let limit = flow.conditions.maxStaleness {
            for replica in facts.replicas where replica.asOf.adding(seconds: limit.seconds) < facts.clock {
                fail(.staleness, .replicaTooStale, isMissing: true)
                break
            }
        }
        if let failure = consentFailure(flow.basis, item, need: flow.consent) {
            failures.append(
                Said(code: failure.code, rung: .consent, isMissing: failure.isReferred, consent: failure))
        }
        if wasReceivedNotToBePassedOn(item) { fail(.onward, .onwardNotAllowed, isMissing: !isPush) }
        return failures
    }

    private func stands(_ party: Question.Party, at end: FlowEnd) -> Bool {
        end.everyParty || end.agencies.contains(party.agency) || end.kinds.contains(party.kind)
    }

    private var isReferralOpen: Bool {
        let pair: Set<AgencyID> = [question.holder.agency, question.recipient.agency]
        return facts.openReferrals.contains { Set([$0.from, $0.to]) == pair }
    }

    private func wasReceivedNotToBePassedOn(_ item: ItemCode) -> Bool {
        if baseline?.items[item]?.common == true { return false }
        return facts.received.contains { $0.from != question.recipient.agency && $0.items.contains { $0.covers(item) } }
    }

    /// Articles 6, 9 and 10, on the day.
    func lawFailure(_ basis: Basis, _ item: ItemCode) -> RefusalCode? {
        guard let baseline, let article6 = baseline.article6[basis.article6], isLaw(article6.dated) else {
            return .noLawfulBasis
        }
        if article6.closedToPublicAuthorities, question.holder.isPublicAuthority { return .basisNotForPublicAuthority }
        if let purposes = article6.purposes, !purposes.contains(question.purpose) {
            if !article6.onPublicTask || !question.isNeededForPublicTask { return .noLawfulBasis }
        }
        if article6.needsPower {
            guard let power = basis.power, let rule = baseline.powers[power], isLaw(rule.dated) else {
                return .noLawfulBasis
            }
        }
        switch baseline.items[item]?.class {
        case .special?: return specialFailure(basis, baseline)
        case .criminal?: return criminalFailure(basis, baseline)
        case .ordinary?, nil: return nil
        }
    }

    private func specialFailure(_ basis: Basis, _ baseline: Baseline) -> RefusalCode? {
        guard let special = basis.special, let article9 = baseline.article9[special.article9], isLaw(article9.dated)
        else { return .noArticle9Condition }
        if !article9.needsSchedule1 { return nil }
        guard let code = special.schedule1, let rule = baseline.schedule1[code], isLaw(rule.dated),
            rule.article9.contains(special.article9)
        else { return .noSchedule1Condition }
        return rule.needsPolicyDocument && special.policyDocument == nil ? .noPolicyDocument : nil
    }

    private func criminalFailure(_ basis: Basis, _ baseline: Baseline) -> RefusalCode? {
        switch basis.criminal {
        case nil: return .noArticle10Condition
        case .officialAuthority?: return question.holder.isPublicAuthority ? nil : .noArticle10Condition
        case .schedule1(let code, let document)?:
            guard let rule = baseline.schedule1[code], isLaw(rule.dated), rule.criminal else {
                return .noArticle10Condition
            }
            return rule.needsPolicyDocument && document == nil ? .noPolicyDocument : nil
        }
    }

    /// Nil where confidence is lifted, consent aside.
    /// - Parameter isWeighed: the holder decided on this very occasion.
    func confidenceFailure(
        _ basis: Basis, _ item: ItemCode, isWeighed: Bool
    ) -> (code: RefusalCode, isMissing: Bool)? {
        let notLifted = (code: RefusalCode.confidentialityNotLifted, isMissing: false)
        guard let baseline, let gateway = baseline.confidentiality[basis.confidentiality.gateway], isLaw(gateway.dated)
        else { return notLifted }
        if gateway.careOnly, baseline.purposes[question.purpose]?.care != true { return notLifted }
        if gateway.needsStatute {
            guard let statute = basis.confidentiality.statute, let rule = baseline.statutes[statute], isLaw(rule.dated)
            else { return notLifted }
        }
        if gateway.eachTime, !isWeighed, question.records.publicInterest == nil,
            !resolutionsThatCount(item).contains(where: { $0.records.publicInterest != nil })
        {
            return (.confidentialityNotLifted, !isPush)
        }
        switch basis.confidentiality.gateway.text {
        case "court-order":
            for order in facts.courtOrders where order.effect == .requires && !order.isUnderRevokedKey {
                if order.items.covers(item), names(order.recipients), concerns(order.holders), !isOver(order.until),
                    order.discharges.isEmpty
                {
                    return nil
                }
            }
            return notLifted
        case "best-interests":
            if !isDecidedInBestInterests(item) { return notLifted }
            switch lastAssessment(.mca)?.outcome {
            case .lacks?: return nil
            case .has?: return notLifted
            case nil: return (.capacityUnassessed, true)
            }
        default: return nil
        }
    }

    /// Of flows that fail on what an asker may not know, what the one says that speaks.
    func speaker(of failed: [Trial]) -> Said? {
        let above = failed.filter(\.standsAboveBars)
        var best: Said?
        for trial in above.isEmpty ? failed : above {
            guard let said = trial.bar ?? trial.failures.first else { continue }
            if best.map({ isBetter(said, than: $0) }) ?? true { best = said }
        }
        return best
    }

    /// What an asker may know: of the flows that are open, else of all, the one that gets furthest.
    func visible(_ trials: [Trial]) -> Said {
        let open = trials.filter(\.isOpen)
        var best: Said?
        for trial in open.isEmpty ? trials : open {
            guard let said = trial.visible else { continue }
            if best.map({ isBetter(said, than: $0) }) ?? true { best = said }
        }
        return best ?? Said(code: .noAgreement)
    }

    /// A fact that is missing before a failure, a bar before a flow, further before nearer, the better consent, the earlier name.
    private func isBetter(_ said: Said, than other: Said) -> Bool {
        if said.isMissing != other.isMissing { return said.isMissing }
        if said.isBar != other.isBar { return said.isBar }
        let (height, otherHeight) = (height(said.rung), height(other.rung))
        if height != otherHeight { return height > otherHeight }
        if let consent = said.consent, let otherConsent = other.consent {
            if consent.isBetter(than: otherConsent) { return true }
            if otherConsent.isBetter(than: consent) { return false }
        }
        return said.flow < other.flow
    }

    /// Law and confidence are one rung.
    private func height(_ rung: Rung) -> Int { rung == .confidence ? Rung.law.rawValue : rung.rawValue }

    /// Who may settle: whom the flows in force for the question name, and whom the baseline does.
    func mayDecide(_ role: RoleCode) -> Bool {
        guard let rule = baseline?.roles[role] else { return false }
        if rule.decides { return true }
        // A word that the baseline does not know matches nothing (DOMAIN 2), so no flow is for such a purpose.
        guard baseline?.purposes[question.purpose] != nil else { return false }
        for (record, agreement) in agreements {
            if record.suspended != nil || record.terminated != nil || isOver(agreement.inForce.until)
                || agreement.inForce.from.start(in: zone) > facts.clock || !agreement.isParty(question.recipient.agency)
            {
                continue
            }
            for flow in agreement.flows where flow.purpose == question.purpose && flow.decide.contains(role) {
                if stands(question.holder, at: flow.from), stands(question.recipient, at: flow.to) { return true }
            }
        }
        return false
    }
}
