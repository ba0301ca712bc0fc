import Encodings
import SharingModel

/// The consents the flow needs serve, or the holder has recorded why it shares without (DOMAIN 5.5).
struct ConsentStep: FlowStep {
    let rung = Rung.consent

    func examine(_ candidate: Candidate) -> StepAnswer {
        let needs = ConsentNeeds(candidate)
        let matter = candidate.docket.matter(candidate.item)
        var grounds = Grounds()
        var isServed = false
        for kind in needs.kinds {
            switch ConsentSearch(docket: candidate.docket, kind: kind, matter: matter).finding() {
            case .serves(let consent):
                isServed = isServed || consent.isConsent
                grounds.add(Self.grounds(consent))
            case .fails(let failure):
                guard needs.mayBeDispensedWith(kind) else { return Self.stop(failure, isReferred: failure.isReferred) }
                guard candidate.records.withoutConsent != nil else {
                    return Self.stop(failure, isReferred: failure.isReferred || !candidate.question.kind.isPush)
                }
            }
        }
        guard needs.hasToSayWhyWithoutConsent, !isServed, candidate.records.withoutConsent == nil else {
            return .passes(grounds)
        }
        return examineConsentOfAnyKind(candidate, matter, grounds)
    }

    /// DPA 2018 Sch 1 para 18 is for sharing without consent, and asks why there is none. With one, of whatever kind,
    /// there is nothing to ask.
    private func examineConsentOfAnyKind(
        _ candidate: Candidate, _ matter: ConsentMatter, _ grounds: Grounds
    ) -> StepAnswer {
        var grounds = grounds
        for kind in ConsentKind.allCases {
            let finding = ConsentSearch(docket: candidate.docket, kind: kind, matter: matter).finding()
            guard case .serves(let consent) = finding, consent.isConsent else { continue }
            grounds.add(Self.grounds(consent))
            return .passes(grounds)
        }
        let absent = ConsentFailure(
            progress: .absent, code: .consentAbsent, detail: "why without consent not recorded by the holder")
        return Self.stop(absent, isReferred: !candidate.question.kind.isPush)
    }

    private static func grounds(_ consent: ServingConsent) -> Grounds {
        Grounds(facts: [consent.event] + consent.entitlement, ends: [consent.knownEnd].compactMap { $0 })
    }

    private static func stop(_ failure: ConsentFailure, isReferred: Bool) -> StepAnswer {
        .stops(
            Stop(
                code: failure.code, isReferred: isReferred, fact: failure.fact, detail: failure.detail,
                consent: failure))
    }
}

/// Which consents a flow needs for an item. The kinds are not interchangeable.
struct ConsentNeeds {
    /// In the order in which they are looked for.
    let kinds: [ConsentKind]
    /// The condition relied on for the item asks why there is no consent.
    let hasToSayWhyWithoutConsent: Bool
    private let isRequiredUnlessRisk: Bool

    init(_ candidate: Candidate) {
        let flow = candidate.flow
        let baseline = candidate.baseline
        let special = baseline?.items[candidate.item]?.class == .special ? flow.basis.special : nil
        var kinds: [ConsentKind] = []
        let article9NeedsConsent = special.flatMap { baseline?.article9[$0.article9]?.needsConsent } ?? false
        if article9NeedsConsent || baseline?.article6[flow.basis.article6]?.needsConsent == true { kinds.append(.gdpr) }
        if baseline?.confidentiality[flow.basis.confidentiality.gateway]?.needsConsent == true {
            kinds.append(.confidentiality)
        }
        if kinds.isEmpty, flow.consent != .notRequired { kinds.append(.engagement) }
        self.kinds = kinds
        hasToSayWhyWithoutConsent =
            Self.schedule1(candidate).flatMap { baseline?.schedule1[$0]?.needsWithoutConsentReason } ?? false
        isRequiredUnlessRisk = flow.consent == .requiredUnlessRisk
    }

    /// Whether the holder's `withoutConsent` can stand in for a consent. Never for one that is itself the basis in
    /// data protection law.
    func mayBeDispensedWith(_ kind: ConsentKind) -> Bool { isRequiredUnlessRisk && kind != .gdpr }

    /// The condition of Schedule 1 on which the flow relies for the item's class.
    private static func schedule1(_ candidate: Candidate) -> LegalCode? {
        switch candidate.baseline?.items[candidate.item]?.class {
        case .special?: return candidate.flow.basis.special?.schedule1
        case .criminal?:
            guard case .schedule1(let condition, _)? = candidate.flow.basis.criminal else { return nil }
            return condition
        case .ordinary?, nil: return nil
        }
    }
}
