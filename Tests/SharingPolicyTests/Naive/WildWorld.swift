import Encodings
import SharingPolicy
import Support

@testable import SharingModel

/// Worlds in which everything happens that a decision looks at: those of ``RandomWorld``, and over them whatever it leaves out. Half of
/// them are calm in one way or another, so that the later steps are reached too.
struct WildWorld {
    private var generator: SeededGenerator
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        generator = SeededGenerator(seed: seed ^ 0x77_69_6C_64)
    }

    mutating func world() -> World {
        var random = RandomWorld(seed: seed)
        var world = random.world()
        world.baseline = chance(2) ? nil : Self.baseline
        world.clock = chance(75) ? world.clock : pick(Self.clocks)
        asking(in: &world)
        for agreement in world.agreements.indices {
            if chance(4) { world.agreements[agreement].signedBy = [trust] }
            if chance(4) { world.agreements[agreement].from = "2026-11-22" }
            if chance(4) { world.agreements[agreement].parties = [trust, council, school] }
            if chance(3) { world.agreements[agreement].name = "shared" }
            for flow in world.agreements[agreement].flows.indices {
                change(&world.agreements[agreement].flows[flow])
            }
        }
        person(in: &world)
        bars(in: &world)
        holdersPeople(in: &world)
        calm(&world)
        return world
    }

    private mutating func asking(in world: inout World) {
        if chance(2) { world.question.revokedKey = event(90) }
        if chance(1) { world.question.holder.ended = event(91) }
        if chance(1) { world.question.recipient.ended = event(92) }
        if chance(12) {
            world.question.recipient = .init(
                agency: school, kind: pick([.education, .police]), isPublicAuthority: chance(50))
        }
        world.question.isNeededForPublicTask = chance(30)
        world.question.isPersonInformed = chance(20)
        if chance(10) { world.question.purpose = pick(["continuing-care", "safeguarding-children", "unheard-of"]) }
        if chance(25) { world.question.items.append(.init(pick(["education.send", "informant", "referral.summary"]))) }
        if chance(15) {
            world.question.items.append(.init(pick(["education", "health", "contact"]), isNoneKnown: true))
        }
        if chance(50), world.question.breakGlass == nil, world.question.kind != .referral, chance(30) {
            world.question.breakGlass = brokenGlass
            if world.question.kind == .delivery, chance(60) {
                world.question.asked = pick([["identity"], ["contact"], ["health"], ["risk", "identity"]])
            }
        }
    }

    private mutating func change(_ flow: inout TestFlow) {
        if chance(5) { flow.id = pick(["a", "z"]) + flow.id }
        if chance(6) { flow.from = FlowEnd(kinds: [pick([.nhs, .police])]) }
        if chance(6) { flow.to = FlowEnd(kinds: [pick([.council, .education])]) }
        if chance(15) { flow.items.append(pick(["education.send", "education", "informant", "referral", "unknown"])) }
        if chance(10) { flow.subjects = pick([SubjectRange(from: 16, to: nil), SubjectRange(from: 5, to: 16)]) }
        if chance(10) { flow.roles = pick([["nurse"], ["seer"], ["social-worker", "nurse"]]) }
        if chance(10) { flow.power = pick([nil, "repealed", "scottish", "not-yet", "ends-in-december"]) }
        if chance(8) {
            flow.article6 = pick(["recognised-legitimate-interest", "not-yet", "legal-obligation", "unheard-of"])
        }
        if chance(15) { flow.special = pick(Self.specials) }
        if chance(15) { flow.criminal = pick(Self.criminals) }
        if chance(20) { flow.confidentiality = pick(Self.gateways) }
        if chance(8) { flow.breakGlass = ["social-worker", "nurse", "seer"] }
        if chance(8) { flow.decide = ["nurse", "seer"] }
        if chance(8) { flow.inseparable.append(pick(Self.groups)) }
        if chance(10) { flow.maxStaleness = Span(pick(["5m", "15m"])) }
        flow.obligations = FlowObligations(
            receipt: chance(30) ? Span(pick(["72h", "24h"])) : nil, onward: chance(30) ? pick(["none", "ask"]) : nil,
            notifySubject: chance(30) ? pick([.yes, .no("would-prejudice-protection")]) : nil,
            retention: chance(20) ? Span("365d") : nil)
    }

    private mutating func person(in world: inout World) {
        if chance(40) { world.birth = pick(Self.births) }
        if chance(4) {
            world.isBirthExpected = true
            world.birth = pick(["2026-12-24", "2026-11-01"])
        }
        for place in world.consents.indices {
            if chance(15) {
                world.consents[place].giver = pick([.attorneyHealthWelfare, .deputyHealthWelfare, .localAuthority])
            }
            if chance(15) {
                world.consents[place].recorded = moment(pick(["2026-11-02T09:00:00Z", "2026-06-27T09:00:00Z"]))
                world.consents[place].from = .time(world.consents[place].recorded)
            }
            if chance(30) { world.consents[place].items = pick([.all, .codes(["education"]), .codes(["health"])]) }
            if chance(30) { world.consents[place].recipients = [.agency(council), .kind(.education)] }
        }
        for place in world.refusals.indices {
            if chance(25) {
                world.refusals[place].giver = pick([.attorneyHealthWelfare, .deputyHealthWelfare, .localAuthority])
            }
            if chance(30) {
                world.refusals[place].recorded = moment(pick(["2024-05-01T09:00:00Z", "2026-11-02T09:00:00Z"]))
            }
            if chance(10) { world.refusals[place].holders = [pick([trust, school])] }
        }
        if chance(15) {
            for place in 0..<pick([1, 2, 2, 3]) {
                world.capacity.append(
                    assessment(
                        pick([.has, .lacks]), pick([.gillick, .mca]), at: 336 + Int64(place) * 3,
                        isUnderRevokedKey: chance(20)))
            }
        }
        if chance(20) {
            for place in 0..<pick([1, 1, 2]) {
                world.representatives.append(
                    RepresentativeOnRecord(
                        event: event(384 + Int64(place)), basis: pick(RepresentativeBasis.allCases),
                        until: chance(30) ? .day(day(pick(["2026-10-01", "2027-10-01"]))) : nil,
                        ended: chance(20) ? event(390 + Int64(place)) : nil, isUnderRevokedKey: chance(20)))
            }
        }
        if chance(15) {
            world.bestInterests.append(
                BestInterestsOnRecord(
                    event: event(352), purposes: [world.question.purpose], items: pick([.all, .codes(["health"])]),
                    recipients: [pick([.anyone, .kind(.education)])], isUnderRevokedKey: chance(20)))
        }
        if chance(10) { world.replicas.append(Replica(origin: "far", size: 2, asOf: moment("2026-11-22T11:40:00Z"))) }
    }

    private mutating func bars(in world: inout World) {
        if chance(10) {
            var objection = objection(
                at: 400, pick([[.upheld], [.upheld, .overridden], [.overridden, .upheld]]),
                for: [world.question.purpose], items: pick([.all, .codes(["health"])]),
                to: [pick([.anyone, .kind(.council)])], holders: chance(30) ? [pick([trust, school])] : nil)
            for place in objection.changes.indices { objection.changes[place].isUnderRevokedKey = chance(20) }
            world.objections.append(objection)
        }
        if chance(10) {
            world.courtOrders.append(
                order(
                    pick([.prohibits, .requires, .requires]), at: 410, items: pick([.all, .codes(["health"])]),
                    to: [pick([.anyone, .kind(.council), .agency(school)])],
                    holders: chance(30) ? [pick([trust, school])] : nil,
                    until: chance(30) ? pick(["2026-10-01", "2026-11-22"]) : nil,
                    dischargedAt: chance(30) ? 415 : nil, dischargeIsTrusted: chance(60), isUnderRevokedKey: chance(20))
            )
        }
        if chance(8) {
            for place in 0..<pick([1, 2, 3]) {
                world.shields.append(
                    shield(
                        at: 311 + 5 * Int64(place), by: pick([trust, council]),
                        against: pick([.everybody, .agencies([council, school])]),
                        holders: chance(30) ? [pick([trust, school])] : nil, isLifting: chance(50),
                        isUnderRevokedKey: chance(25)))
            }
        }
        if chance(5) {
            world.received.append(
                ReceivedOnRecord(event: event(372), from: council, items: ["health.summary", "identity", "contact"]))
        }
    }

    private mutating func holdersPeople(in world: inout World) {
        guard chance(25) else { return }
        for place in 0..<pick([1, 1, 2]) {
            let items = pick(
                [["health"], ["identity", "contact"], ["risk.to-child"], ["health.summary"]] as [[ItemCode]])
            world.question.resolutions.append(
                resolution(
                    at: 365 + Int64(place), by: pick(["guardian", "manager", "nurse", "seer"]), items,
                    pick([.permitted, .permitted, .withheld]),
                    exception: chance(50) ? pick(["person-objects", "detrimental-to-child"]) : nil,
                    records: HolderRecords(
                        withoutConsent: chance(30) ? .notReasonableToObtain : nil,
                        publicInterest: chance(30) ? Records.publicInterest.publicInterest : nil,
                        oneOff: chance(30) ? someOneOff() : nil), isUnderRevokedKey: chance(20)))
        }
        if world.question.kind.isPush, chance(50) {
            let records = world.question.records
            world.question.records = HolderRecords(
                withoutConsent: records.withoutConsent, publicInterest: records.publicInterest, oneOff: someOneOff())
        }
    }

    private mutating func someOneOff() -> OneOff {
        oneOff(
            article6: pick(["public-task", "public-task", "consent", "legal-obligation"]), special: pick(Self.specials),
            confidentiality: pick(["none-owed", "none-owed", "public-interest", "consent"]))
    }

    /// Takes away what would hide the later steps.
    private mutating func calm(_ world: inout World) {
        if chance(60) { world.objections = [] }
        if chance(60) { world.deaths = [] }
        if chance(70) { (world.shields, world.courtOrders) = ([], world.courtOrders.filter { $0.effect == .requires }) }
        guard chance(50) else { return }
        for agreement in world.agreements.indices {
            for flow in world.agreements[agreement].flows.indices where chance(60) {
                world.agreements[agreement].flows[flow].purpose = world.question.purpose
                world.agreements[agreement].flows[flow].consent = .notRequired
            }
        }
        if chance(50) { world.refusals = [] }
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &generator)]
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
}

extension WildWorld {
    /// The tests' law with an item that only a flow may name.
    static let baseline: Baseline = {
        let law = TestLaw.baseline
        var items = law.items.items
        items["informant"] = .init(title: "", class: .ordinary)
        return Baseline(
            id: law.id, version: law.version, title: law.title, nation: law.nation, timeZone: law.timeZone,
            items: ItemTree(items), purposes: law.purposes, roles: law.roles, article6: law.article6,
            article9: law.article9, schedule1: law.schedule1, powers: law.powers, confidentiality: law.confidentiality,
            statutes: law.statutes, duties: law.duties, shareFirst: law.shareFirst, clocks: law.clocks,
            bankHolidays: law.bankHolidays)
    }()

    private static let clocks = [
        "2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00Z", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00Z",
        "2026-06-26T22:59:59Z", "2026-06-26T23:00:00Z", "2026-11-01T12:00:00Z",
    ].map(moment)

    private static let births = [
        "2010-11-22", "2010-11-23", "2008-11-22", "2008-11-23", "2010-06-30", "2010-08-31", "2010-09-01", "2009-09-01",
        "2008-02-29", "2012-02-29", "1940-01-01",
    ]

    private static let policyDocument = DocumentReference(ref: "APD-7", date: nil)

    private static let specials: [SpecialCondition?] = [
        nil, SpecialCondition(article9: "not-yet"), SpecialCondition(article9: "explicit-consent"),
        SpecialCondition(article9: "health-or-social-care"),
        SpecialCondition(article9: "health-or-social-care", schedule1: "care"),
        SpecialCondition(article9: "health-or-social-care", schedule1: "not-yet"),
        SpecialCondition(article9: "health-or-social-care", schedule1: "safeguarding", policyDocument: policyDocument),
        SpecialCondition(article9: "substantial-public-interest", schedule1: "safeguarding"),
        SpecialCondition(
            article9: "substantial-public-interest", schedule1: "safeguarding", policyDocument: policyDocument),
    ]

    private static let criminals: [CriminalCondition?] = [
        nil, .officialAuthority, .schedule1("safeguarding", policyDocument: policyDocument),
        .schedule1("safeguarding", policyDocument: nil), .schedule1("care", policyDocument: nil),
        .schedule1("not-yet", policyDocument: nil),
    ]

    private static let gateways = [
        Confidentiality(gateway: "consent"), Confidentiality(gateway: "implied-direct-care"),
        Confidentiality(gateway: "statute"), Confidentiality(gateway: "statute", statute: "hsca-2012-s251b"),
        Confidentiality(gateway: "court-order"), Confidentiality(gateway: "best-interests"),
        Confidentiality(gateway: "public-interest"), Confidentiality(gateway: "not-yet"),
        Confidentiality(gateway: "none-owed"),
    ]

    private static let groups: [[ItemCode]] = [
        ["contact", "risk.unsafe-contact"], ["health"], ["identity", "risk"], ["health.summary", "unknown"],
    ]
}
