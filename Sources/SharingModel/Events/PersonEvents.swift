package import Encodings

/// `sharing.subject.unlinked.v1`
package struct SubjectUnlinked: Sendable, Hashable {
    package let identifiers: [PersonIdentifier]
    package let source: String
    /// 0 to 1.
    package let confidence: Double
}

/// A person named in the data of an event about another: by an identifier, or by this site's own reference.
package enum OtherPerson: Sendable, Hashable {
    case identifier(PersonIdentifier)
    case reference(SubjectReference)
}

/// `sharing.subject.merged.v1`, `.severed.v1`: two references are one person, or must never be known together again.
package struct SubjectPairing: Sendable, Hashable {
    package let other: OtherPerson
    package let evidence: String
}

/// `sharing.subject.deceased.v1`
package struct SubjectDeceased: Sendable, Hashable {
    package let date: DateOrTime
    package let source: String
    /// Only a verified death bars anything (DOMAIN §5.3).
    package let verified: Bool
}

/// `sharing.subject.shielded.v1`, `.unshielded.v1`: from whom a person's information is kept, or kept no longer.
package struct SubjectShield: Sendable, Hashable {
    package enum Against: Sendable, Hashable {
        /// `["*"]`
        case everybody
        case agencies([AgencyID])
    }

    /// The agencies whose data it is about; nil means any holder.
    package let holders: [AgencyID]?
    package let against: Against
    package let reason: String
}

/// On what ground somebody speaks for a person.
package enum RepresentativeBasis: String, Sendable, Hashable, CaseIterable {
    case parentalResponsibility = "parental-responsibility"
    case attorneyHealthWelfare = "attorney-health-welfare"
    case deputyHealthWelfare = "deputy-health-welfare"
    case localAuthority = "local-authority"

    /// The same, as the giver of a consent.
    package var giver: ConsentGiver {
        switch self {
        case .parentalResponsibility: .parentalResponsibility
        case .attorneyHealthWelfare: .attorneyHealthWelfare
        case .deputyHealthWelfare: .deputyHealthWelfare
        case .localAuthority: .localAuthority
        }
    }
}

/// `sharing.representative.recorded.v1`
package struct RepresentativeRecorded: Sendable, Hashable {
    package let basis: RepresentativeBasis
    package let until: DateOrTime?
}

/// `sharing.status.recorded.v1`: `looked-after`, `child-protection-plan` and the like.
package struct StatusRecorded: Sendable, Hashable {
    package let status: String
    package let from: DateOrTime
}

/// What ended, by the event that began it, and why: `representative.ended`, `court-order.discharged`, `status.ended`, `involvement.ended`,
/// `lead.ended`.
package struct RecordEnded: Sendable, Hashable {
    package let record: UniqueID
    package let reason: String
}
