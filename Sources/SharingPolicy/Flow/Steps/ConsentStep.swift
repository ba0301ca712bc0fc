import Encodings
import SharingModel

/// The consents the flow needs serve, or the holder has recorded why it shares without (DOMAIN 5.5).
struct ConsentStep: FlowStep {
    let rung = Rung.consent

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        let needs = candidate.terms.consentNeeds(for: candidate.item.protection)
        var isServed = false
        for kind in needs.kinds {
            switch ConsentSearch.finding(of: kind, for: candidate.item, in: candidate.docket) {
            case .serves(let consent):
                isServed = isServed || consent.isConsent
                Self.add(consent, to: &grounds)
            case .fails(let failure):
                guard needs.mayBeDispensedWith(kind) else { return Stop(failure, isReferred: failure.isReferred) }
                guard candidate.records.withoutConsent != nil else {
                    return Stop(
                        failure, isReferred: failure.isReferred || !candidate.docket.question.kind.isPush)
                }
            }
        }
        guard needs.hasToSayWhyWithoutConsent, !isServed, candidate.records.withoutConsent == nil else { return nil }
        return stopWithoutConsentOfAnyKind(candidate, &grounds)
    }

    /// DPA 2018 Sch 1 para 18 is for sharing without consent, and asks why there is none. With one, of whatever kind,
    /// there is nothing to ask.
    private func stopWithoutConsentOfAnyKind(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        for kind in ConsentKind.allCases {
            let finding = ConsentSearch.finding(of: kind, for: candidate.item, in: candidate.docket)
            guard case .serves(let consent) = finding, consent.isConsent else { continue }
            Self.add(consent, to: &grounds)
            return nil
        }
        let absent = ConsentFailure(
            progress: .absent, code: .consentAbsent, detail: "why without consent not recorded by the holder")
        return Stop(absent, isReferred: !candidate.docket.question.kind.isPush)
    }

    private static func add(_ consent: ServingConsent, to grounds: inout Grounds) {
        grounds.facts.append(consent.event)
        grounds.facts += consent.entitlement
        grounds.add(end: consent.knownEnd)
    }
}

extension Stop {
    fileprivate init(_ failure: ConsentFailure, isReferred: Bool) {
        self.init(
            code: failure.code, isReferred: isReferred, fact: failure.fact, detail: failure.detail,
            consent: failure.standing)
    }
}
