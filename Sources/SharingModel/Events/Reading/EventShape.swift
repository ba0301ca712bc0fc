import Encodings

/// How events of one type are checked and read. Made once for each type.
struct EventShape: Sendable {
    /// The whole signed payload.
    let schema: Schema
    let readData: @Sendable (JSON, ReadingReport) -> EventData?

    /// Every known type's shape.
    static let known: [EventType: EventShape] = Dictionary(
        uniqueKeysWithValues: EventType.allCases.map { ($0, EventShape(of: $0)) })

    /// A type outside `sharing.`: any object as data, no content.
    static let foreign = EventShape(
        schema: EnvelopeMembers.schema(
            type: nil, subject: .nullable(Field<PersonIdentifier>.person.schema()), data: .openObject)
    ) { _, _ in .foreign }

    private init(schema: Schema, readData: @escaping @Sendable (JSON, ReadingReport) -> EventData?) {
        self.schema = schema
        self.readData = readData
    }

    private init(of type: EventType) {
        let data = DataField.field(of: type)
        schema = EnvelopeMembers.schema(
            type: type,
            subject: type.isAboutPerson
                ? Field<PersonIdentifier>.person.schema()
                : .nothing("this type of event is about no person; leave `subject` out"),
            data: data.schema())
        readData = data.read
    }
}

/// The CloudEvents attributes of a payload.
struct EnvelopeMembers: Record {
    let id: UniqueID
    let source: AgencyID
    let site: String
    let type: String
    let time: Instant
    let subject: PersonIdentifier?
    let cause: UniqueID?

    enum SpecVersion: String, CaseIterable, Sendable { case one = "1.0" }
    enum ContentType: String, CaseIterable, Sendable { case json = "application/json" }
    enum DigestAlgorithm: String, CaseIterable, Sendable { case sha256 = "sha-256" }

    init(reading members: inout MemberReader) {
        _ = members.required("specversion", Field<SpecVersion>.oneOf())
        id = members.required("id", .uuid)
        source = members.required("source", .author)
        site = members.required("site", .origin)
        type = members.required("type", .label)
        time = members.required("time", .time)
        subject = members.optional("subject", .nullable(.person)) ?? nil
        _ = members.required("datacontenttype", Field<ContentType>.oneOf())
        _ = members.required("data", .anything)
        cause = members.optional("cause", .uuid)
        _ = members.optional("_sd_alg", Field<DigestAlgorithm>.oneOf())
    }

    var envelope: Envelope {
        Envelope(id: id, source: source, site: site, type: type, time: time, subject: subject, cause: cause)
    }

    /// The same members, with what a type says about three of them.
    static func schema(type: EventType?, subject: Schema, data: Schema) -> Schema {
        var shape = described().shape
        shape.members = shape.members.map { member in
            switch member.name {
            case "type":
                ObjectShape.Member(
                    name: "type", schema: type.map { .oneOf([$0.rawValue]) } ?? member.schema, required: true)
            case "subject":
                ObjectShape.Member(name: "subject", schema: subject, required: type?.isAboutPerson == true)
            case "data": ObjectShape.Member(name: "data", schema: data, required: true)
            default: member
            }
        }
        return .object(shape)
    }
}

/// Which members each type's data has.
enum DataField {
    static func field(of type: EventType) -> Field<EventData> {
        switch type {
        case .siteFounded: of(EventData.siteFounded)
        case .agencyRegistered: of(EventData.agencyRegistered)
        case .agencyEnded: of(EventData.agencyEnded)
        case .keyEnrolled: of(EventData.keyEnrolled)
        case .keyRevoked: of(EventData.keyRevoked)
        case .checkpointKeyRotated: of(EventData.checkpointKeyRotated)
        case .hpkeKeyRotated: of(EventData.hpkeKeyRotated)
        case .peerAdded: of(EventData.peerAdded)
        case .peerRemoved: of(EventData.peerRemoved)
        case .syncAdvanced: of(EventData.syncAdvanced)
        case .baselineAdopted: of(EventData.baselineAdopted)
        case .forkDetected: of(EventData.forkDetected)
        case .agreementProposed: of(EventData.agreementProposed)
        case .agreementSigned: of(EventData.agreementSigned)
        case .agreementSuspended: of { .agreementChanged(($0 as AgreementChangeMembers).change(.suspended)) }
        case .agreementResumed: of { .agreementChanged(($0 as AgreementChangeMembers).change(.resumed)) }
        case .agreementTerminated: of { .agreementChanged(($0 as AgreementChangeMembers).change(.terminated)) }
        case .subjectDescribed: of(EventData.subjectDescribed)
        case .subjectLinked: of(EventData.subjectLinked)
        case .subjectUnlinked: of(EventData.subjectUnlinked)
        case .subjectMerged: of(EventData.subjectMerged)
        case .subjectSevered: of(EventData.subjectSevered)
        case .subjectDeceased: of(EventData.subjectDeceased)
        case .subjectShielded: of(EventData.subjectShielded)
        case .subjectUnshielded: of(EventData.subjectUnshielded)
        case .representativeRecorded: of(EventData.representativeRecorded)
        case .representativeEnded: ended(EndedRepresentative.self, EventData.representativeEnded)
        case .capacityAssessed: of(EventData.capacityAssessed)
        case .bestInterestsDecided: of(EventData.bestInterestsDecided)
        case .courtOrderRecorded: of(EventData.courtOrderRecorded)
        case .courtOrderDischarged: ended(EndedOrder.self, EventData.courtOrderDischarged)
        case .statusRecorded: of(EventData.statusRecorded)
        case .statusEnded: ended(EndedStatus.self, EventData.statusEnded)
        case .consentGiven: of(EventData.consentGiven)
        case .consentWithdrawn: of(EventData.consentWithdrawn)
        case .consentRefused: of(EventData.consentRefused)
        case .objectionRaised: of(EventData.objectionRaised)
        case .objectionUpheld: objection(.upheld)
        case .objectionOverridden: objection(.overridden)
        case .objectionLifted: objection(.lifted)
        case .involvementStarted: of(EventData.involvementStarted)
        case .involvementEnded: ended(EndedInvolvement.self, EventData.involvementEnded)
        case .leadAssigned: of(EventData.leadAssigned)
        case .leadEnded: ended(EndedLead.self, EventData.leadEnded)
        case .referralSubmitted: of(EventData.referralSubmitted)
        case .referralInfoProvided: of(EventData.referralInfoProvided)
        case .referralReceived: plain(.received)
        case .referralAcknowledged: plain(.acknowledged)
        case .referralInfoRequested: plain(.infoRequested)
        case .referralTriaged: plain(.triaged)
        case .referralAccepted: plain(.accepted)
        case .referralEscalated: plain(.escalated)
        case .referralReopened: plain(.reopened)
        case .referralDeclined: reasoned(.declined)
        case .referralClosed: reasoned(.closed)
        case .referralWithdrawn: reasoned(.withdrawn)
        case .referralRedirected: of { .referralTransition(($0 as Redirection).transition) }
        case .assessmentStarted: work(.assessmentStarted)
        case .assessmentCompleted: work(.assessmentCompleted)
        case .planMade: work(.planMade)
        case .planEnded: work(.planEnded)
        case .disclosureRequested: of(EventData.disclosureRequested)
        case .disclosureDecided: of(EventData.disclosureDecided)
        case .disclosureDelivered: of(EventData.disclosureDelivered)
        case .disclosureReceipted: of(EventData.disclosureReceipted)
        case .disclosureDisputed: of(EventData.disclosureDisputed)
        case .disclosureRecalled: of(EventData.disclosureRecalled)
        case .disclosureResolved: of(EventData.disclosureResolved)
        case .disclosureRecorded: of(EventData.disclosureRecorded)
        case .contentOpened: of(EventData.contentOpened)
        case .reviewCompleted: of(EventData.reviewCompleted)
        }
    }

    private static func of<Data: Record>(_ make: @escaping @Sendable (Data) -> EventData) -> Field<EventData> {
        Field<Data>.record().map(make)
    }

    private static func ended<Noun: EndedNoun>(
        _ noun: Noun.Type, _ make: @escaping @Sendable (RecordEnded) -> EventData
    ) -> Field<EventData> {
        of { make(($0 as EndingMembers<Noun>).ending) }
    }

    private static func objection(_ verb: ObjectionChange.Verb) -> Field<EventData> {
        of { .objectionChanged(($0 as ObjectionChangeMembers).change(verb)) }
    }

    private static func work(_ step: CaseworkVerb) -> Field<EventData> {
        of { .referralWork(($0 as ReferralWorkMembers).work(step)) }
    }

    private static func plain(_ verb: ReferralVerb) -> Field<EventData> {
        of { .referralTransition(($0 as PlainStep).transition(verb)) }
    }

    private static func reasoned(_ verb: ReferralVerb) -> Field<EventData> {
        of { .referralTransition(($0 as ReasonedStep).transition(verb)) }
    }
}
