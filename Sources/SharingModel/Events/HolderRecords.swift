/// What only the holder of information can record when it shares without the person's agreement (DOMAIN §5.5, §5.6; DPA 2018 Sch 1 para 18).
package enum WithoutConsent: String, Sendable, Hashable, CaseIterable {
    case cannotBeGiven = "cannot-be-given"
    case notReasonableToObtain = "not-reasonable-to-obtain"
    case wouldPrejudiceProtection = "would-prejudice-protection"
}

/// A decision, made each time, that the public interest outweighs a duty of confidence.
package struct PublicInterest: Sendable, Hashable {
    package let grounds: String
    package let by: DecisionMaker
    package let office: String

    package init(grounds: String, by: DecisionMaker, office: String) {
        self.grounds = grounds
        self.by = by
        self.office = office
    }
}

/// A decision to share once where no flow answers.
package struct OneOff: Sendable, Hashable {
    package let grounds: String
    package let basis: Basis
    package let by: DecisionMaker
    package let office: String

    package init(grounds: String, basis: Basis, by: DecisionMaker, office: String) {
        self.grounds = grounds
        self.basis = basis
        self.by = by
        self.office = office
    }
}

/// The three records together, as they stand in a referral or a delivery.
package struct HolderRecords: Sendable, Hashable {
    package let withoutConsent: WithoutConsent?
    package let publicInterest: PublicInterest?
    package let oneOff: OneOff?

    package init(withoutConsent: WithoutConsent? = nil, publicInterest: PublicInterest? = nil, oneOff: OneOff? = nil) {
        self.withoutConsent = withoutConsent
        self.publicInterest = publicInterest
        self.oneOff = oneOff
    }
}

/// An asker's statement that it cannot wait for the holder.
package struct BreakGlass: Sendable, Hashable {
    package let code: String
    package let justification: String

    package init(code: String, justification: String) {
        self.code = code
        self.justification = justification
    }
}
