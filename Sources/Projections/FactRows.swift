package import Encodings
package import SharingModel

/// What every fact about a person has.
package struct FactHead: Sendable, Hashable {
    package let event: UniqueID
    package let index: Int64
    package let subject: SubjectReference
    package let author: AgencyID
    package let kid: String
    package let recorded: Instant
    /// What ended it, in the order of the log; more than one where the first was under a key that is not trusted any more.
    package let endings: [Ending]

    package struct Ending: Sendable, Hashable {
        package let event: UniqueID
        package let index: Int64
        package let kid: String
        package let recorded: Instant
    }
}

package struct DeathRow: Sendable, Hashable {
    package let head: FactHead
    package let date: DateOrTime
    package let isVerified: Bool
}

/// A shield, or the lifting of one.
package struct ShieldRow: Sendable, Hashable {
    package let head: FactHead
    package let lifts: Bool
    package let holders: [AgencyID]?
    package let against: SubjectShield.Against
}

package struct RepresentativeRow: Sendable, Hashable {
    package let head: FactHead
    package let basis: RepresentativeBasis
    package let until: DateOrTime?
}

package struct CapacityRow: Sendable, Hashable {
    package let head: FactHead
    package let outcome: CapacityAssessed.Outcome
    package let basis: CapacityAssessed.Basis
}

package struct BestInterestsRow: Sendable, Hashable {
    package let head: FactHead
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
}

package struct CourtOrderRow: Sendable, Hashable {
    package let head: FactHead
    package let effect: CourtOrderRecorded.Effect
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let holders: [AgencyID]?
    package let until: DateOrTime?
}

package struct StatusRow: Sendable, Hashable {
    package let head: FactHead
    package let status: String
    package let from: DateOrTime
}

/// An objection with what became of it.
package struct ObjectionRow: Sendable, Hashable {
    package struct Change: Sendable, Hashable {
        package let verb: ObjectionChange.Verb
        package let event: UniqueID
        package let index: Int64
        package let kid: String
        package let recorded: Instant
    }

    package let head: FactHead
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let holders: [AgencyID]?
    /// In the order of the log.
    package let changes: [Change]

    /// What was said of it last; nil while nobody has looked at it.
    package var state: ObjectionChange.Verb? { changes.last?.verb }
}

package struct InvolvementRow: Sendable, Hashable {
    package let head: FactHead
    package let isSensitive: Bool
    package let consent: UniqueID?
}

package struct LeadRow: Sendable, Hashable {
    package let head: FactHead
    package let role: RoleCode
}

/// A step of an assessment or a plan.
package struct CaseworkRow: Sendable, Hashable {
    package let index: Int64
    package let event: UniqueID
    package let verb: CaseworkVerb
    /// A digest of the kind's words.
    package let kind: String
    package let author: AgencyID
    package let role: String
    package let recorded: Instant
}
