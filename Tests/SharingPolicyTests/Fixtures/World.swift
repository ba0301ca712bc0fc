import Encodings
import SharingPolicy

@testable import SharingModel

let trust = agency("ods:RBS25")
let council = agency("gss:E08000012")
let school = agency("urn:104714")

func agency(_ text: String) -> AgencyID {
    do {
        return try AgencyID(text)
    } catch {
        preconditionFailure("a test names an agency that cannot be: \(error)")
    }
}

/// An event at a place of the log, with an id that shows the place.
func event(_ index: Int64) -> EventReference {
    EventReference(id: id(index), index: index)
}

func id(_ index: Int64) -> UniqueID {
    let digits = String(index)
    let text = "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    return UniqueID(text) ?? UniqueID.random()
}

/// A flow that can be changed. As it stands it permits identity and contact, from the trust to the council, for early
/// help.
struct TestFlow {
    var id = "to-council"
    var from = FlowEnd(agencies: [trust])
    var to = FlowEnd(agencies: [council])
    var purpose: PurposeCode = "early-help"
    var subjects = SubjectRange.anyone
    var items: [ItemCode] = ["identity", "contact"]
    var inseparable: [[ItemCode]] = []
    var article6: LegalCode = "public-task"
    var power: LegalCode? = "children-act-2004-s10"
    var special: SpecialCondition?
    var criminal: CriminalCondition?
    var confidentiality = Confidentiality(gateway: "none-owed")
    var consent = ConsentNeed.notRequired
    var roles: [RoleCode]?
    var openReferral = false
    var maxStaleness: Span?
    var afterDeath = false
    var decide: [RoleCode] = []
    var breakGlass: [RoleCode] = []
    var obligations = FlowObligations(receipt: nil, onward: nil, notifySubject: nil)

    var flow: Flow {
        Flow(
            id: id, from: from, to: to, purpose: purpose, subjects: subjects, items: items, inseparable: inseparable,
            basis: Basis(
                article6: article6, power: power, special: special, criminal: criminal, confidentiality: confidentiality
            ),
            consent: consent,
            conditions: FlowConditions(
                roles: roles, openReferral: openReferral, maxStaleness: maxStaleness, afterDeath: afterDeath),
            decide: decide, breakGlass: breakGlass, obligations: obligations)
    }
}

/// An agreement that can be changed. As it stands it is signed by trust and council, at places 10 and 11, and in force
/// all of 2026.
struct TestAgreement {
    var name: AgreementID = "partnership"
    var version: Int64 = 1
    var nation = "england"
    var parties = [trust, council]
    var from = "2026-01-01"
    var until: String? = "2026-12-31"
    var rightsContact: String?
    var flows = [TestFlow()]
    var signedBy: [AgencyID]?
    var signedUnderRevokedKey: [AgencyID] = []
    var suspended: EventReference?
    var terminated: EventReference?
    var isReadable = true

    var agreement: Agreement {
        Agreement(
            id: name, version: version, title: "test", nation: nation,
            parties: parties.map { .init(agency: $0, role: .controller, signatory: nil) },
            inForce: .init(from: .day(day(from)), until: until.map { .day(day($0)) }, review: nil), dpia: nil,
            contacts: AgreementContacts(rights: rightsContact, breach: nil), flows: flows.map(\.flow))
    }

    var onRecord: AgreementOnRecord {
        let signatures = (signedBy ?? parties).enumerated().map { place, agency in
            AgreementOnRecord.Signature(
                agency: agency, event: event(10 * version + Int64(place)),
                isUnderRevokedKey: signedUnderRevokedKey.contains(agency))
        }
        return AgreementOnRecord(
            name: name, version: version, document: isReadable ? .readable(agreement) : .unreadable,
            signatures: signatures, suspended: suspended, terminated: terminated)
    }
}

/// A question with its facts. As it stands the council's social worker asks the trust for identity and contact, for
/// early help, on 22 November 2026, and gets both.
struct World {
    var question = Question(
        kind: .request, event: event(4711),
        holder: .init(agency: trust, kind: .nhs, isPublicAuthority: true),
        recipient: .init(agency: council, kind: .council, isPublicAuthority: true), purpose: "early-help",
        items: [.init("identity"), .init("contact")], role: "social-worker")
    var agreements = [TestAgreement()]
    var clock = moment("2026-11-22T12:00:00Z")
    var baseline: Baseline? = TestLaw.baseline
    var birth: String?
    var consents: [ConsentOnRecord] = []
    var refusals: [RefusalOnRecord] = []
    var openReferrals: [ReferralOnRecord] = []
    var objections: [ObjectionOnRecord] = []
    var courtOrders: [CourtOrderOnRecord] = []
    var shields: [ShieldOnRecord] = []
    var deaths: [DeathOnRecord] = []
    var capacity: [CapacityOnRecord] = []
    var representatives: [RepresentativeOnRecord] = []
    var bestInterests: [BestInterestsOnRecord] = []
    var received: [ReceivedOnRecord] = []
    var isBirthExpected = false
    var replicas: [Replica] = []

    init() {}

    /// A world of one flow, changed.
    init(_ change: (inout TestFlow) -> Void) { change(&flow) }

    var flow: TestFlow {
        get { agreements[0].flows[0] }
        set { agreements[0].flows[0] = newValue }
    }

    /// Asks for, or offers, these items.
    var items: [ItemCode] {
        get { question.items.map(\.code) }
        set { question.items = newValue.map { .init($0) } }
    }

    var facts: Facts {
        Facts(
            at: question.event.index, clock: clock, policy: "policy", baseline: baseline,
            agreements: agreements.map(\.onRecord),
            birth: birth.map { BirthOnRecord(date: .day(day($0)), event: event(5), isExpected: isBirthExpected) },
            consents: consents, refusals: refusals, openReferrals: openReferrals, objections: objections,
            courtOrders: courtOrders, shields: shields, deaths: deaths, capacity: capacity,
            representatives: representatives, bestInterests: bestInterests, received: received, replicas: replicas)
    }

    var decision: Decision { Judge.decide(question, facts) }

    /// The code of the first item; nil where it is permitted.
    var code: RefusalCode? { decision.items.first?.codes.first }

    var results: [ItemDecision.Result] { decision.items.map(\.result) }
}

/// A consent of the person to the trust's identity and contact going to the council for early help, recorded at a
/// place of the log on 1 March 2026.
func consent(
    _ kind: ConsentKind = .engagement, at index: Int64 = 100, by giver: ConsentGiver = .`self`,
    for purposes: [PurposeCode] = ["early-help"], items: ItemSelection = .all,
    to recipients: [RecipientSelector] = [.agency(council)], holders: [AgencyID]? = nil,
    except exceptions: [ConsentOnRecord.Exception] = [], from: String = "2026-03-01", until: String? = nil,
    withdrawnAt withdrawal: Int64? = nil, isUnderRevokedKey: Bool = false
) -> ConsentOnRecord {
    ConsentOnRecord(
        event: event(index), recorded: moment("2026-03-01T09:00:00Z"), kind: kind, giver: giver, purposes: purposes,
        items: items, recipients: recipients, holders: holders, exceptions: exceptions, from: .day(day(from)),
        until: until.map { .day(day($0)) },
        withdrawal: withdrawal.map { .init(event: event($0), recorded: moment("2026-04-01T09:00:00Z")) },
        isUnderRevokedKey: isUnderRevokedKey)
}

/// A refusal of everything to everybody for early help, recorded on 1 May 2026.
func refusal(
    at index: Int64 = 200, by giver: ConsentGiver = .`self`, for purposes: [PurposeCode] = ["early-help"],
    items: ItemSelection = .all, to recipients: [RecipientSelector] = [.anyone], holders: [AgencyID]? = nil
) -> RefusalOnRecord {
    RefusalOnRecord(
        event: event(index), recorded: moment("2026-05-01T09:00:00Z"), giver: giver, purposes: purposes, items: items,
        recipients: recipients, holders: holders)
}

/// What the holder writes into its own delivery or referral.
enum Records {
    static let withoutConsent = HolderRecords(withoutConsent: .wouldPrejudiceProtection)
    static let publicInterest = HolderRecords(
        publicInterest: PublicInterest(grounds: "risk", by: .named("a"), office: "caldicott guardian"))
    static let both = HolderRecords(
        withoutConsent: .cannotBeGiven, publicInterest: publicInterest.publicInterest)
}
