import Encodings
import SharingModel

/// A duty of confidence is lifted in the way the flow names, or none is owed. Consent as the way is left to
/// ``ConsentStep``.
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
        if rule.eachTime, candidate.records.publicInterest == nil, !candidate.isOneOff {
            // Only the holder can weigh the public interest. Asked, its people may still do so; offering, it has not
            // (DOMAIN 5.5).
            return .stops(
                .confidentialityNotLifted, isReferred: !candidate.question.kind.isPush,
                detail: "\(gateway) not recorded by the holder")
        }
        switch gateway.text {
        case "court-order": return courtOrder(candidate, ends)
        case "best-interests": return bestInterests(candidate, ends)
        default: return .passes(Grounds(ends: ends))
        }
    }

    /// An order that requires the holder to give it.
    private func courtOrder(_ candidate: Candidate, _ ends: [Instant]) -> StepAnswer {
        let order = candidate.docket.courtOrder(.requires, about: candidate.item)
        guard let order else { return .stops(.confidentialityNotLifted, detail: "no court-order on record") }
        return .passes(Grounds(facts: [order.event], ends: ends))
    }

    /// What was decided for somebody who lacks capacity (Mental Capacity Act 2005 s.4).
    private func bestInterests(_ candidate: Candidate, _ ends: [Instant]) -> StepAnswer {
        let matter = candidate.docket.matter(candidate.item)
        let decisions = candidate.docket.facts.bestInterests.filter { $0.covers(matter) }.map(\.event)
        guard let decided = decisions.min() else {
            return .stops(.confidentialityNotLifted, detail: "no best-interests on record")
        }
        guard let assessed = candidate.docket.lastAssessment(.mca) else {
            return .stops(.capacityUnassessed, isReferred: true, fact: decided)
        }
        guard assessed.outcome == .lacks else {
            return .stops(.confidentialityNotLifted, fact: assessed.event, detail: "assessed as having capacity")
        }
        return .passes(Grounds(facts: [decided, assessed.event], ends: ends))
    }
}
