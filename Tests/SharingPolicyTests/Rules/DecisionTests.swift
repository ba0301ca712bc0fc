import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("What a decision carries")
struct DecisionTests {
    @Test func `a parent asked for is decided as its leaves, each once, in order`() {
        var world = World { $0.items = ["risk.to-child", "identity"] }
        world.items = ["risk", "identity", "risk.to-child"]
        let decision = world.decision
        #expect(decision.items.map(\.item) == ["identity", "risk.to-child", "risk.unsafe-contact"])
        #expect(decision.items.map(\.result) == [.permitted, .permitted, .withheld])
        #expect(decision.outcome == .partlyPermitted)
    }

    @Test(arguments: [
        (["identity"], Decision.Outcome.permitted), (["identity", "risk.to-child"], .partlyPermitted),
        (["identity", "contact"], .partlyPermitted), (["contact"], .referred),
        (["contact", "risk.to-child"], .referred),
        (["risk.to-child"], .refused),
    ]) func `the outcome sums up the items`(_ asked: [String], _ outcome: Decision.Outcome) {
        var world = World { $0.items = ["identity"] }
        var second = TestFlow()
        second.id = "children"
        second.items = ["contact"]
        second.subjects = SubjectRange(from: nil, to: 18)
        world.agreements[0].flows.append(second)
        world.items = asked.map { ItemCode(stringLiteral: $0) }
        #expect(world.decision.outcome == outcome)
    }

    @Test func `a parent's disclosure is released only if all its leaves are permitted`() {
        var world = World { $0.items = ["risk.to-child", "identity"] }
        world.question.kind = .delivery
        world.items = ["risk", "identity", "risk.to-child"]
        #expect(world.decision.released(of: world.items) == ["identity", "risk.to-child"])
        world.flow.items = ["risk", "identity"]
        #expect(world.decision.released(of: world.items) == ["risk", "identity", "risk.to-child"])
        #expect(world.decision.released(of: ["contact"]).isEmpty)
    }

    @Test func `facts are the events the answer rests on, in the order of the log, each once`() {
        var world = World {
            $0.consent = .required
            $0.openReferral = true
            $0.subjects = SubjectRange(from: nil, to: 18)
        }
        world.birth = "2018-01-01"
        world.consents = [consent(at: 100, by: .parentalResponsibility)]
        world.openReferrals = [ReferralOnRecord(event: event(60), from: trust, to: council)]
        #expect(world.decision.facts == [id(5), id(11), id(60), id(100)])
    }

    @Test func `it is valid until the first of the things it rests on ends`() {
        var world = World { $0.consent = .required }
        world.consents = [consent(until: "2026-12-10")]
        #expect(world.decision.validUntil == moment("2026-12-10T23:59:59.999Z"))
        world.flow.consent = .notRequired
        #expect(world.decision.validUntil == moment("2026-12-31T23:59:59.999Z"))
        world.agreements[0].until = nil
        #expect(world.decision.validUntil == nil)
        world.flow.power = "ends-in-december"
        #expect(world.decision.validUntil == moment("2026-12-31T23:59:59.999Z"))
    }

    @Test func `its validity is no clue to a birthday or to a consent the recipient may not read`() {
        var world = World {
            $0.consent = .required
            $0.subjects = SubjectRange(from: nil, to: 18)
        }
        world.agreements[0].until = nil
        world.birth = "2008-12-01"
        world.consents = [consent(to: [.kind(.council)], until: "2026-12-10")]
        #expect(world.decision.outcome == .permitted)
        #expect(world.decision.validUntil == nil)
    }

    @Test func `of two consents the one that lasts longer carries the permit`() {
        var world = World { $0.consent = .required }
        world.consents = [consent(at: 100, until: "2026-12-01"), consent(at: 101, until: "2026-12-10")]
        #expect(world.decision.facts == [id(11), id(101)])
        world.consents.append(consent(at: 102))
        #expect(world.decision.facts == [id(11), id(102)])
    }

    @Test func `obligations are those of the flows that permitted`() {
        var world = World {
            $0.items = ["identity"]
            $0.obligations = FlowObligations(receipt: Span("72h"), onward: "none", notifySubject: .no("risk"))
        }
        var second = TestFlow()
        second.id = "second"
        second.items = ["contact"]
        second.obligations = FlowObligations(receipt: Span("72h"), onward: nil, notifySubject: .yes)
        world.agreements[0].flows.append(second)
        #expect(
            world.decision.obligations == [
                Obligation(kind: "notify-subject", value: "no: risk"), Obligation(kind: "notify-subject", value: "yes"),
                Obligation(kind: "onward", value: "none"), Obligation(kind: "receipt", value: "72h"),
            ])
        world.question.role = "nurse"
        world.items = ["identity"]
        #expect(world.decision.obligations.count == 3)
        world.flow.roles = ["teacher"]
        #expect(world.decision.obligations.isEmpty)
    }

    @Test func `who is refused learns whom to ask`() {
        var world = World { $0.items = ["identity"] }
        #expect(world.decision.contact == "ods:RBS25")
        #expect(world.decision.notice == "not complete, ask ods:RBS25")
        world.agreements[0].rightsContact = "rights@partnership.example"
        #expect(world.decision.contact == "rights@partnership.example")
        world.question.holder.dpoContact = "dpo@trust.example"
        #expect(world.decision.contact == "dpo@trust.example")
        world.question.holder.safeguardingContact = "safeguarding@trust.example"
        #expect(world.decision.contact == "dpo@trust.example")
        world.question.purpose = "safeguarding-children"
        #expect(world.decision.contact == "safeguarding@trust.example")
        #expect(world.decision.notice == nil)
    }

    @Test func `position, clock, policy and replicas are recorded`() {
        var world = World()
        world.replicas = [
            Replica(origin: "b", size: 2, asOf: moment("2026-11-22T11:00:00Z")),
            Replica(origin: "a", size: 1, asOf: moment("2026-11-22T11:00:00Z")),
        ]
        let decision = world.decision
        #expect(decision.at == 4711)
        #expect(decision.clock == world.clock)
        #expect(decision.policy == "policy")
        #expect(decision.replicas.map(\.origin) == ["a", "b"])
    }
}
