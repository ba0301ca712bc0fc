import SharingModel

/// A duty of confidence is lifted in the way the flow names, or none is owed.
///
/// Consent as the way is left to ``ConsentStep``. A court order or a best-interests decision would have to be on
/// record for the person.
struct ConfidentialityStep: FlowStep {
    let rung = Rung.basis

    func examine(_ candidate: Candidate) -> StepAnswer {
        let law = Law(candidate)
        let confidentiality = candidate.flow.basis.confidentiality
        let gateway = confidentiality.gateway
        guard let rule = law.rule(\.confidentiality, gateway), law.applies(rule.dated) else {
            return .stops(.confidentialityNotLifted, detail: gateway.text)
        }
        var ends = law.ends(rule.dated)
        if rule.careOnly, candidate.baseline?.purposes[candidate.question.purpose]?.care != true {
            return .stops(.confidentialityNotLifted, detail: "\(gateway), not a care purpose")
        }
        if rule.needsStatute {
            guard let section = confidentiality.statute, let statute = law.rule(\.statutes, section),
                law.applies(statute.dated)
            else { return .stops(.confidentialityNotLifted, detail: confidentiality.statute?.text ?? "no section") }
            ends += law.ends(statute.dated)
        }
        if Self.needsFactAboutPerson.contains(gateway.text) {
            return .stops(.confidentialityNotLifted, detail: "no \(gateway) on record")
        }
        if rule.eachTime, candidate.question.records.publicInterest == nil {
            // Only the holder can weigh the public interest. Asked, its people may still do so; offering, it has not
            // (DOMAIN 5.5).
            return .stops(
                .confidentialityNotLifted, isReferred: !candidate.question.kind.isPush,
                detail: "\(gateway) not recorded by the holder")
        }
        return .passes(Grounds(ends: ends))
    }

    private static let needsFactAboutPerson: Set<String> = ["court-order", "best-interests"]
}
