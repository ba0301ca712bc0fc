import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Each rung of the ladder has its code")
struct LadderTests {
    @Test func `what an agreement in force allows is permitted, and the decision names the flow`() {
        let decision = World().decision
        #expect(decision.outcome == .permitted)
        #expect(decision.items.map(\.item) == ["contact", "identity"])
        #expect(decision.items.allSatisfy { $0.flow == "partnership/1/to-council" && $0.codes.isEmpty })
        #expect(decision.nearest == nil)
        #expect(decision.contact == nil)
        #expect(decision.notice == nil)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let code: RefusalCode
        var result = ItemDecision.Result.withheld
        let change: @Sendable (inout World) -> Void

        init(
            _ name: String, _ code: RefusalCode, _ result: ItemDecision.Result = .withheld,
            _ change: @escaping @Sendable (inout World) -> Void
        ) {
            testDescription = name
            self.code = code
            self.result = result
            self.change = change
        }
    }

    static let cases: [Case] = [
        Case("no agreement at all", .noAgreement) { $0.agreements = [] },
        Case("an agreement not signed by all", .noAgreement) { $0.agreements[0].signedBy = [trust] },
        Case("a signature under a revoked key", .noAgreement) { $0.agreements[0].signedUnderRevokedKey = [council] },
        Case("an agreement among others", .noAgreement) { $0.agreements[0].parties = [school, council] },
        Case("the recipient is no party", .recipientNotParty) { $0.agreements[0].parties = [trust, school] },
        Case("no flow leads to the recipient", .recipientNotParty) { $0.flow.to = FlowEnd(agencies: [school]) },
        Case("no flow leads from the holder", .recipientNotParty) { $0.flow.from = FlowEnd(kinds: [.council]) },
        Case("a kind that is meant, but no party", .recipientNotParty) {
            $0.flow.to = FlowEnd(kinds: [.council])
            $0.agreements[0].parties = [trust, school]
        },
        Case("the agreement has ended", .agreementExpired) { $0.agreements[0].until = "2026-11-21" },
        Case("the agreement has not begun", .agreementExpired) { $0.agreements[0].from = "2026-11-23" },
        Case("the agreement was terminated", .agreementExpired) { $0.agreements[0].terminated = event(30) },
        Case("the agreement is suspended", .agreementSuspended) { $0.agreements[0].suspended = event(30) },
        Case("another purpose", .purposeNotCovered) { $0.question.purpose = "direct-care" },
        Case("a purpose the baseline does not know", .purposeNotCovered) {
            $0.question.purpose = "whim"
            $0.flow.purpose = "whim"
        },
        Case("an adult where the flow is about children", .personNotCovered) {
            $0.flow.subjects = SubjectRange(from: nil, to: 18)
            $0.birth = "2008-11-22"
        },
        Case("an unknown age where the flow limits it", .ageUnknown, .referred) {
            $0.flow.subjects = SubjectRange(from: nil, to: 18)
        },
        Case("an unknown age, but an item the flow would not give at any age", .itemNotCovered) {
            $0.flow.subjects = SubjectRange(from: nil, to: 18)
            $0.items = ["risk.to-child"]
        },
        Case("an item outside the flow", .itemNotCovered) { $0.items = ["risk.to-child"] },
        Case("an item the baseline does not know", .itemNotCovered) {
            $0.items = ["health.aura"]
            $0.flow.items = ["health"]
        },
        Case("a role outside the flow", .roleNotAllowed) { $0.flow.roles = ["nurse"] },
        Case("a role the baseline does not know", .roleNotAllowed) {
            $0.flow.roles = ["seer"]
            $0.question.role = "seer"
        },
        Case("no open referral", .noOpenReferral) { $0.flow.openReferral = true },
        Case("an open referral, but with somebody else", .noOpenReferral) {
            $0.flow.openReferral = true
            $0.openReferrals = [ReferralOnRecord(event: event(60), from: trust, to: school)]
        },
        Case("a peer's log that is too old", .replicaTooStale, .referred) {
            $0.flow.maxStaleness = Span("15m")
            $0.replicas = [Replica(origin: "peer", size: 1, asOf: moment("2026-11-22T11:44:59.999Z"))]
        },
    ]

    @Test(arguments: cases) func `a flow stops at the first thing that is not so`(_ given: Case) {
        var world = World()
        given.change(&world)
        let items = world.decision.items
        #expect(!items.isEmpty && items.allSatisfy { $0.codes == [given.code] && $0.result == given.result })
        #expect(world.decision.outcome == (given.result == .referred ? .referred : .refused))
    }

    @Test func `dates mean whole days where the site is`() {
        var world = World()
        world.agreements[0].from = "2026-07-01"
        world.clock = moment("2026-06-30T22:59:59.999Z")
        #expect(world.code == .agreementExpired)
        world.clock = moment("2026-06-30T23:00:00Z")
        #expect(world.code == nil)
        world.agreements[0].until = "2026-07-01"
        world.clock = moment("2026-07-01T22:59:59.999Z")
        #expect(world.code == nil)
        world.clock = moment("2026-07-01T23:00:00Z")
        #expect(world.code == .agreementExpired)
    }

    @Test(arguments: [
        ("2008-11-23", true), ("2008-11-22", false), ("2026-11-22", true), ("1990-01-01", false),
    ]) func `a flow up to 18 is about everybody before their 18th birthday`(_ birth: String, _ permitted: Bool) {
        var world = World { $0.subjects = SubjectRange(from: nil, to: 18) }
        world.birth = birth
        #expect((world.code == nil) == permitted)
    }

    @Test func `a person born on 29 February is a year older on 1 March`() {
        var world = World { $0.subjects = SubjectRange(from: nil, to: 18) }
        world.agreements[0].until = nil
        world.birth = "2008-02-29"
        world.clock = moment("2026-02-28T23:59:59Z")
        #expect(world.code == nil)
        world.clock = moment("2026-03-01T00:00:00Z")
        #expect(world.code == .personNotCovered)
    }

    @Test func `an open referral between the two counts whichever of them made it, and so does the one decided`() {
        var world = World { $0.openReferral = true }
        world.openReferrals = [ReferralOnRecord(event: event(60), from: council, to: trust)]
        #expect(world.code == nil)
        #expect(world.decision.facts.contains(id(60)))
        world.openReferrals = []
        world.question.kind = .delivery
        #expect(world.code == .noOpenReferral)
        world.question.kind = .referral
        #expect(world.code == nil)
    }

    @Test func `parties and kinds serve as ends of a flow`() {
        #expect(World { $0.from = FlowEnd(everyParty: true) }.code == nil)
        #expect(World { $0.to = FlowEnd(kinds: [.council]) }.code == nil)
    }

    @Test func `the flow that gets furthest speaks`() {
        var world = World { $0.roles = ["nurse"] }
        var other = TestFlow()
        other.id = "a-flow-for-something-else"
        other.purpose = "direct-care"
        world.agreements[0].flows.append(other)
        let nearest = world.decision.nearest
        #expect(nearest?.flow == "partnership/1/to-council")
        #expect(nearest?.failed == "role")
        #expect(nearest?.code == .roleNotAllowed)
    }

    @Test func `of flows that get equally far the first by name speaks, whatever the order of the agreements`() {
        var world = World { $0.roles = ["nurse"] }
        var other = TestAgreement()
        other.name = "another"
        other.flows[0].roles = ["teacher"]
        world.agreements.append(other)
        #expect(world.decision.nearest?.flow == "another/1/to-council")
        world.agreements.reverse()
        #expect(world.decision.nearest?.flow == "another/1/to-council")
    }

    @Test func `a flow that only lacks a fact speaks before one that fails`() {
        var world = World { $0.subjects = SubjectRange(from: nil, to: 18) }
        var other = TestFlow()
        other.id = "for-nurses"
        other.roles = ["nurse"]
        world.agreements[0].flows.append(other)
        #expect(world.results == [.referred, .referred])
        #expect(world.code == .ageUnknown)
    }

    @Test func `one flow that permits is enough`() {
        var world = World { $0.roles = ["nurse"] }
        var other = TestFlow()
        other.id = "second"
        world.agreements[0].flows.append(other)
        #expect(world.decision.items.map(\.flow) == ["partnership/1/second", "partnership/1/second"])
    }

    @Test func `without a baseline nothing is permitted`() {
        var world = World()
        world.baseline = nil
        #expect(world.code == .purposeNotCovered)
    }
}
