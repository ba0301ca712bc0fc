import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("What people of the holder decide")
struct HolderTests {
    // MARK: One-off

    private func delivery(_ records: HolderRecords, _ change: (inout World) -> Void = { _ in }) -> World {
        var world = World()
        world.question.kind = .delivery
        world.question.records = records
        change(&world)
        return world
    }

    @Test func `where no flow answers the holder may share once, and it is reviewed`() {
        let world = delivery(HolderRecords(oneOff: oneOff())) { $0.agreements = [] }
        let decision = world.decision
        #expect(decision.outcome == .permitted)
        #expect(decision.items.allSatisfy { $0.flow == nil })
        #expect(decision.facts == [world.question.event.id])
        #expect(decision.obligations == [Obligation(kind: "review", value: "one-off: 10wd")])
    }

    @Test func `a flow that permits comes before a one-off, one that does not leaves it be`() {
        let permitting = delivery(HolderRecords(oneOff: oneOff()))
        #expect(permitting.decision.items.allSatisfy { $0.flow != nil })
        let failing = delivery(HolderRecords(oneOff: oneOff())) { $0.flow.consent = .required }
        #expect(failing.decision.items.allSatisfy { $0.flow == nil && $0.result == .permitted })
    }

    @Test func `a one-off lets the holder say that an item is its own`() {
        let world = delivery(HolderRecords(oneOff: oneOff())) {
            $0.received = [ReceivedOnRecord(event: event(370), from: school, items: ["contact"])]
        }
        #expect(world.results == [.permitted, .permitted])
    }

    @Test func `who told is withheld unless a flow names it`() {
        let told = delivery(HolderRecords(oneOff: oneOff())) {
            $0.baseline = WildWorld.baseline
            $0.items = ["informant"]
        }
        #expect(told.code == .itemNotCovered)
        let named = delivery(HolderRecords()) {
            $0.baseline = WildWorld.baseline
            $0.items = ["informant"]
            $0.flow.items = ["informant"]
        }
        #expect(named.code == nil)
    }

    @Test func `a one-off without basis takes nothing away from the people who are asked`() {
        let world = delivery(HolderRecords(oneOff: oneOff(article6: "not-yet"))) {
            $0.flow.subjects = SubjectRange(from: nil, to: 18)
        }
        #expect(world.results == [.referred, .referred])
        #expect(world.code == .ageUnknown)
    }

    @Test func `what is recorded with a yes is about the items it settles`() {
        var world = World { $0.confidentiality = Confidentiality(gateway: "public-interest") }
        let records = HolderRecords(publicInterest: Records.publicInterest.publicInterest, oneOff: oneOff())
        world.question.resolutions = [resolution(["identity"], records: records)]
        #expect(world.results == [.referred, .permitted])
        world.question.resolutions = [resolution(["identity"], .withheld, records: records)]
        #expect(world.results == [.referred, .withheld])
    }

    @Test(arguments: [
        (oneOff(article6: "not-yet"), "identity", RefusalCode.noLawfulBasis),
        (oneOff(article6: "legitimate-interests"), "identity", .basisNotForPublicAuthority),
        (oneOff(power: nil), "identity", .noLawfulBasis),
        (oneOff(), "health.mental", .noArticle9Condition), (oneOff(), "police", .noArticle10Condition),
        (oneOff(article6: "consent"), "identity", .consentAbsent),
        (oneOff(confidentiality: "court-order"), "identity", .confidentialityNotLifted),
        (oneOff(), "tea-leaves", .itemNotCovered),
    ]) func `a one-off is held against the law`(_ oneOff: OneOff, _ item: String, _ code: RefusalCode) {
        let world = delivery(HolderRecords(oneOff: oneOff)) {
            $0.agreements = []
            $0.items = [ItemCode(stringLiteral: item)]
        }
        #expect(world.code == code)
        #expect(world.decision.nearest == nil)
    }

    /// What is offered under a parent's name goes whole or not at all, and a one-off is no flow that could have come near.
    @Test(arguments: [true, false])
    func `a one-off that falls with what is bound to it names no flow as the nearest`(isOrdered: Bool) {
        let world = delivery(HolderRecords(oneOff: oneOff())) {
            $0.agreements = []
            $0.items = ["risk"]
            var (order, objection) = (order(), objection())
            order.items = .codes(["risk.to-child"])
            objection.items = .codes(["risk.to-child"])
            if isOrdered { $0.courtOrders = [order] } else { $0.objections = [objection] }
        }
        let decision = world.decision
        #expect(decision.items.map(\.codes) == [[isOrdered ? .courtProhibits : .objectionUpheld], [.inseparable]])
        #expect(decision.nearest == nil)
        #expect(decision.outcome == .refused)
    }

    @Test func `a one-off weighs the public interest by itself`() {
        let world = delivery(HolderRecords(oneOff: oneOff(confidentiality: "public-interest"))) { $0.agreements = [] }
        #expect(world.code == nil)
    }

    @Test func `a one-off lifts no bar`() {
        let objected = delivery(HolderRecords(oneOff: oneOff())) {
            $0.agreements = []
            $0.objections = [objection()]
        }
        #expect(objected.code == .objectionUpheld)
        let prohibited = delivery(HolderRecords(oneOff: oneOff())) {
            $0.agreements = []
            $0.courtOrders = [order()]
        }
        #expect(prohibited.code == .courtProhibits)
    }

    // MARK: Break-glass

    private func broken(_ change: (inout World) -> Void) -> World {
        var world = World { $0.breakGlass = ["social-worker"] }
        change(&world)
        world.question.breakGlass = brokenGlass
        return world
    }

    private static let lifted: [RefusalCode: @Sendable (inout World) -> Void] = [
        .noOpenReferral: { $0.flow.openReferral = true },
        .consentAbsent: { $0.flow.consent = .required },
        .consentWithdrawn: { ($0.flow.consent, $0.consents) = (.required, [consent(withdrawnAt: 150)]) },
        .objectionUpheld: { $0.objections = [objection()] },
        .deceased: { $0.deaths = [death()] },
        .replicaTooStale: {
            $0.flow.maxStaleness = Span("1m")
            $0.replicas = [Replica(origin: "peer", size: 1, asOf: moment("2026-11-22T11:00:00Z"))]
        },
        .ageUnknown: { $0.flow.subjects = SubjectRange(from: nil, to: 18) },
        .confidentialityNotLifted: { $0.flow.confidentiality = Confidentiality(gateway: "public-interest") },
    ]

    @Test(arguments: lifted.keys.sorted { $0.rawValue < $1.rawValue })
    func `break-glass lifts what it may, and is reviewed`(_ code: RefusalCode) throws {
        let change = try #require(Self.lifted[code])
        var world = broken(change)
        let decision = world.decision
        #expect(decision.outcome == .permitted)
        #expect(decision.breakGlass)
        #expect(decision.obligations.contains(Obligation(kind: "review", value: "break-glass: 1wd")))
        world.question.breakGlass = nil
        #expect(world.code == code)
        #expect(!world.decision.breakGlass)
    }

    @Test func `break-glass lifts no bar of step 1, no missing agreement and no law`() {
        #expect(broken { $0.courtOrders = [order()] }.code == .courtProhibits)
        #expect(broken { $0.shields = [shield()] }.code == .shielded)
        #expect(broken { $0.question.revokedKey = event(90) }.code == .keyRevoked)
        #expect(broken { $0.agreements[0].suspended = event(70) }.code == .agreementSuspended)
        #expect(broken { $0.flow.power = "repealed" }.code == .noLawfulBasis)
        #expect(broken { $0.flow.items = ["risk"] }.code == .itemNotCovered)
    }

    @Test func `only a role that the flow names may break the glass`() {
        var world = broken { $0.flow.consent = .required }
        world.question.role = "nurse"
        #expect(world.code == .consentAbsent)
        #expect(!world.decision.breakGlass)
    }

    @Test func `broken glass reaches what was asked for, and what a flow binds to it`() {
        var world = broken { $0.flow.consent = .required }
        world.question.kind = .delivery
        #expect(world.results == [.permitted, .permitted])
        world.question.asked = ["identity"]
        #expect(world.decision.items.map(\.item) == ["contact", "identity"])
        #expect(world.results == [.withheld, .permitted])
        #expect(world.code == .consentAbsent)
        world.flow.inseparable = [["identity", "contact"]]
        #expect(world.results == [.permitted, .permitted])
    }

    // MARK: Resolutions and duties

    @Test func `a person of the holder supplies what was missing`() {
        var world = World {
            $0.subjects = SubjectRange(from: nil, to: 18)
            $0.decide = ["guardian"]
        }
        #expect(world.code == .ageUnknown)
        world.question.resolutions = [resolution(["identity"])]
        #expect(world.results == [.referred, .permitted])
        #expect(world.decision.facts.contains(id(360)))
        world.question.resolutions = [resolution(by: "manager", ["identity"])]
        #expect(world.results == [.referred, .referred])
        world.question.resolutions = [resolution(["identity"], isUnderRevokedKey: true)]
        #expect(world.results == [.referred, .referred])
    }

    @Test func `a person's yes lifts nothing that was not theirs to settle`() {
        var world = World {
            $0.consent = .required
            $0.decide = ["guardian"]
        }
        world.question.resolutions = [resolution(["identity", "contact"])]
        #expect(world.code == .consentAbsent)
        world.flow.consent = .notRequired
        world.shields = [shield()]
        #expect(world.code == .shielded)
    }

    @Test func `the records of a resolution count as the holder's`() {
        var world = World {
            $0.confidentiality = Confidentiality(gateway: "public-interest")
            $0.decide = ["guardian"]
        }
        #expect(world.results == [.referred, .referred])
        world.question.resolutions = [resolution(["identity", "contact"], records: Records.publicInterest)]
        #expect(world.results == [.permitted, .permitted])
        world.question.resolutions[0].role = "nurse"
        #expect(world.results == [.referred, .referred])
    }

    @Test func `a person's no stands, and the later word holds`() {
        var world = World { $0.decide = ["guardian"] }
        world.question.resolutions = [resolution(["identity"], .withheld)]
        #expect(world.results == [.permitted, .withheld])
        #expect(world.decision.items.last?.codes == [.notAvailable])
        world.question.resolutions.append(resolution(at: 365, ["identity"]))
        #expect(world.results == [.permitted, .permitted])
    }

    @Test func `at delivery the resolution of its request still speaks`() {
        var world = World { $0.decide = ["guardian"] }
        world.question.kind = .delivery
        world.received = [ReceivedOnRecord(event: event(370), from: school, items: ["contact"])]
        #expect(world.results == [.withheld, .permitted])
        world.question.resolutions = [resolution(["contact"])]
        #expect(world.results == [.permitted, .permitted])
        world.courtOrders = [order()]
        #expect(world.results == [.withheld, .withheld])
    }

    private func dutyBound(_ change: (inout World) -> Void = { _ in }) -> World {
        var world = World {
            $0.purpose = "continuing-care"
            $0.consent = .required
            $0.decide = ["guardian"]
        }
        world.question.purpose = "continuing-care"
        change(&world)
        return world
    }

    @Test func `where there is a duty to share nothing is withheld without a person`() {
        #expect(dutyBound().results == [.referred, .referred])
        #expect(dutyBound().code == .consentAbsent)
        #expect(dutyBound { $0.agreements = [] }.results == [.referred, .referred])
        #expect(dutyBound { $0.question.recipient.kind = .police }.results == [.withheld, .withheld])
        #expect(dutyBound { $0.courtOrders = [order()] }.results == [.withheld, .withheld])
    }

    @Test func `a duty that is not in force binds nobody`() {
        #expect(World { $0.consent = .required }.results == [.withheld, .withheld])
    }

    @Test func `under a duty only its own exception refuses`() {
        var world = dutyBound()
        world.question.resolutions = [resolution(["identity"], .withheld, exception: "person-objects")]
        #expect(world.decision.items.last?.codes == [.statutoryException])
        #expect(world.results == [.referred, .withheld])
        world.question.resolutions = [resolution(["identity"], .withheld, exception: "detrimental-to-child")]
        #expect(world.results == [.referred, .referred])
        world.question.resolutions = [resolution(["identity"], .withheld)]
        #expect(world.results == [.referred, .referred])
        world.question.resolutions = [resolution(["identity"])]
        #expect(world.results == [.referred, .permitted])
    }

    @Test func `who may decide is named by the flows and by the baseline`() {
        var world = World { $0.decide = ["manager"] }
        #expect(DecidingRoles.of(world.question, world.facts) == ["manager", "guardian"])
        world.flow.decide = []
        #expect(DecidingRoles.of(world.question, world.facts) == ["guardian"])
        world.agreements = []
        #expect(DecidingRoles.of(world.question, world.facts) == ["guardian"])
    }
}
