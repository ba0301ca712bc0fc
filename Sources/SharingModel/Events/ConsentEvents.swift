package import Encodings

/// What a consent is to: being served, lifting confidence, or processing (UK GDPR Art 6(1)(a), 9(2)(a)). They are not interchangeable.
package enum ConsentKind: String, Sendable, Hashable, CaseIterable {
    case engagement, confidentiality, gdpr
}

/// Who speaks for the person.
package enum ConsentGiver: String, Sendable, Hashable, CaseIterable {
    case `self`
    case parentalResponsibility = "parental-responsibility"
    case attorneyHealthWelfare = "attorney-health-welfare"
    case deputyHealthWelfare = "deputy-health-welfare"
    case localAuthority = "local-authority"
}

package enum ConsentMethod: String, Sendable, Hashable, CaseIterable {
    case written, verbal, electronic
}

/// Which items a consent or refusal is about; a code covers its descendants.
package enum ItemSelection: Sendable, Hashable {
    /// `["*"]`
    case all
    case codes([ItemCode])

    package func covers(_ item: ItemCode) -> Bool {
        switch self {
        case .all: true
        case .codes(let codes): codes.contains { $0.covers(item) }
        }
    }
}

/// One recipient a consent or refusal names.
package enum RecipientSelector: Sendable, Hashable {
    case agency(AgencyID)
    case kind(AgencyKind)
    /// `*`
    case anyone

    package func covers(_ agency: AgencyID, kind: AgencyKind) -> Bool {
        switch self {
        case .agency(let named): named == agency
        case .kind(let named): named == kind
        case .anyone: true
        }
    }

    /// 2 for an agency, 1 for a kind, 0 for anyone: the more specific of two exceptions wins.
    package var specificity: Int {
        switch self {
        case .agency: 2
        case .kind: 1
        case .anyone: 0
        }
    }
}

/// Items that a consent withholds from some of its recipients.
package struct ConsentException: Sendable, Hashable {
    package let to: [RecipientSelector]
    package let items: ItemSelection
}

/// The privacy notice the person was given.
package struct NoticeReference: Sendable, Hashable {
    package let ref: String
    package let version: String
}

/// `sharing.consent.given.v1`
package struct ConsentGiven: Sendable, Hashable {
    package let kind: ConsentKind
    package let giver: ConsentGiver
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    /// The agencies whose data it is about; nil means any holder.
    package let holders: [AgencyID]?
    package let exceptions: [ConsentException]
    package let method: ConsentMethod
    package let from: DateOrTime
    package let until: DateOrTime?
    package let takenBy: Actor?
    package let notice: NoticeReference?
    /// SHA-256 of what shows it (a signed form), base64url.
    package let evidence: String?
}

/// `sharing.consent.withdrawn.v1`
package struct ConsentWithdrawn: Sendable, Hashable {
    package let consent: UniqueID
    package let by: ConsentGiver
    package let reason: String?
}

/// `sharing.consent.refused.v1`
package struct ConsentRefused: Sendable, Hashable {
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let by: ConsentGiver
    package let holders: [AgencyID]?
}
