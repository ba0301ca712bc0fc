package import Encodings

package enum Urgency: String, Sendable, Hashable, CaseIterable {
    case routine, urgent, emergency
}

/// Whether the person was told of a referral, and if not why.
package struct Informed: Sendable, Hashable {
    package let told: Bool
    package let reason: String?
}

/// A person other than the subject whom the content is about.
package struct AboutPerson: Sendable, Hashable {
    package let person: PersonIdentifier
    /// `parent`, `sibling`, `alleged-perpetrator`, `informant`, or another word.
    package let relation: String
}

/// `sharing.referral.submitted.v1`
package struct ReferralSubmitted: Sendable, Hashable {
    package let from: AgencyID
    package let to: AgencyID
    package let urgency: Urgency
    package let purpose: PurposeCode
    package let actor: Actor
    package let informed: Informed?
    package let about: [AboutPerson]
    package let records: HolderRecords
    /// As posted; always has `referral.summary`.
    package let content: [ContentItem]
}

/// `sharing.referral.info-provided.v1`
package struct ReferralInfoProvided: Sendable, Hashable {
    package let referral: UniqueID
    package let actor: Actor
    package let content: [ContentItem]
}

/// The other steps of a referral's life: `sharing.referral.received.v1` and so on.
package struct ReferralTransition: Sendable, Hashable {
    package let verb: ReferralVerb
    package let referral: UniqueID
    package let actor: Actor
    /// Always there on declined, redirected, closed and withdrawn.
    package let reason: String?
    /// The new recipient; there on redirected and nowhere else.
    package let to: AgencyID?
}
