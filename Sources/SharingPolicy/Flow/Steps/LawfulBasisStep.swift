import Encodings
import SharingModel

/// The basis the flow names exists in the law of the day: Article 6 with its power, and for the item's class Article 9
/// or 10 with the condition and the policy document it needs (UK GDPR; DPA 2018 s.10, Sch 1).
struct LawfulBasisStep: FlowStep {
    let rung = Rung.basis

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        if let stop = article6(candidate, &grounds) { return stop }
        switch candidate.item.protection {
        case .special?: return article9(candidate, &grounds)
        case .criminal?: return article10(candidate, &grounds)
        case .ordinary?, nil: return nil
        }
    }

    private func article6(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        let terms = candidate.terms
        guard let article6 = terms.article6, article6.isInForce(on: candidate.docket.today) else {
            return Stop(code: .noLawfulBasis, detail: .text(terms.flow.basis.article6.text))
        }
        if article6.rule.closedToPublicAuthorities, candidate.docket.question.holder.isPublicAuthority {
            return Stop(code: .basisNotForPublicAuthority, detail: .text(terms.flow.basis.article6.text))
        }
        if let purposes = article6.rule.purposes, !purposes.contains(candidate.docket.question.purpose),
            !(article6.rule.onPublicTask && candidate.docket.question.isNeededForPublicTask)
        {
            return Stop(
                code: .noLawfulBasis, detail: .law(terms.flow.basis.article6, ", no statement of a public task"))
        }
        grounds.add(end: article6.end)
        guard article6.rule.needsPower else { return nil }
        guard let power = terms.power, power.isInForce(on: candidate.docket.today) else {
            return Stop(code: .noLawfulBasis, detail: .text(terms.flow.basis.power?.text ?? "no power"))
        }
        grounds.add(end: power.end)
        return nil
    }

    private func article9(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        let terms = candidate.terms
        guard let special = terms.flow.basis.special, let article9 = terms.article9,
            article9.isInForce(on: candidate.docket.today)
        else {
            return Stop(
                code: .noArticle9Condition, detail: terms.flow.basis.special.map { .text($0.article9.text) })
        }
        grounds.add(end: article9.end)
        guard article9.rule.needsSchedule1 else { return nil }
        guard let condition = terms.schedule1, condition.isInForce(on: candidate.docket.today),
            condition.rule.article9.contains(special.article9)
        else { return Stop(code: .noSchedule1Condition, detail: special.schedule1.map { .text($0.text) }) }
        if condition.rule.needsPolicyDocument, special.policyDocument == nil {
            return Stop(code: .noPolicyDocument, detail: special.schedule1.map { .text($0.text) })
        }
        grounds.add(end: condition.end)
        return nil
    }

    private func article10(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        switch candidate.terms.flow.basis.criminal {
        case nil: return Stop(code: .noArticle10Condition)
        case .officialAuthority?:
            return candidate.docket.question.holder.isPublicAuthority
                ? nil : Stop(code: .noArticle10Condition, detail: "the holder has no official authority")
        case .schedule1(let name, let policyDocument)?:
            guard let condition = candidate.terms.criminalCondition,
                condition.isInForce(on: candidate.docket.today), condition.rule.criminal
            else { return Stop(code: .noArticle10Condition, detail: .text(name.text)) }
            if condition.rule.needsPolicyDocument, policyDocument == nil {
                return Stop(code: .noPolicyDocument, detail: .text(name.text))
            }
            grounds.add(end: condition.end)
            return nil
        }
    }
}
