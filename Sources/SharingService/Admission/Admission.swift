package import Encodings
import EventStore
import Projections
package import SharingModel
package import SharingPolicy

/// What an event that may be recorded brings with it.
struct Admitted {
    /// Who may read its entry, the author not yet counted in.
    var audience: Audience
    /// What is to be decided, if anything is.
    var question: DecisionTask?

    enum Audience {
        case everybody
        case agencies([AgencyID])
    }
}

/// A question for the judge that an event raises, and what a permit releases.
package struct DecisionTask {
    package var kind: Question.Kind
    package var holder: AgencyID
    package var recipient: AgencyID
    package var purpose: PurposeCode
    package var items: [Question.Item]
    package var role: RoleCode
    /// The key under which a delivery's request was made.
    package var requestKey: String?
    package var records = HolderRecords()
    /// The asker's, on a request and on a delivery that answers one.
    package var breakGlass: BreakGlass?
    /// For a delivery that answers a request: what was asked for.
    package var asked: [ItemCode]?
    package var isNeededForPublicTask = false
    /// The event says that the person was told.
    package var isPersonInformed = false
    /// What people of the holder settled before, in the order of the log.
    package var resolutions: [ResolutionOnRecord] = []
    /// What one of them settles with the very event that is decided.
    package var resolving: DisclosureResolved?
    /// The event with content that a permit releases; nil on a request, which releases nothing yet.
    package var releases: UniqueID?

    package init(
        kind: Question.Kind, holder: AgencyID, recipient: AgencyID, purpose: PurposeCode, items: [Question.Item],
        role: RoleCode, requestKey: String? = nil, records: HolderRecords = HolderRecords(),
        breakGlass: BreakGlass? = nil, isNeededForPublicTask: Bool = false, isPersonInformed: Bool = false,
        resolutions: [ResolutionOnRecord] = [], resolving: DisclosureResolved? = nil, releases: UniqueID? = nil
    ) {
        self.kind = kind
        self.holder = holder
        self.recipient = recipient
        self.purpose = purpose
        self.items = items
        self.role = role
        self.requestKey = requestKey
        self.records = records
        self.breakGlass = breakGlass
        self.isNeededForPublicTask = isNeededForPublicTask
        self.isPersonInformed = isPersonInformed
        self.resolutions = resolutions
        self.resolving = resolving
        self.releases = releases
    }
}

/// Whether an event may be recorded at this very position: the rules of the event table in DOMAIN section 2, read off the projections as
/// they are after the event before it.
///
/// It writes nothing. Rules that need a noun's projections stand in a file of that noun.
struct Admission {
    let reader: ProjectionReader
    let keys: KeyBook
    let vault: Vault
    /// This site as an author.
    let site: AgencyID
    let origin: String
    let baseline: Baseline?
    /// What the event will be recorded at.
    let now: Instant
    let context: AdmissionContext

    /// - Parameter isOwn: the site made it itself, just now.
    /// - Throws: `Rejection`, when the event may not be recorded; anything else means that the store cannot be read.
    func admit(_ event: SharingEvent, kid: Thumbprint, isOwn: Bool = false) throws -> Admitted {
        if isOwn, case .contentOpened(let data) = event.data { return try opened(data) }
        if isOwn, let admitted = try admittedOwn(event) { return admitted }
        let admitted = try admitted(event, kid: kid)
        if event.namesPupil, !event.saysNo { try checkPupilReaders(admitted) }
        return admitted
    }

    /// Holds an event that another site recorded against the rules of that site. That its key was valid there was verified with its signature.
    func admit(arrived event: SharingEvent, kid: Thumbprint) throws -> Admitted {
        try checkAuthor(event, kid)
        return try check(event)
    }

    private func admitted(_ event: SharingEvent, kid: Thumbprint) throws -> Admitted {
        try checkKey(event, kid)
        try checkEnvelope(event)
        try checkAuthor(event, kid)
        return try check(event)
    }

    private func check(_ event: SharingEvent) throws -> Admitted {
        try checkIdentifiers(event)
        switch event.data {
        case .siteFounded, .checkpointKeyRotated, .disclosureDecided, .contentOpened, .syncAdvanced, .hpkeKeyRotated:
            throw Rejection(.forbidden, "site-only", "only the site itself records events of this type")
        case .forkDetected(let data): try check(data)
        case .peerAdded(let data): try check(data)
        case .peerRemoved(let data): try check(data)
        case .agencyRegistered(let data): try check(data)
        case .agencyEnded(let data): try check(data)
        case .keyEnrolled(let data): try check(data)
        case .keyRevoked(let data): try check(data)
        case .baselineAdopted(let data): try check(data)
        case .subjectDescribed, .consentRefused, .subjectDeceased,
            .representativeRecorded, .capacityAssessed, .bestInterestsDecided, .statusRecorded, .leadAssigned, .foreign:
            break
        case .subjectLinked(let data): try check(data)
        case .subjectUnlinked:
            throw Rejection(
                .invalid, "not-taken",
                "this release does not take identifiers back; have an IG lead record `subject.severed` where two persons were taken for one"
            )
        case .subjectMerged(let data): try check(data, isMerging: true, event)
        case .subjectSevered(let data): try check(data, isMerging: false, event)
        case .subjectShielded(let data): try checkHolders(data.holders)
        case .subjectUnshielded(let data): try checkUnshield(data, event)
        case .courtOrderRecorded(let data): try checkHolders(data.holders)
        case .objectionRaised(let data): try checkHolders(data.holders)
        case .objectionChanged(let data): try change(data, event)
        case .involvementStarted(let data): try check(data, event)
        case .representativeEnded(let data):
            try checkEnding(data, of: .representative, member: "representative", event)
        case .courtOrderDischarged(let data): try checkEnding(data, of: .courtOrder, member: "order", event)
        case .statusEnded(let data): try checkEnding(data, of: .status, member: "status", event)
        case .involvementEnded(let data): try checkEnding(data, of: .involvement, member: "involvement", event)
        case .leadEnded(let data): try checkEnding(data, of: .lead, member: "lead", event)
        case .referralWork(let data): return try work(data, event)
        case .disclosureResolved(let data): return try resolve(data, event)
        case .reviewCompleted(let data): return try review(data, event)
        case .agreementProposed(let data): try check(data, by: event.envelope.source)
        case .agreementSigned(let data): try check(data, by: event.envelope.source)
        case .agreementChanged(let data): try check(data)
        case .consentGiven: break
        case .consentWithdrawn(let data): return try withdraw(data, event)
        case .referralSubmitted(let data): return try submit(data, event)
        case .referralInfoProvided(let data): return try provide(data, event)
        case .referralTransition(let data): return try move(data, event)
        case .disclosureRequested(let data): return try request(data, event)
        case .disclosureDelivered(let data): return try deliver(data, event)
        case .disclosureReceipted(let data):
            let admitted = try onDelivery(data.delivery, event)
            try checkDigest(data.digest)
            return admitted
        case .disclosureDisputed(let data): return try onDelivery(data.delivery, event)
        case .disclosureRecalled(let data): return try onDelivery(data.delivery, event)
        case .disclosureRecorded(let data): try checkEnrolled(data.from == event.envelope.source ? data.to : data.from)
        }
        return Admitted(audience: try audience(of: event))
    }

    private func checkKey(_ event: SharingEvent, _ kid: Thumbprint) throws {
        guard let key = keys[kid] else { throw Rejection.unknownKey }
        if let end = key.end { throw Rejection(end.reason) }
        guard key.agency == event.envelope.source else {
            throw Rejection.sourceNotOfKey
        }
    }

    private func checkEnvelope(_ event: SharingEvent) throws {
        guard event.envelope.site == origin else {
            throw Rejection.invalid("/site", "other-site", "the event is for another site; this one is `\(origin)`")
        }
        guard event.envelope.cause != event.envelope.id else {
            throw Rejection.invalid("/cause", "cyclic-reference", "an event does not follow from itself")
        }
        guard event.envelope.time <= now.adding(seconds: ServiceLimits.clockAheadSeconds) else {
            throw Rejection.invalid(
                "/time", "time-ahead",
                "the time is more than \(ServiceLimits.clockAheadSeconds / 60) minutes ahead of this site's clock; set the clock right"
            )
        }
    }

    /// Pupil numbers are for education bodies; a local number is its own agency's, which must be known here.
    private func checkIdentifiers(_ event: SharingEvent) throws {
        for identifier in event.identifiers {
            if let owner = identifier.agency, try reader.agency(owner) == nil {
                throw Rejection.invalid(
                    "/subject", "unknown-agency", "the agency whose local number this is has not been registered here")
            }
            guard identifier.scheme == .upn else { continue }
            let author = try reader.agency(event.envelope.source)
            guard let baseline, let author,
                mayUse(identifier, authorKind: author.kind, actorRole: event.actor?.role, baseline: baseline)
            else {
                throw Rejection.invalid(
                    "/subject", "identifier-not-allowed",
                    "unique pupil numbers are taken from education bodies and councils' education roles only; use another identifier"
                )
            }
        }
    }

    /// A pupil number is shown to education bodies and councils only, so none of those who will read the event may be anything else.
    private func checkPupilReaders(_ admitted: Admitted) throws {
        var readers: [AgencyID] = []
        if case .agencies(let agencies) = admitted.audience { readers = agencies }
        readers += admitted.question.map { [$0.holder, $0.recipient] } ?? []
        for agency in readers where agency != site {
            try checkMayBeShownPupilNumbers(agency, at: "/subject")
        }
    }

    func checkMayBeShownPupilNumbers(_ agency: AgencyID, at pointer: String) throws {
        guard let kind = try reader.agency(agency)?.kind, kind != .education, kind != .council else { return }
        throw Rejection.invalid(
            pointer, "identifier-not-allowed",
            "unique pupil numbers are shown to education bodies and councils only, and \(agency) would read this one; use another identifier"
        )
    }

    /// - Parameter mayHaveEnded: where the judge answers for an agency that has ended, with a reason and a contact (DOMAIN 5.1).
    func checkEnrolled(_ agency: AgencyID, at pointer: String = "/data/to", mayHaveEnded: Bool = true) throws {
        guard let row = try reader.agency(agency), mayHaveEnded || row.ended == nil else {
            throw Rejection.invalid(pointer, "unknown-agency", "no such agency is registered here")
        }
    }

    /// The person of an event that refers to another must be the person of that other event.
    func checkSamePerson(_ event: SharingEvent, as subject: SubjectReference) throws {
        guard let own = try self.subject(of: event), try reader.persons(with: subject).contains(own) else {
            throw Rejection.invalid(
                "/subject", "other-person", "the event that this one refers to is about another person")
        }
    }

    /// One answer whether the thing is not there or not for this author.
    func unknown(_ noun: String) -> Rejection {
        .invalid("/data/\(noun)", "unknown-reference", "no such \(noun) is known to the author of this event")
    }
}
