package import Encodings
package import SharingModel

/// A `consent.given` and, where there is one, its withdrawal.
package struct ConsentOnRecord: Sendable, Hashable {
    /// Kept back from a consent: these items, from this recipient.
    package struct Exception: Sendable, Hashable {
        package var to: [RecipientSelector]
        package var items: ItemSelection

        package init(to: [RecipientSelector], items: ItemSelection) {
            self.to = to
            self.items = items
        }
    }

    /// `consent.withdrawn`. It ends the consent whoever withdrew it, and acts forward only.
    package struct Withdrawal: Sendable, Hashable {
        package var event: EventReference
        package var recorded: Instant

        package init(event: EventReference, recorded: Instant) {
            self.event = event
            self.recorded = recorded
        }
    }

    package var event: EventReference
    /// The site's clock when it was recorded.
    package var recorded: Instant
    package var kind: ConsentKind
    package var giver: ConsentGiver
    package var purposes: [PurposeCode]
    package var items: ItemSelection
    package var recipients: [RecipientSelector]
    /// Whose data it is about; nil is any holder's.
    package var holders: [AgencyID]?
    package var exceptions: [Exception]
    package var from: DateOrTime
    package var until: DateOrTime?
    package var withdrawal: Withdrawal?
    /// Recorded at or after `since` of its key's revocation: it no longer permits anything (DESIGN 5).
    package var isUnderRevokedKey: Bool

    package init(
        event: EventReference, recorded: Instant, kind: ConsentKind, giver: ConsentGiver, purposes: [PurposeCode],
        items: ItemSelection, recipients: [RecipientSelector], holders: [AgencyID]? = nil, exceptions: [Exception] = [],
        from: DateOrTime, until: DateOrTime? = nil, withdrawal: Withdrawal? = nil, isUnderRevokedKey: Bool = false
    ) {
        self.event = event
        self.recorded = recorded
        self.kind = kind
        self.giver = giver
        self.purposes = purposes
        self.items = items
        self.recipients = recipients
        self.holders = holders
        self.exceptions = exceptions
        self.from = from
        self.until = until
        self.withdrawal = withdrawal
        self.isUnderRevokedKey = isUnderRevokedKey
    }
}

extension ConsentOnRecord {
    /// The consent as its event gives it.
    package init(
        _ given: ConsentGiven, event: EventReference, recorded: Instant, withdrawal: Withdrawal? = nil,
        isUnderRevokedKey: Bool = false
    ) {
        self.init(
            event: event, recorded: recorded, kind: given.kind, giver: given.giver, purposes: given.purposes,
            items: given.items, recipients: given.recipients, holders: given.holders,
            exceptions: given.exceptions.map { Exception(to: $0.to, items: $0.items) }, from: given.from,
            until: given.until, withdrawal: withdrawal, isUnderRevokedKey: isUnderRevokedKey)
    }
}

/// A `consent.refused`. It has no kind: it stands against consents of every kind. A revoked key does not weaken it.
package struct RefusalOnRecord: Sendable, Hashable {
    package var event: EventReference
    package var recorded: Instant
    package var giver: ConsentGiver
    package var purposes: [PurposeCode]
    package var items: ItemSelection
    package var recipients: [RecipientSelector]
    /// Whose data it is about; nil is any holder's.
    package var holders: [AgencyID]?

    package init(
        event: EventReference, recorded: Instant, giver: ConsentGiver, purposes: [PurposeCode], items: ItemSelection,
        recipients: [RecipientSelector], holders: [AgencyID]? = nil
    ) {
        self.event = event
        self.recorded = recorded
        self.giver = giver
        self.purposes = purposes
        self.items = items
        self.recipients = recipients
        self.holders = holders
    }
}

extension RefusalOnRecord {
    /// The refusal as its event gives it.
    package init(_ refused: ConsentRefused, event: EventReference, recorded: Instant) {
        self.init(
            event: event, recorded: recorded, giver: refused.by, purposes: refused.purposes, items: refused.items,
            recipients: refused.recipients, holders: refused.holders)
    }
}
