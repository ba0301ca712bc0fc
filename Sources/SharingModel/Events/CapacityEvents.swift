/// `sharing.capacity.assessed.v1`
package struct CapacityAssessed: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case has, lacks
    }

    /// By which law: a child's understanding (Gillick v West Norfolk AHA [1986] AC 112), or the Mental Capacity Act 2005 from 16 on.
    package enum Basis: String, Sendable, Hashable, CaseIterable {
        case gillick, mca
    }

    /// What the person was to decide about, in words.
    package let decision: String
    package let outcome: Outcome
    package let basis: Basis
    package let assessor: DecisionMaker
}

/// `sharing.best-interests.decided.v1`: what is shared of an adult who lacks capacity (Mental Capacity Act 2005 s.4).
package struct BestInterestsDecided: Sendable, Hashable {
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let decider: DecisionMaker
    /// Who was asked.
    package let consulted: [String]
}
