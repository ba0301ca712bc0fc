import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Bars")
struct BarTests {
    // MARK: Step 1

    @Test func `a court order withholds the items it is about, and no others`() {
        var world = World()
        world.courtOrders = [order(items: .codes(["contact"]))]
        #expect(world.results == [.withheld, .permitted])
        #expect(world.code == .courtProhibits)
        #expect(world.decision.facts.contains(id(300)))
        #expect(world.decision.contact == trust.text)
    }

    @Test(arguments: [
        (order(to: [.agency(school)]), false), (order(to: [.kind(.council)]), true), (order(to: [.anyone]), true),
        (order(holders: [school]), false), (order(holders: [trust]), true), (order(until: "2026-11-21"), false),
        (order(until: "2026-11-22"), true), (order(dischargedAt: 301), false),
        (order(dischargedAt: 301, dischargeIsTrusted: false), true), (order(isUnderRevokedKey: true), true),
        (order(.requires), false),
    ]) func `a court order bars whom and when it says`(_ order: CourtOrderOnRecord, _ bars: Bool) {
        var world = World()
        world.courtOrders = [order]
        #expect(world.code == (bars ? .courtProhibits : nil))
    }

    @Test func `the last word about a shield holds`() {
        var world = World()
        world.shields = [shield()]
        #expect(world.code == .shielded)
        world.shields = [shield(against: .everybody), shield(at: 311, isLifting: true)]
        #expect(world.code == nil)
        world.shields = [shield(at: 312), shield(at: 311, against: .everybody, isLifting: true)]
        #expect(world.code == .shielded)
        world.shields = [shield(), shield(at: 311, isLifting: true, isUnderRevokedKey: true)]
        #expect(world.code == .shielded)
        world.shields = [shield(holders: [school])]
        #expect(world.code == nil)
        world.shields = [shield(against: .agencies([school]))]
        #expect(world.code == nil)
    }

    @Test func `nobody lifts a shield that another put up`() {
        var world = World()
        // The recipient's own agency shields the person from itself, and then takes that down.
        world.shields = [shield(), shield(at: 311, by: council), shield(at: 312, by: council, isLifting: true)]
        #expect(world.code == .shielded)
        #expect(world.decision.facts.contains(event(310).id))
        world.shields.append(shield(at: 313, against: .everybody, isLifting: true))
        #expect(world.code == nil)
    }

    @Test(arguments: [0, 1]) func `an absolute bar stops even a safeguarding referral`(_ which: Int) {
        var world = World()
        world.question.kind = .referral
        world.question.purpose = "safeguarding-children"
        #expect(world.decision.shareFirst)
        if which == 0 { world.shields = [shield()] } else { world.courtOrders = [order()] }
        #expect(world.decision.outcome == .refused)
        #expect(world.code == (which == 0 ? .shielded : .courtProhibits))
        #expect(!world.decision.shareFirst)
    }

    @Test func `what a court prohibits under a name that is shared first keeps the rest of that name back`() {
        var world = World()
        world.question.kind = .referral
        world.question.purpose = "safeguarding-children"
        world.items = ["risk", "identity"]
        world.courtOrders = [order(items: .codes(["risk.to-child"]))]
        #expect(world.decision.items.map(\.codes) == [[], [.courtProhibits], [.inseparable]])
    }

    // MARK: Step 3

    @Test(arguments: [
        ([ObjectionChange.Verb](), false), ([.upheld], true), ([.upheld, .overridden], false),
        ([.upheld, .lifted], false),
        ([.overridden, .upheld], true),
    ]) func `an objection bars once upheld and until overridden or lifted`(
        _ verbs: [ObjectionChange.Verb], _ bars: Bool
    ) {
        var world = World()
        world.objections = [objection(verbs)]
        #expect(world.code == (bars ? .objectionUpheld : nil))
    }

    @Test func `an objection is about its purpose, items, recipients and holders`() {
        let others = [
            objection(for: ["direct-care"]), objection(items: .codes(["risk"])), objection(to: [.agency(school)]),
            objection(holders: [school]),
        ]
        for other in others {
            var world = World()
            world.objections = [other]
            #expect(world.code == nil)
        }
    }

    @Test func `an objection under a key that is not trusted stays upheld`() {
        var world = World()
        world.objections = [objection([.upheld, .lifted], changesAreTrusted: false)]
        #expect(world.code == .objectionUpheld)
    }

    @Test func `an objection never stands against a legal obligation or safeguarding`() {
        var world = World { $0.article6 = "legal-obligation" }
        world.objections = [objection()]
        #expect(world.code == nil)
        world.flow.article6 = "public-task"
        #expect(world.code == .objectionUpheld)
        world.flow.purpose = "safeguarding-children"
        world.question.purpose = "safeguarding-children"
        world.objections = [objection(for: ["safeguarding-children"])]
        #expect(world.code == nil)
    }

    @Test func `a verified death bars where the flow does not go on after it`() {
        var world = World()
        world.deaths = [death(isVerified: false)]
        #expect(world.code == nil)
        world.deaths = [death(), death(at: 331, isVerified: false)]
        #expect(world.code == .deceased)
        world.flow.afterDeath = true
        #expect(world.code == nil)
    }

    @Test func `on an offer a bar comes before the flows, to an asker what it knows comes first`() {
        var world = World { $0.roles = ["nurse"] }
        world.objections = [objection()]
        #expect(world.code == .roleNotAllowed)
        world.question.kind = .delivery
        #expect(world.code == .objectionUpheld)
        world.agreements = []
        #expect(world.code == .objectionUpheld)
    }

    // MARK: Onward

    @Test func `what another agency gave under an obligation not to pass it on goes nowhere else`() {
        var world = World()
        world.received = [ReceivedOnRecord(event: event(370), from: school, items: ["contact", "identity"])]
        #expect(world.code == .onwardNotAllowed)
        // Every agency has an identity of its own.
        #expect(world.results == [.referred, .permitted])
        world.question.kind = .delivery
        #expect(world.results == [.withheld, .permitted])
        world.received[0].from = council
        #expect(world.results == [.permitted, .permitted])
    }
}
