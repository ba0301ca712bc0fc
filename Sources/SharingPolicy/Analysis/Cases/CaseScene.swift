import Encodings
import SharingModel

/// A case as the judge wants it: a question with its facts. Events that the case implies get a place in a log of their own: consents and
/// refusals in the order of the moments at which they were recorded, everything else in the order in which it is listed.
struct CaseScene {
    let question: Question
    let facts: Facts

    /// The event decided comes after every other.
    private static let decided: Int64 = 1_000_000

    init(_ policyCase: PolicyCase, _ library: inout CaseLibrary) throws(CaseLibraryProblem) {
        let given = policyCase.given
        let when = policyCase.when
        let baseline = try library.baseline(given.baseline, of: policyCase.file)
        let zone = baseline.timeZone
        var agreements: [AgreementOnRecord] = []
        for (number, part) in given.agreements.enumerated() {
            let agreement = try library.agreement(part.document, of: policyCase.file)
            agreements.append(Self.onRecord(agreement, part, first: Int64(1000 * (number + 1))))
        }
        let places = Self.places(of: given, in: zone)
        question = Self.question(when, given)
        facts = Facts(
            at: Self.decided, clock: given.clock.start(in: zone), policy: "", baseline: baseline,
            agreements: agreements,
            birth: given.born.map {
                BirthOnRecord(date: $0.date, event: Self.event(500), isExpected: $0.isExpected)
            },
            consents: zip(given.consents, places.consents).map { Self.onRecord($0, at: $1, in: zone) },
            refusals: zip(given.refusals, places.refusals).map { Self.onRecord($0, at: $1, in: zone) },
            openReferrals: given.referrals.enumerated().map { number, referral in
                ReferralOnRecord(
                    event: Self.event(900_000 + Int64(number)), from: referral.from, to: referral.to)
            }, objections: Self.onRecord(given.objections), courtOrders: Self.onRecord(given.courtOrders),
            shields: Self.onRecord(given.shields), deaths: Self.onRecord(given.deaths),
            capacity: Self.onRecord(given.capacity), representatives: Self.onRecord(given.representatives),
            bestInterests: Self.onRecord(given.bestInterests), received: Self.onRecord(given.received),
            replicas: given.replicas)
    }

    private static func question(_ when: CaseQuestion, _ given: CaseFacts) -> Question {
        Question(
            kind: kind(of: when.act), event: event(decided), holder: party(when.from, given),
            recipient: party(when.to, given), purpose: when.purpose,
            items: when.items.map { Question.Item($0, isNoneKnown: when.noneKnown.contains($0)) }, role: when.role,
            revokedKey: when.keyRevoked ? event(999_999) : nil, records: when.records, breakGlass: when.breakGlass,
            isNeededForPublicTask: when.publicTask,
            resolutions: when.resolutions.enumerated().map { number, resolution in
                ResolutionOnRecord(
                    event: event(950_000 + Int64(number)), role: resolution.role, items: resolution.items,
                    records: resolution.records, isUnderRevokedKey: resolution.keyRevoked)
            }, isPersonInformed: when.informed)
    }

    private static func kind(of act: CaseQuestion.Act) -> Question.Kind {
        switch act {
        case .request: .request
        case .referral: .referral
        case .delivery: .delivery
        }
    }

    private static func party(_ agency: AgencyID, _ given: CaseFacts) -> Question.Party {
        let known = given.agencies[agency]
        return Question.Party(
            agency: agency, kind: known?.kind ?? .private, isPublicAuthority: known?.publicAuthority ?? false,
            ended: known?.ended == true ? event(999_998) : nil, dpoContact: known?.dpo,
            safeguardingContact: known?.safeguarding)
    }

    private static func onRecord(_ agreement: Agreement, _ part: CaseAgreement, first: Int64) -> AgreementOnRecord {
        let signatories = part.signedBy ?? agreement.parties.map(\.agency)
        return AgreementOnRecord(
            name: agreement.id, version: agreement.version,
            document: part.unreadable ? .unreadable : .readable(agreement),
            signatures: signatories.enumerated().map { number, agency in
                AgreementOnRecord.Signature(agency: agency, event: event(first + Int64(number)))
            }, suspended: part.suspended ? event(first + 900) : nil,
            terminated: part.terminated ? event(first + 901) : nil)
    }

    private static func onRecord(_ consent: CaseConsent, at place: Int64, in zone: SiteTimeZone) -> ConsentOnRecord {
        ConsentOnRecord(
            event: event(place), recorded: (consent.recorded ?? consent.from).start(in: zone), kind: consent.kind,
            giver: consent.giver, purposes: consent.purposes, items: consent.items, recipients: consent.recipients,
            holders: consent.holders, exceptions: consent.exceptions.map { .init(to: $0.to, items: $0.items) },
            from: consent.from, until: consent.until,
            withdrawal: consent.withdrawn.map { .init(event: event(place + 1), recorded: $0.start(in: zone)) },
            isUnderRevokedKey: consent.keyRevoked)
    }

    private static func onRecord(_ refusal: CaseRefusal, at place: Int64, in zone: SiteTimeZone) -> RefusalOnRecord {
        RefusalOnRecord(
            event: event(place), recorded: refusal.recorded.start(in: zone), giver: refusal.by,
            purposes: refusal.purposes, items: refusal.items, recipients: refusal.recipients, holders: refusal.holders)
    }

    /// Places in the log for consents and refusals, in the order in which they were recorded; as listed where that is the same moment.
    private static func places(
        of given: CaseFacts, in zone: SiteTimeZone
    ) -> (consents: [Int64], refusals: [Int64]) {
        let moments =
            given.consents.map { ($0.recorded ?? $0.from).start(in: zone) }
            + given.refusals.map { $0.recorded.start(in: zone) }
        var places = [Int64](repeating: 0, count: moments.count)
        let order = moments.indices.sorted { (moments[$0], $0) < (moments[$1], $1) }
        for (rank, number) in order.enumerated() { places[number] = 100_000 + 2 * Int64(rank) }
        return (Array(places.prefix(given.consents.count)), Array(places.dropFirst(given.consents.count)))
    }

    static func event(_ place: Int64) -> EventReference { EventReference(id: .made(place), index: place) }
}

extension UniqueID {
    /// The id of an event that is only supposed: it ends in a number.
    static func made(_ number: Int64) -> UniqueID {
        let digits = String(number)
        let text = "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        return UniqueID(text) ?? .random()
    }
}
