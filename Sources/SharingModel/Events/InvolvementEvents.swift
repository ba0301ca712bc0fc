package import Encodings

/// `sharing.involvement.started.v1`
package struct InvolvementStarted: Sendable, Hashable {
    package let service: String
    /// Recorded only with consent or significant harm, and never listed to outsiders (DOMAIN §7).
    package let sensitive: Bool
    package let consent: UniqueID?
    /// The author's statement that somebody would come to significant harm: a text, or true.
    package let significantHarm: JSON?
}

/// `sharing.lead.assigned.v1`
package struct LeadAssigned: Sendable, Hashable {
    package let professional: Actor
}

/// `sharing.assessment.started.v1`, `.completed.v1`, `sharing.plan.made.v1`, `.ended.v1`: what the recipient of a referral does about it.
package struct ReferralWork: Sendable, Hashable {
    package let step: CaseworkVerb
    package let referral: UniqueID
    /// Of assessment or plan, in words or a code: `child-and-family`.
    package let kind: String
    package let actor: Actor
    package let outcome: String?
}
