import Encodings
import SharingModel

/// A duty of confidence is lifted in the way the flow names, or none is owed. Consent as the way is left to
/// ``ConsentStep``.
struct ConfidentialityStep: FlowStep {
    let rung = Rung.basis

    private static let courtOrder = LegalCode(unchecked: "court-order")
    private static let bestInterests = LegalCode(unchecked: "best-interests")

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        let terms = candidate.terms
        guard let gateway = terms.gateway, gateway.isInForce(on: candidate.docket.today) else {
            return Stop(
                code: .confidentialityNotLifted, detail: .text(terms.flow.basis.confidentiality.gateway.text))
        }
        if gateway.rule.careOnly, candidate.docket.purpose?.care != true {
            return Stop(
                code: .confidentialityNotLifted,
                detail: .law(terms.flow.basis.confidentiality.gateway, ", not a care purpose"))
        }
        grounds.add(end: gateway.end)
        if gateway.rule.needsStatute {
            guard let statute = terms.statute, statute.isInForce(on: candidate.docket.today) else {
                return Stop(
                    code: .confidentialityNotLifted,
                    detail: .text(terms.flow.basis.confidentiality.statute?.text ?? "no section"))
            }
            grounds.add(end: statute.end)
        }
        if gateway.rule.eachTime, !candidate.isOneOff, candidate.records.publicInterest == nil {
            // Only the holder can weigh the public interest. Asked, its people may still do so; offering, it has not
            // (DOMAIN 5.5).
            return Stop(
                code: .confidentialityNotLifted, isReferred: !candidate.docket.question.kind.isPush,
                detail: .law(terms.flow.basis.confidentiality.gateway, " not recorded by the holder"))
        }
        if terms.flow.basis.confidentiality.gateway == Self.courtOrder { return courtOrder(candidate, &grounds) }
        if terms.flow.basis.confidentiality.gateway == Self.bestInterests { return bestInterests(candidate, &grounds) }
        return nil
    }

    /// An order that requires the holder to give it.
    private func courtOrder(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        guard let order = candidate.docket.courtOrder(.requires, about: candidate.item.code) else {
            return Stop(code: .confidentialityNotLifted, detail: "no court-order on record")
        }
        grounds.facts.append(order.event)
        return nil
    }

    /// What was decided for somebody who lacks capacity (Mental Capacity Act 2005 s.4).
    private func bestInterests(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        let matter = candidate.docket.matter(candidate.item)
        let decisions = candidate.docket.facts.bestInterests.filter { $0.covers(matter) }.map(\.event)
        guard let decided = decisions.min() else {
            return Stop(code: .confidentialityNotLifted, detail: "no best-interests on record")
        }
        guard let assessed = candidate.docket.lastAssessment(.mca) else {
            return Stop(code: .capacityUnassessed, isReferred: true, fact: decided)
        }
        guard assessed.outcome == .lacks else {
            return Stop(code: .confidentialityNotLifted, fact: assessed.event, detail: "assessed as having capacity")
        }
        grounds.facts += [decided, assessed.event]
        return nil
    }
}
