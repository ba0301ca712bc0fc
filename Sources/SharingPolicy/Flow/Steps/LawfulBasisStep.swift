import Encodings
import SharingModel

/// The basis the flow names exists in the law of the day: Article 6 with its power, and for the item's class Article 9
/// or 10 with the condition and the policy document it needs (UK GDPR; DPA 2018 s.10, Sch 1).
struct LawfulBasisStep: FlowStep {
    let rung = Rung.basis

    func examine(_ candidate: Candidate) -> StepAnswer {
        let law = Law(candidate)
        var ends: [Instant] = []
        do throws(Lacking) {
            ends += try article6(candidate, law)
            switch candidate.baseline?.items[candidate.item]?.class {
            case .special?: ends += try article9(candidate, law)
            case .criminal?: ends += try article10(candidate, law)
            case .ordinary?, nil: break
            }
        } catch {
            return .stops(error.code, detail: error.detail)
        }
        return .passes(Grounds(ends: ends))
    }

    private func article6(_ candidate: Candidate, _ law: Law) throws(Lacking) -> [Instant] {
        let basis = candidate.flow.basis
        guard let rule = law.rule(\.article6, basis.article6), law.applies(rule.dated) else {
            throw Lacking(code: .noLawfulBasis, detail: basis.article6.text)
        }
        if rule.closedToPublicAuthorities, candidate.question.holder.isPublicAuthority {
            throw Lacking(code: .basisNotForPublicAuthority, detail: basis.article6.text)
        }
        if let purposes = rule.purposes, !purposes.contains(candidate.question.purpose),
            !(rule.onPublicTask && candidate.question.isNeededForPublicTask)
        {
            throw Lacking(code: .noLawfulBasis, detail: "\(basis.article6), no statement of a public task")
        }
        guard rule.needsPower else { return law.ends(rule.dated) }
        guard let power = basis.power, let powerRule = law.rule(\.powers, power), law.applies(powerRule.dated) else {
            throw Lacking(code: .noLawfulBasis, detail: basis.power?.text ?? "no power")
        }
        return law.ends(rule.dated, powerRule.dated)
    }

    private func article9(_ candidate: Candidate, _ law: Law) throws(Lacking) -> [Instant] {
        guard let special = candidate.flow.basis.special, let rule = law.rule(\.article9, special.article9),
            law.applies(rule.dated)
        else { throw Lacking(code: .noArticle9Condition, detail: candidate.flow.basis.special?.article9.text) }
        guard rule.needsSchedule1 else { return law.ends(rule.dated) }
        guard let name = special.schedule1, let condition = law.rule(\.schedule1, name), law.applies(condition.dated),
            condition.article9.contains(special.article9)
        else { throw Lacking(code: .noSchedule1Condition, detail: special.schedule1?.text) }
        if condition.needsPolicyDocument, special.policyDocument == nil {
            throw Lacking(code: .noPolicyDocument, detail: name.text)
        }
        return law.ends(rule.dated, condition.dated)
    }

    private func article10(_ candidate: Candidate, _ law: Law) throws(Lacking) -> [Instant] {
        switch candidate.flow.basis.criminal {
        case nil: throw Lacking(code: .noArticle10Condition, detail: nil)
        case .officialAuthority?:
            guard candidate.question.holder.isPublicAuthority else {
                throw Lacking(code: .noArticle10Condition, detail: "the holder has no official authority")
            }
            return []
        case .schedule1(let name, let policyDocument)?:
            guard let condition = law.rule(\.schedule1, name), law.applies(condition.dated), condition.criminal else {
                throw Lacking(code: .noArticle10Condition, detail: name.text)
            }
            if condition.needsPolicyDocument, policyDocument == nil {
                throw Lacking(code: .noPolicyDocument, detail: name.text)
            }
            return law.ends(condition.dated)
        }
    }
}

/// What the basis lacks.
private struct Lacking: Error {
    let code: RefusalCode
    let detail: String?
}
