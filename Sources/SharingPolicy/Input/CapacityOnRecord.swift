package import SharingModel

/// A `capacity.assessed`. The last one that matters holds.
package struct CapacityOnRecord: Sendable, Hashable {
    package var event: EventReference
    package var outcome: CapacityAssessed.Outcome
    package var basis: CapacityAssessed.Basis
    /// Recorded at or after `since` of its key's revocation: a `has` entitles nobody, a `lacks` keeps counting.
    package var isUnderRevokedKey: Bool

    package init(
        event: EventReference, outcome: CapacityAssessed.Outcome, basis: CapacityAssessed.Basis,
        isUnderRevokedKey: Bool = false
    ) {
        self.event = event
        self.outcome = outcome
        self.basis = basis
        self.isUnderRevokedKey = isUnderRevokedKey
    }
}

/// A `representative.recorded`, and its end if it has ended.
package struct RepresentativeOnRecord: Sendable, Hashable {
    package var event: EventReference
    package var basis: RepresentativeBasis
    package var until: DateOrTime?
    /// `representative.ended`; under whatever key.
    package var ended: EventReference?
    /// Recorded at or after `since` of its key's revocation: nobody is entitled by it.
    package var isUnderRevokedKey: Bool

    package init(
        event: EventReference, basis: RepresentativeBasis, until: DateOrTime? = nil, ended: EventReference? = nil,
        isUnderRevokedKey: Bool = false
    ) {
        self.event = event
        self.basis = basis
        self.until = until
        self.ended = ended
        self.isUnderRevokedKey = isUnderRevokedKey
    }
}

/// A `best-interests.decided`.
package struct BestInterestsOnRecord: Sendable, Hashable {
    package var event: EventReference
    package var purposes: [PurposeCode]
    package var items: ItemSelection
    package var recipients: [RecipientSelector]
    /// Recorded at or after `since` of its key's revocation: it permits nothing any more.
    package var isUnderRevokedKey: Bool

    package init(
        event: EventReference, purposes: [PurposeCode], items: ItemSelection, recipients: [RecipientSelector],
        isUnderRevokedKey: Bool = false
    ) {
        self.event = event
        self.purposes = purposes
        self.items = items
        self.recipients = recipients
        self.isUnderRevokedKey = isUnderRevokedKey
    }
}
