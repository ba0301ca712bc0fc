import Encodings
import SharingPolicy
import Support

@testable import SharingModel

/// Worlds drawn at random from a small vocabulary, small enough that things meet: several agreements with several
/// flows, consents and refusals of all sorts, ages known and unknown.
struct RandomWorld {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func world() -> World {
        var world = World()
        world.question.kind = pick(.request, .referral, .delivery)
        world.question.holder.isPublicAuthority = chance(90)
        world.question.purpose = purpose()
        world.question.role = pick("social-worker", "social-worker", "nurse", "seer")
        world.question.records = HolderRecords(
            withoutConsent: chance(40) ? .cannotBeGiven : nil,
            publicInterest: chance(40) ? Records.publicInterest.publicInterest : nil)
        world.question.items = some(1...4, of: Self.items + ["health", "risk", "unknown"]).map {
            .init($0, isNoneKnown: chance(20))
        }
        world.agreements = (0..<pick(1, 2, 3)).map { agreement($0) }
        world.birth = chance(30) ? nil : pick("2020-06-01", "2010-08-01", "2009-01-01", "1970-01-01")
        world.consents = (0..<pick(0, 1, 2, 4)).map { consent(at: 100 + Int64($0), withExceptions: true) }
        world.refusals = (0..<pick(0, 0, 1, 2)).map { refusal(at: 103 + 50 * Int64($0)) }
        if chance(40) { world.openReferrals = [ReferralOnRecord(event: event(60), from: council, to: trust)] }
        bars(in: &world)
        people(in: &world)
        if chance(20) { world.replicas = [Replica(origin: "peer", size: 1, asOf: moment("2026-11-22T11:50:00Z"))] }
        return world
    }

    /// Facts that bar, most of them few so that worlds still permit something.
    mutating func bars(in world: inout World) {
        if chance(15) {
            world.objections = [objection(at: 320, pick([.upheld], [], [.upheld, .lifted]), items: selection())]
        }
        if chance(10) {
            world.courtOrders = [order(pick(.prohibits, .requires), items: selection(), to: [selector()])]
        }
        if chance(8) { world.shields = [shield(against: pick(.everybody, .agencies([council]), .agencies([school])))] }
        if chance(5) { world.shields.append(shield(at: 312, isLifting: true)) }
        if chance(10) { world.deaths = [death(isVerified: chance(50))] }
        if chance(15) {
            world.received = [
                ReceivedOnRecord(event: event(370), from: pick(school, council), items: some(1...3, of: Self.items))
            ]
        }
    }

    /// Facts about who may speak, and what the holder's people and the asker say.
    mutating func people(in world: inout World) {
        if chance(30) {
            world.capacity = [
                assessment(pick(.has, .lacks), pick(.gillick, .mca), isUnderRevokedKey: chance(10))
            ]
        }
        if chance(20) { world.bestInterests = [SharingPolicyTests.bestInterests()] }
        if chance(20) {
            var parent = RepresentativeOnRecord(event: event(380), basis: .parentalResponsibility)
            if chance(40) { parent.ended = event(381) }
            world.representatives = [parent]
        }
        if world.question.kind != .referral, chance(15) { world.question.breakGlass = brokenGlass }
        if chance(20) {
            world.question.resolutions = (0..<pick(1, 1, 2)).map { place in
                resolution(
                    at: 360 + Int64(place), by: pick("guardian", "manager", "nurse"), some(1...3, of: Self.items),
                    pick(.permitted, .permitted, .withheld),
                    records: HolderRecords(oneOff: chance(20) ? oneOff() : nil), isUnderRevokedKey: chance(10))
            }
        }
        if world.question.kind.isPush, chance(10) {
            let records = world.question.records
            world.question.records = HolderRecords(
                withoutConsent: records.withoutConsent, publicInterest: records.publicInterest, oneOff: oneOff())
        }
    }

    mutating func consent(at index: Int64, withExceptions: Bool) -> ConsentOnRecord {
        let exceptions: [ConsentOnRecord.Exception] =
            withExceptions && chance(30) ? [.init(to: [selector()], items: selection())] : []
        var consent = SharingPolicyTests.consent(
            pick(.engagement, .confidentiality, .gdpr), at: index,
            by: pick(.`self`, .`self`, .parentalResponsibility, .localAuthority), for: [purpose()], items: selection(),
            to: [selector()], holders: chance(15) ? [pick(trust, school)] : nil, except: exceptions,
            from: pick("2023-01-01", "2026-03-01", "2026-12-01"),
            until: chance(20) ? pick("2026-10-01", "2026-12-24") : nil,
            withdrawnAt: chance(20) ? index + 200 : nil, isUnderRevokedKey: chance(10))
        consent.recorded = moment(pick("2024-02-01T09:00:00Z", "2026-03-01T09:00:00Z"))
        return consent
    }

    mutating func refusal(at index: Int64) -> RefusalOnRecord {
        SharingPolicyTests.refusal(
            at: index, by: pick(.`self`, .parentalResponsibility), for: [purpose()], items: selection(),
            to: [selector()])
    }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &generator) }

    mutating func index(below count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private static let items: [ItemCode] = [
        "identity", "contact", "risk.to-child", "risk.unsafe-contact", "health.summary", "health.mental", "police",
    ]

    private mutating func pick<Element>(_ choices: Element...) -> Element { choices[index(below: choices.count)] }

    private mutating func some(_ count: ClosedRange<Int>, of items: [ItemCode]) -> [ItemCode] {
        Array(items.shuffled(using: &generator).prefix(Int.random(in: count, using: &generator)))
    }

    private mutating func purpose() -> PurposeCode {
        chance(85) ? "early-help" : pick("direct-care", "safeguarding-children", "continuing-care")
    }

    private mutating func selector() -> RecipientSelector {
        pick(.agency(council), .kind(.council), .anyone, .agency(school))
    }

    private mutating func selection() -> ItemSelection {
        chance(40) ? .all : .codes(some(1...3, of: Self.items + ["health", "risk"]))
    }

    private mutating func agreement(_ place: Int) -> TestAgreement {
        var agreement = TestAgreement()
        agreement.name = chance(80) ? AgreementID(stringLiteral: "agreement-\(place)") : "shared"
        agreement.version = Int64(place) + 1
        agreement.parties = chance(95) ? [trust, council] : [trust, school]
        agreement.from = chance(90) ? "2026-01-01" : "2026-12-01"
        agreement.until = chance(5) ? "2026-11-01" : "2027-12-31"
        agreement.signedUnderRevokedKey = chance(5) ? [council] : []
        agreement.suspended = chance(4) ? event(70) : nil
        agreement.terminated = chance(4) ? event(71) : nil
        agreement.isReadable = chance(97)
        agreement.flows = (0..<pick(1, 2, 3)).map { flow($0) }
        return agreement
    }

    private mutating func flow(_ place: Int) -> TestFlow {
        var flow = TestFlow()
        flow.id = "flow-\(place)"
        flow.to = chance(95) ? FlowEnd(everyParty: true) : FlowEnd(agencies: [school])
        flow.purpose = purpose()
        flow.subjects = chance(70) ? .anyone : SubjectRange(from: nil, to: 18)
        flow.items = some(3...7, of: Self.items) + (chance(50) ? ["health"] : [])
        flow.inseparable = chance(30) ? [some(2...3, of: Self.items)] : []
        flow.article6 =
            chance(75) ? "public-task" : pick("consent", "consent", "legal-obligation", "legitimate-interests")
        flow.special = pick(
            nil, SpecialCondition(article9: "explicit-consent"),
            SpecialCondition(article9: "health-or-social-care", schedule1: "care"),
            SpecialCondition(article9: "health-or-social-care", schedule1: "care"),
            SpecialCondition(
                article9: "substantial-public-interest", schedule1: "safeguarding",
                policyDocument: DocumentReference(ref: "APD-7", date: nil)))
        flow.criminal = chance(50) ? .officialAuthority : nil
        flow.confidentiality = Confidentiality(
            gateway: pick("none-owed", "none-owed", "none-owed", "consent", "public-interest"))
        flow.consent = pick(.required, .requiredUnlessRisk, .notRequired)
        flow.roles = chance(20) ? ["social-worker"] : nil
        flow.openReferral = chance(20)
        flow.afterDeath = chance(30)
        flow.decide = pick([], ["guardian"], ["manager"])
        flow.breakGlass = chance(40) ? ["social-worker"] : []
        flow.maxStaleness = chance(10) ? Span("15m") : nil
        return flow
    }
}
