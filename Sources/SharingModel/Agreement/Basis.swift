/// The lawful basis of a flow or of a one-off decision (DOMAIN §4). All codes are the baseline's.
package struct Basis: Sendable, Hashable {
    /// UK GDPR Article 6(1).
    package let article6: LegalCode
    /// The statutory power or duty acted under.
    package let power: LegalCode?
    /// For special category items.
    package let special: SpecialCondition?
    /// For criminal-offence items.
    package let criminal: CriminalCondition?
    package let confidentiality: Confidentiality

    package init(
        article6: LegalCode, power: LegalCode? = nil, special: SpecialCondition? = nil,
        criminal: CriminalCondition? = nil, confidentiality: Confidentiality
    ) {
        self.article6 = article6
        self.power = power
        self.special = special
        self.criminal = criminal
        self.confidentiality = confidentiality
    }
}

/// UK GDPR Article 9(2), with the condition of DPA 2018 Schedule 1 it needs.
package struct SpecialCondition: Sendable, Hashable {
    package let article9: LegalCode
    package let schedule1: LegalCode?
    /// The appropriate policy document (DPA 2018 Sch 1 para 39).
    package let policyDocument: DocumentReference?

    package init(article9: LegalCode, schedule1: LegalCode? = nil, policyDocument: DocumentReference? = nil) {
        self.article9 = article9
        self.schedule1 = schedule1
        self.policyDocument = policyDocument
    }
}

/// UK GDPR Article 10: official authority, or a condition of DPA 2018 Schedule 1.
package enum CriminalCondition: Sendable, Hashable {
    case officialAuthority
    case schedule1(LegalCode, policyDocument: DocumentReference?)
}

/// Why a duty of confidence does not stand in the way.
package struct Confidentiality: Sendable, Hashable {
    /// The gateway: `consent`, `implied-direct-care`, `statute`, `court-order`, `best-interests`, `public-interest`, `none-owed`.
    package let gateway: LegalCode
    /// The section, where the gateway is `statute`.
    package let statute: LegalCode?

    package init(gateway: LegalCode, statute: LegalCode? = nil) {
        self.gateway = gateway
        self.statute = statute
    }
}
