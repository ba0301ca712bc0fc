package import Encodings

/// `sharing.court-order.recorded.v1`
package struct CourtOrderRecorded: Sendable, Hashable {
    package enum Effect: String, Sendable, Hashable, CaseIterable {
        case prohibits, requires
    }

    /// The agencies whose data it is about; nil means any holder.
    package let holders: [AgencyID]?
    package let effect: Effect
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let until: DateOrTime?
}

/// `sharing.objection.raised.v1`
package struct ObjectionRaised: Sendable, Hashable {
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    /// The agencies whose data it is about; nil means any holder.
    package let holders: [AgencyID]?
}

/// `sharing.objection.upheld.v1`, `.overridden.v1`, `.lifted.v1`
package struct ObjectionChange: Sendable, Hashable {
    package enum Verb: String, Sendable, Hashable, CaseIterable {
        case upheld, overridden, lifted
    }

    package let verb: Verb
    package let objection: UniqueID
    package let reason: String
}
