/// When the person was born, or is expected to be.
package struct CaseBirth: Sendable, Hashable {
    package let date: DateOrTime
    package let isExpected: Bool
}

/// An objection of the person. It bars once it is upheld.
package struct CaseObjection: Sendable {
    /// What became of it.
    package struct Change: Sendable, Hashable {
        package let verb: ObjectionChange.Verb
        package let keyRevoked: Bool
    }

    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let holders: [AgencyID]?
    /// In the order in which they were recorded.
    package let changes: [Change]
}

/// An order of a court.
package struct CaseCourtOrder: Sendable {
    package let effect: CourtOrderRecorded.Effect
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let holders: [AgencyID]?
    package let until: DateOrTime?
    /// Nil where it stands.
    package let discharged: CaseEnding?
    package let keyRevoked: Bool
}

/// A shield put up, or taken down. The last one that concerns both agencies holds.
package struct CaseShield: Sendable {
    /// Who recorded it; where nobody is named, one and the same.
    package let by: AgencyID
    package let against: SubjectShield.Against
    package let holders: [AgencyID]?
    /// It takes one down.
    package let lifts: Bool
    package let keyRevoked: Bool
}

/// What was recorded of the person's death.
package struct CaseDeath: Sendable, Hashable {
    package let date: DateOrTime
    package let verified: Bool
}

/// An assessment of the person's capacity.
package struct CaseCapacity: Sendable, Hashable {
    package let outcome: CapacityAssessed.Outcome
    package let basis: CapacityAssessed.Basis
    package let keyRevoked: Bool
}

/// Somebody on record as speaking for the person.
package struct CaseRepresentative: Sendable, Hashable {
    package let basis: RepresentativeBasis
    package let until: DateOrTime?
    package let ended: Bool
    package let keyRevoked: Bool
}

/// A decision in the person's best interests.
package struct CaseBestInterests: Sendable {
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let keyRevoked: Bool
}

/// What the holder has from another agency, which gave it under `onward: none`.
package struct CaseReceived: Sendable, Hashable {
    package let from: AgencyID
    package let items: [ItemCode]
}

/// What ended something, and whether its key is trusted no more.
package struct CaseEnding: Sendable, Hashable {
    package let keyRevoked: Bool
}

/// What somebody of the holder's people settled.
package struct CaseResolution: Sendable {
    package let role: RoleCode
    package let items: [DisclosureResolved.Item]
    package let records: HolderRecords
    package let keyRevoked: Bool
}
