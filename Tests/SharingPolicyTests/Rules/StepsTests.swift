import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Absolute bars")
struct AbsoluteBarsTests {
    @Test func `a revoked key bars everything, and the sender learns whom to ask`() {
        var world = World()
        world.question.kind = .delivery
        world.question.revokedKey = event(90)
        let decision = world.decision
        #expect(decision.outcome == .refused)
        #expect(decision.items.allSatisfy { $0.codes == [.keyRevoked] })
        #expect(decision.facts == [id(90)])
        #expect(decision.contact == "ods:RBS25")
    }

    @Test func `an agency that has ended neither gives nor gets`() {
        var world = World()
        world.question.recipient.ended = event(91)
        #expect(world.code == .keyRevoked)
        world = World()
        world.question.holder.ended = event(92)
        #expect(world.code == .keyRevoked)
        #expect(world.decision.facts == [id(92)])
    }

    @Test func `not even a safeguarding referral passes a bar`() {
        var world = World()
        world.question.kind = .referral
        world.question.purpose = "safeguarding-children"
        #expect(world.decision.shareFirst)
        world.question.recipient.ended = event(91)
        #expect(world.decision.outcome == .refused)
        #expect(!world.decision.shareFirst)
    }

    @Test func `a bar speaks even where something cannot be evaluated`() {
        var world = World()
        world.agreements[0].isReadable = false
        world.question.recipient.ended = event(91)
        #expect(world.code == .keyRevoked)
    }
}

@Suite("Share first")
struct ShareFirstTests {
    /// A safeguarding referral to the council in a world where nothing else would let it pass.
    private var referral: World {
        var world = World()
        world.question.kind = .referral
        world.question.purpose = "safeguarding-children"
        world.items = ["referral.summary", "health.mental", "police"]
        world.agreements = []
        return world
    }

    @Test func `a safeguarding referral passes whole without any agreement`() {
        let decision = referral.decision
        #expect(decision.outcome == .permitted)
        #expect(decision.shareFirst)
        #expect(decision.items.allSatisfy { $0.result == .permitted && $0.flow == nil })
    }

    @Test func `no refusal, stale replica or broken agreement holds it up`() {
        var world = referral
        world.agreements = [TestAgreement(isReadable: false)]
        world.refusals = [refusal(for: ["safeguarding-children"])]
        world.replicas = [Replica(origin: "peer", size: 0, asOf: moment("2020-01-01T00:00:00Z"))]
        world.items.append("not.in.the.baseline")
        #expect(world.decision.outcome == .permitted)
    }

    @Test func `a delivery or a request is no referral`() {
        var world = referral
        world.question.kind = .delivery
        #expect(world.decision.outcome == .refused)
        world.question.kind = .request
        #expect(world.decision.outcome == .refused)
    }

    @Test func `only a body that has the duty gets it so`() {
        var world = referral
        world.question.recipient.kind = .education
        #expect(world.code == .noAgreement)
    }

    @Test func `another purpose is not share-first, even if a rule says so`() {
        var world = referral
        world.question.purpose = "early-help"
        #expect(world.code == .noAgreement)
    }
}

@Suite("Inseparable items")
struct InseparableTests {
    private var world: World {
        var world = World { $0.inseparable = [["contact", "risk.unsafe-contact"]] }
        world.flow.items = ["identity", "contact", "risk.unsafe-contact"]
        return world
    }

    @Test func `asked for one, the other has to be permitted as well, though nobody asked`() {
        #expect(world.decision.outcome == .permitted)
        #expect(world.decision.items.map(\.item) == ["contact", "identity"])
        var world = world
        world.flow.items = ["identity", "contact"]
        let decision = world.decision
        #expect(decision.outcome == .partlyPermitted)
        #expect(decision.items.map(\.codes) == [[.inseparable], []])
        #expect(decision.nearest?.failed == "inseparable")
    }

    @Test func `in an offer all of it has to be there; none known counts as there`() {
        var world = world
        world.question.kind = .delivery
        #expect(world.code == .inseparable)
        world.question.items.append(.init("risk.unsafe-contact", isNoneKnown: true))
        #expect(world.decision.outcome == .permitted)
    }

    @Test func `an address does not go without the warning that is stuck under a name that may not go`() {
        var world = world
        world.question.kind = .delivery
        world.items = ["contact", "identity", "risk"]
        let decision = world.decision
        #expect(decision.items.map(\.item) == ["contact", "identity", "risk.to-child", "risk.unsafe-contact"])
        #expect(decision.items.map(\.codes) == [[.inseparable], [], [.itemNotCovered], [.inseparable]])
        #expect(decision.items.map(\.result) == [.withheld, .permitted, .withheld, .withheld])
        #expect(decision.released(of: world.items) == ["identity"])
        // Under its own name as well the warning goes, and the address with it.
        world.items.append("risk.unsafe-contact")
        #expect(world.results == [.permitted, .permitted, .withheld, .permitted])
        #expect(world.decision.released(of: world.items) == ["contact", "identity", "risk.unsafe-contact"])
    }

    @Test func `what is offered under one name goes whole or not at all, whatever is bound`() {
        var world = World { $0.items = ["identity", "risk.to-child"] }
        world.items = ["identity", "risk"]
        #expect(world.results == [.permitted, .permitted, .withheld])
        world.question.kind = .delivery
        #expect(world.decision.items.map(\.codes) == [[], [.inseparable], [.itemNotCovered]])
        world.flow.items = ["identity", "risk"]
        #expect(world.decision.outcome == .permitted)
    }

    @Test func `a name falls when one of its leaves is bound to what may not go`() {
        var world = World { $0.items = ["identity", "risk"] }
        world.flow.inseparable = [["contact", "risk.unsafe-contact"]]
        world.question.kind = .delivery
        world.items = ["identity", "risk"]
        #expect(world.results == [.permitted, .withheld, .withheld])
    }

    @Test func `a name waits for the leaf that waits, unless another of its leaves is withheld`() {
        var world = World { $0.items = ["health.summary"] }
        world.flow.special = SpecialCondition(article9: "health-or-social-care", schedule1: "care")
        var second = world.flow
        second.id = "children"
        second.items = ["health.mental"]
        second.subjects = SubjectRange(from: nil, to: 18)
        world.agreements[0].flows.append(second)
        world.question.kind = .delivery
        world.items = ["health"]
        #expect(world.decision.items.map(\.codes) == [[.ageUnknown], [.inseparable]])
        #expect(world.results == [.referred, .referred])
        world.birth = "1990-01-01"
        #expect(world.results == [.withheld, .withheld])
    }

    @Test func `what waits for a missing fact is referred`() {
        var world = world
        world.flow.items = ["identity", "contact"]
        var second = TestFlow()
        second.id = "children"
        second.items = ["risk.unsafe-contact"]
        second.subjects = SubjectRange(from: nil, to: 18)
        world.agreements[0].flows.append(second)
        #expect(world.results == [.referred, .permitted])
        world.birth = "2015-01-01"
        #expect(world.results == [.permitted, .permitted])
        world.birth = "1990-01-01"
        #expect(world.results == [.withheld, .permitted])
    }

    @Test func `one group can fell another`() {
        var world = world
        world.flow.inseparable = [["identity", "contact"], ["contact", "risk.unsafe-contact"]]
        world.flow.items = ["identity", "contact"]
        #expect(world.results == [.withheld, .withheld])
    }

    @Test func `a group binds under its own flow only`() {
        var world = world
        world.flow.items = ["identity", "contact"]
        var second = TestFlow()
        second.id = "z-free"
        world.agreements[0].flows.append(second)
        #expect(world.decision.items.map(\.flow) == ["partnership/1/z-free", "partnership/1/to-council"])
    }

    @Test func `another flow that only lacks a fact speaks before the group`() {
        var world = world
        world.flow.items = ["identity", "contact"]
        var second = TestFlow()
        second.id = "confidential"
        second.confidentiality = Confidentiality(gateway: "public-interest")
        world.agreements[0].flows.append(second)
        #expect(world.decision.items.map(\.codes) == [[.confidentialityNotLifted], []])
        #expect(world.results == [.referred, .permitted])
    }

    @Test func `a group of a parent binds its leaves`() {
        var world = World { $0.inseparable = [["contact", "risk"]] }
        world.flow.items = ["contact", "risk"]
        world.items = ["contact"]
        #expect(world.code == nil)
        world.flow.items = ["contact", "risk.to-child"]
        #expect(world.code == .inseparable)
    }
}

@Suite("Evaluation errors")
struct EvaluationErrorTests {
    @Test func `what nothing permits is referred`() {
        var world = World()
        world.items = ["identity", "health.mental"]
        var broken = TestAgreement(isReadable: false)
        broken.name = "broken"
        world.agreements.append(broken)
        #expect(world.results == [.referred, .permitted])
        #expect(world.code == .evaluationError)
    }
}
