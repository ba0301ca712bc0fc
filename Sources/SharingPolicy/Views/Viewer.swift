import SharingModel

/// Who looks at a decision (DOMAIN 5.9).
package enum Viewer: Sendable, Hashable, CaseIterable {
    /// The agency whose information it is: sees everything.
    case holder
    /// Who asked for it: sees each item, and the reasons only where they rest on what it may know.
    case asker
    /// To whom it was offered or referred: sees what it gets. Nobody told it what else there might be.
    case recipient
}

/// The parts of a signed decision that are concealed and may be opened to one viewer. Everything else in it is plain
/// to whoever reads it.
package struct VisibleParts: Sendable, Hashable {
    /// Positions in `items` of the items shown at all. On a push the others stay concealed as array elements.
    package let items: [Int]
    /// Positions in `items` of the items whose `codes` are shown.
    package let codes: [Int]
    /// False also where there is none, so that an empty part and a hidden one look the same.
    package let nearest: Bool
    /// False also where there are none.
    package let facts: Bool

    package init(items: [Int], codes: [Int], nearest: Bool, facts: Bool) {
        self.items = items
        self.codes = codes
        self.nearest = nearest
        self.facts = facts
    }
}

extension RefusalCode {
    /// Whether the code rests only on what an asker may know: its key, role, purpose and items, dates and parties of
    /// the agreement and its law, and the referrals between the two. Codes that rest on the person, a consent, what only
    /// the holder records or a peer's record do not.
    var restsOnWhatTheAskerKnows: Bool {
        switch self {
        case .noAgreement, .agreementExpired, .agreementSuspended, .recipientNotParty, .purposeNotCovered,
            .itemNotCovered, .roleNotAllowed, .noOpenReferral, .noLawfulBasis, .basisNotForPublicAuthority,
            .noArticle9Condition, .noArticle10Condition, .noSchedule1Condition, .noPolicyDocument,
            .keyRevoked, .notAvailable:
            true
        case .confidentialityNotLifted, .personNotCovered, .replicaTooStale, .ageUnknown, .capacityUnassessed,
            .consentAbsent, .consentWithdrawn,
            .consentExpired, .consentOutOfScope, .consentToConfirm, .consentDisputed, .objectionUpheld, .courtProhibits,
            .shielded, .deceased, .onwardNotAllowed, .inseparable, .statutoryException, .evaluationError:
            false
        }
    }

    /// Whether the code may be told to a recipient whom the consent behind it names. Not those that also rest on the
    /// person's age or on what somebody else said.
    var restsOnTheConsentAlone: Bool { [.consentWithdrawn, .consentExpired, .consentOutOfScope].contains(self) }
}
