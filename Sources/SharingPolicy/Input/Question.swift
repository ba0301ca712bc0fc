package import Encodings
package import SharingModel

/// What is asked of the judge: may this holder give these items about one person to this recipient, now?
///
/// The person is not part of the question: every fact in ``Facts`` is about the one person the event is about.
package struct Question: Sendable, Hashable {
    /// Which event is decided, because some rules answer a question differently from an offer (DOMAIN 5.5, 5.9).
    package enum Kind: Sendable, Hashable {
        /// `disclosure.requested`: the recipient asks. What only the holder can record is still to come, so it is
        /// `referred`.
        case request
        /// `referral.submitted`, `.redirected` or `.info-provided`: the holder gives, and the referral counts as open.
        case referral
        /// `disclosure.delivered`: the holder gives, with or without a request before it.
        case delivery

        /// Whether the holder offers content, rather than being asked for it.
        package var isPush: Bool { self != .request }
    }

    /// One of the two agencies, as far as the judge needs to know it.
    package struct Party: Sendable, Hashable {
        package var agency: AgencyID
        package var kind: AgencyKind
        package var isPublicAuthority: Bool
        /// The `agency.ended` event, if the agency has ended.
        package var ended: EventReference?
        /// Data protection officer, to ask about anything that was not given.
        package var dpoContact: String?
        /// Whom to ask where the purpose is safeguarding.
        package var safeguardingContact: String?

        package init(
            agency: AgencyID, kind: AgencyKind, isPublicAuthority: Bool, ended: EventReference? = nil,
            dpoContact: String? = nil, safeguardingContact: String? = nil
        ) {
            self.agency = agency
            self.kind = kind
            self.isPublicAuthority = isPublicAuthority
            self.ended = ended
            self.dpoContact = dpoContact
            self.safeguardingContact = safeguardingContact
        }
    }

    /// One item asked for or offered.
    package struct Item: Sendable, Hashable {
        package var code: ItemCode
        /// An offer whose value is `null`: the holder says that none is known, which counts as present.
        package var isNoneKnown: Bool

        package init(_ code: ItemCode, isNoneKnown: Bool = false) {
            self.code = code
            self.isNoneKnown = isNoneKnown
        }
    }

    package var kind: Kind
    /// The event decided; it is itself a fact where the answer rests on a record made in it.
    package var event: EventReference
    package var holder: Party
    package var recipient: Party
    package var purpose: PurposeCode
    /// As asked or offered; a parent stands for its leaves (``Baseline``).
    package var items: [Item]
    /// The role in which somebody acts: the asker's on a request and on a delivery that answers one, else the sender's.
    package var role: RoleCode
    /// The `key.revoked` event of the key under which the request was made, if it has been revoked since.
    package var revokedKey: EventReference?
    /// What the holder recorded in the very event that is decided; empty on a request.
    package var records: HolderRecords
    /// The asker's, on a request and on a delivery that answers one.
    package var breakGlass: BreakGlass?
    /// On a delivery that answers a request: what that request asked for. Broken glass reaches no further, whatever else the
    /// holder adds. Nil where the items are the asker's own.
    package var asked: [ItemCode]?
    /// Whether the asker stated that its public task needs it; as with break-glass.
    package var isNeededForPublicTask: Bool
    /// What people of the holder settled of this very request, referral or delivery, or of the request that it answers;
    /// the one that is being decided among them.
    package var resolutions: [ResolutionOnRecord]
    /// The event says that the person was told, so nobody has to be told any more.
    package var isPersonInformed: Bool

    package init(
        kind: Kind, event: EventReference, holder: Party, recipient: Party, purpose: PurposeCode, items: [Item],
        role: RoleCode, revokedKey: EventReference? = nil, records: HolderRecords = HolderRecords(),
        breakGlass: BreakGlass? = nil, isNeededForPublicTask: Bool = false, resolutions: [ResolutionOnRecord] = [],
        isPersonInformed: Bool = false, asked: [ItemCode]? = nil
    ) {
        self.kind = kind
        self.event = event
        self.holder = holder
        self.recipient = recipient
        self.purpose = purpose
        self.items = items
        self.role = role
        self.revokedKey = revokedKey
        self.records = records
        self.breakGlass = breakGlass
        self.asked = asked
        self.isNeededForPublicTask = isNeededForPublicTask
        self.resolutions = resolutions
        self.isPersonInformed = isPersonInformed
    }
}

/// An event and its place in the log. The order of events is the order of their places.
package struct EventReference: Sendable, Hashable, Comparable {
    package var id: UniqueID
    package var index: Int64

    package init(id: UniqueID, index: Int64) {
        self.id = id
        self.index = index
    }

    package static func < (left: EventReference, right: EventReference) -> Bool {
        (left.index, left.id) < (right.index, right.id)
    }
}
