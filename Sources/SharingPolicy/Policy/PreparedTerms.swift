import Encodings
import SharingModel

/// A flow's terms, or those of a decision for this once, with the rules of the baseline that they name. A class, because
/// every candidate and permit holds it; it never changes.
final class PreparedTerms: Sendable {
    let flow: Flow
    /// The nation whose law applies.
    let nation: String
    let article6: PreparedRule<Article6Rule>?
    let power: PreparedRule<PowerRule>?
    let article9: PreparedRule<Article9Rule>?
    /// The condition for special category items.
    let schedule1: PreparedRule<Schedule1Rule>?
    /// The condition for criminal-offence items.
    let criminalCondition: PreparedRule<Schedule1Rule>?
    let gateway: PreparedRule<GatewayRule>?
    let statute: PreparedRule<PowerRule>?
    let obligations: [Obligation]
    /// Some items go together or not at all.
    let isBinding: Bool
    /// Of each item of the baseline whether the flow covers it.
    private let covered: [Bool]
    private let needs: (ordinary: ConsentNeeds, special: ConsentNeeds, criminal: ConsentNeeds)

    init(_ flow: Flow, nation: String, _ law: PreparedLaw) {
        self.flow = flow
        self.nation = nation
        let basis = flow.basis
        func rule<Rule>(
            _ rules: (Baseline) -> [LegalCode: Rule], _ code: LegalCode?, _ dated: (Rule) -> Dated
        ) -> PreparedRule<Rule>? {
            guard let code, let rule = law.baseline.flatMap({ rules($0.value)[code] }) else { return nil }
            return PreparedRule(rule, dated(rule), in: nation, law.zone)
        }
        let article6 = rule(\.article6, basis.article6, \.dated)
        let article9 = rule(\.article9, basis.special?.article9, \.dated)
        let schedule1 = rule(\.schedule1, basis.special?.schedule1, \.dated)
        var criminalCode: LegalCode?
        if case .schedule1(let code, _)? = basis.criminal { criminalCode = code }
        let criminalCondition = rule(\.schedule1, criminalCode, \.dated)
        let gateway = rule(\.confidentiality, basis.confidentiality.gateway, \.dated)
        func needs(article9: Article9Rule? = nil, condition: Schedule1Rule? = nil) -> ConsentNeeds {
            ConsentNeeds(flow.consent, article6?.rule, gateway?.rule, article9: article9, condition: condition)
        }
        self.needs = (
            needs(), needs(article9: article9?.rule, condition: schedule1?.rule),
            needs(condition: criminalCondition?.rule)
        )
        self.article6 = article6
        self.article9 = article9
        self.schedule1 = schedule1
        self.criminalCondition = criminalCondition
        self.gateway = gateway
        power = rule(\.powers, basis.power, \.dated)
        statute = rule(\.statutes, basis.confidentiality.statute, \.dated)
        obligations = flow.obligations.list
        isBinding = !flow.inseparable.isEmpty
        covered = law.items.map { flow.covers($0.code) }
    }

    /// Whether the flow covers the item, and the baseline knows it: a word it does not know matches nothing (DOMAIN 2).
    func covers(_ item: PreparedItem?) -> Bool { item.map { covered[$0.number] } ?? false }

    /// Which consents are needed for items of a class.
    func consentNeeds(for protection: ItemClass?) -> ConsentNeeds {
        switch protection {
        case .ordinary?, nil: needs.ordinary
        case .special?: needs.special
        case .criminal?: needs.criminal
        }
    }
}
