package struct PurposeRule: Sendable, Hashable {
    package let title: String
    /// Care of the person: confidence may be lifted by implication.
    package let care: Bool
    package let safeguarding: Bool
    /// The clocks of a children's referral run.
    package let childrens: Bool
}

package struct RoleRule: Sendable, Hashable {
    package let title: String
    /// Works in education, also at a council: may use pupil numbers.
    package let education: Bool
    /// Settles what is referred to the holder's people where no flow names who does.
    package var decides = false
}

package struct Article6Rule: Sendable, Hashable {
    package let title: String
    package let dated: Dated
    /// Closed to public authorities performing their tasks.
    package let closedToPublicAuthorities: Bool
    /// Rests on a power or duty, which the basis must name.
    package let needsPower: Bool
    /// Rests on a consent of kind `gdpr`.
    package let needsConsent: Bool
    /// An objection does not stand against it (UK GDPR Art 21(1) is about other bases).
    package var beyondObjection = false
    /// The purposes for which it is open by itself; nil for all.
    package var purposes: [PurposeCode]?
    /// Open for any purpose where the asker states that its public task needs the information (UK GDPR Annex 1 para 1).
    package var onPublicTask = false
}

package struct Article9Rule: Sendable, Hashable {
    package let title: String
    package let dated: Dated
    /// Needs a condition of Schedule 1 (DPA 2018 s.10).
    package let needsSchedule1: Bool
    /// Rests on a consent of kind `gdpr`.
    package let needsConsent: Bool
}

package struct Schedule1Rule: Sendable, Hashable {
    package let title: String
    package let dated: Dated
    /// The Article 9 conditions it serves.
    package let article9: [LegalCode]
    /// Whether it serves criminal-offence data (Article 10).
    package let criminal: Bool
    package let needsPolicyDocument: Bool
    /// Relied on without consent, the reason must be recorded (Sch 1 para 18(2)).
    package let needsWithoutConsentReason: Bool
}

package struct PowerRule: Sendable, Hashable {
    package let title: String
    package let dated: Dated
}

package struct GatewayRule: Sendable, Hashable {
    package let title: String
    package let dated: Dated
    /// Open for care purposes only.
    package let careOnly: Bool
    /// Rests on a consent of kind `confidentiality`.
    package let needsConsent: Bool
    /// Must name a section.
    package let needsStatute: Bool
    /// Never standing: the holder records it each time.
    package let eachTime: Bool
}

/// A duty to share, in force or not yet.
package struct DutyRule: Sendable, Hashable {
    package let title: String
    package let dated: Dated
    package let purposes: [PurposeCode]
    /// Kinds of body on which the duty rests.
    package let holders: [AgencyKind]
    /// Kinds of body to which it is owed.
    package let recipients: [AgencyKind]
    /// The only grounds on which a person of the holder may refuse.
    package let exceptions: [String]
}

/// Bodies with a safeguarding duty, to which a referral passes whole.
package struct ShareFirstRule: Sendable, Hashable {
    package let purpose: PurposeCode
    package let kinds: [AgencyKind]
    package let agencies: [AgencyID]
    package let dated: Dated
}
