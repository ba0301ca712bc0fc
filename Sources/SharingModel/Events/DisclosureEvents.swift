package import Encodings

/// `sharing.disclosure.requested.v1`
package struct DisclosureRequested: Sendable, Hashable {
    /// The holder.
    package let from: AgencyID
    /// The asker, and author.
    package let to: AgencyID
    package let purpose: PurposeCode
    package let items: [ItemCode]
    /// Why it is necessary.
    package let reason: String
    package let actor: Actor
    package let referral: UniqueID?
    /// The asker's statement that its public task needs it: a text, or true.
    package let publicTask: JSON?
    package let breakGlass: BreakGlass?
}

/// `sharing.disclosure.decided.v1`: the site's decision on a request, a referral, information provided, a redirect or a delivery.
package struct DisclosureDecided: Sendable, Hashable {
    /// The event decided.
    package let request: UniqueID
    package let decision: Decision
}

/// `sharing.disclosure.delivered.v1`
package struct DisclosureDelivered: Sendable, Hashable {
    /// The request answered; nil for a push.
    package let request: UniqueID?
    package let from: AgencyID
    package let to: AgencyID
    package let purpose: PurposeCode
    package let actor: Actor
    package let records: HolderRecords
    package let content: [ContentItem]
}

/// `sharing.disclosure.receipted.v1`
package struct DisclosureReceipted: Sendable, Hashable {
    package let delivery: UniqueID
    /// SHA-256 of what was received: `JWS~disclosure~…~` as released, base64url.
    package let digest: String
    package let note: String?
}

/// `sharing.disclosure.disputed.v1`
package struct DisclosureDisputed: Sendable, Hashable {
    package let delivery: UniqueID
    package let digest: String
    package let note: String?
}

/// `sharing.disclosure.recalled.v1`
package struct DisclosureRecalled: Sendable, Hashable {
    package let delivery: UniqueID
    package let reason: String
}

/// `sharing.disclosure.recorded.v1`: one made outside, by telephone or in a meeting.
package struct DisclosureRecorded: Sendable, Hashable {
    package let from: AgencyID
    package let to: AgencyID
    package let purpose: PurposeCode
    package let items: [ItemCode]
    package let reason: String
    package let how: String
    package let when: Instant
    package let by: DecisionMaker
}
