package import SharingModel

/// What ended a fact. Under a key that is not trusted any more it ends what permits, and never what bars (DESIGN 5).
package struct EndingOnRecord: Sendable, Hashable {
    package var event: EventReference
    package var isUnderRevokedKey: Bool

    package init(event: EventReference, isUnderRevokedKey: Bool = false) {
        self.event = event
        self.isUnderRevokedKey = isUnderRevokedKey
    }
}

/// A `court-order.recorded`.
package struct CourtOrderOnRecord: Sendable, Hashable {
    package var event: EventReference
    package var effect: CourtOrderRecorded.Effect
    package var items: ItemSelection
    package var recipients: [RecipientSelector]
    /// Whose data it is about; nil is any holder's.
    package var holders: [AgencyID]?
    package var until: DateOrTime?
    /// Every `court-order.discharged` of it.
    package var discharges: [EndingOnRecord]
    /// Recorded at or after `since` of its key's revocation: what it requires lifts nothing, what it prohibits stands.
    package var isUnderRevokedKey: Bool

    package init(
        event: EventReference, effect: CourtOrderRecorded.Effect, items: ItemSelection = .all,
        recipients: [RecipientSelector], holders: [AgencyID]? = nil, until: DateOrTime? = nil,
        discharges: [EndingOnRecord] = [], isUnderRevokedKey: Bool = false
    ) {
        self.event = event
        self.effect = effect
        self.items = items
        self.recipients = recipients
        self.holders = holders
        self.until = until
        self.discharges = discharges
        self.isUnderRevokedKey = isUnderRevokedKey
    }
}

/// A `subject.shielded` or `.unshielded`. Of one agency's that concern a holder and a recipient the last one in the log
/// holds; nobody takes down what another put up.
package struct ShieldOnRecord: Sendable, Hashable {
    package var event: EventReference
    /// Who recorded it.
    package var author: AgencyID
    package var against: SubjectShield.Against
    /// Whose data it is about; nil is any holder's.
    package var holders: [AgencyID]?
    /// It is an `.unshielded`.
    package var isLifting: Bool
    /// Recorded at or after `since` of its key's revocation: it shields, and lifts nothing.
    package var isUnderRevokedKey: Bool

    package init(
        event: EventReference, author: AgencyID, against: SubjectShield.Against, holders: [AgencyID]? = nil,
        isLifting: Bool = false, isUnderRevokedKey: Bool = false
    ) {
        self.event = event
        self.author = author
        self.against = against
        self.holders = holders
        self.isLifting = isLifting
        self.isUnderRevokedKey = isUnderRevokedKey
    }
}

/// An `objection.raised` with what became of it. It bars once it is upheld, and until it is overridden or lifted.
package struct ObjectionOnRecord: Sendable, Hashable {
    /// `objection.upheld`, `.overridden` or `.lifted`. The last one in the log holds.
    package struct Change: Sendable, Hashable {
        package var verb: ObjectionChange.Verb
        package var event: EventReference
        package var isUnderRevokedKey: Bool

        package init(verb: ObjectionChange.Verb, event: EventReference, isUnderRevokedKey: Bool = false) {
            self.verb = verb
            self.event = event
            self.isUnderRevokedKey = isUnderRevokedKey
        }
    }

    package var event: EventReference
    package var purposes: [PurposeCode]
    package var items: ItemSelection
    package var recipients: [RecipientSelector]
    /// Whose data it is about; nil is any holder's.
    package var holders: [AgencyID]?
    package var changes: [Change]

    package init(
        event: EventReference, purposes: [PurposeCode], items: ItemSelection, recipients: [RecipientSelector],
        holders: [AgencyID]? = nil, changes: [Change] = []
    ) {
        self.event = event
        self.purposes = purposes
        self.items = items
        self.recipients = recipients
        self.holders = holders
        self.changes = changes
    }
}

/// A `subject.deceased`. Only a verified one bars.
package struct DeathOnRecord: Sendable, Hashable {
    package var event: EventReference
    package var date: DateOrTime
    package var isVerified: Bool

    package init(event: EventReference, date: DateOrTime, isVerified: Bool) {
        self.event = event
        self.date = date
        self.isVerified = isVerified
    }
}

/// Items that the holder has from another agency, which gave them under an obligation not to pass them on.
package struct ReceivedOnRecord: Sendable, Hashable {
    /// The event with content that was released to the holder.
    package var event: EventReference
    package var from: AgencyID
    /// The items released, as they were decided: leaves.
    package var items: [ItemCode]

    package init(event: EventReference, from: AgencyID, items: [ItemCode]) {
        self.event = event
        self.from = from
        self.items = items
    }
}
