import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Who sees what of a decision")
struct ViewTests {
    @Test func `the holder sees everything`() {
        let decision = World { $0.consent = .required }.decision
        #expect(decision.asSeen(by: .holder) == decision)
    }

    static let visible: [RefusalCode: @Sendable (inout World) -> Void] = [
        .noAgreement: { $0.agreements = [] },
        .recipientNotParty: { $0.agreements[0].parties = [trust, school] },
        .agreementExpired: { $0.agreements[0].until = "2026-01-01" },
        .agreementSuspended: { $0.agreements[0].suspended = event(30) },
        .purposeNotCovered: { $0.question.purpose = "direct-care" },
        .itemNotCovered: { $0.items = ["risk.to-child"] },
        .roleNotAllowed: { $0.flow.roles = ["nurse"] },
        .noOpenReferral: { $0.flow.openReferral = true },
        .noLawfulBasis: { $0.flow.power = nil },
        .basisNotForPublicAuthority: { $0.flow.article6 = "legitimate-interests" },
        .keyRevoked: { $0.question.revokedKey = event(90) },
    ]

    @Test(arguments: visible.keys.sorted { $0.rawValue < $1.rawValue })
    func `the asker sees why, where that rests on what it knows`(_ code: RefusalCode) throws {
        var world = World()
        let change = try #require(Self.visible[code])
        change(&world)
        let decision = world.decision
        #expect(decision.items.allSatisfy { $0.codes == [code] })
        #expect(decision.asSeen(by: .asker).items == decision.items)
    }

    static let hidden: [RefusalCode: @Sendable (inout World) -> Void] = [
        .personNotCovered: {
            $0.flow.subjects = SubjectRange(from: nil, to: 18)
            $0.birth = "1990-01-01"
        },
        .ageUnknown: { $0.flow.subjects = SubjectRange(from: nil, to: 18) },
        .confidentialityNotLifted: { $0.flow.confidentiality = .init(gateway: "public-interest") },
        .shielded: { $0.shields = [shield()] }, .courtProhibits: { $0.courtOrders = [order()] },
        .objectionUpheld: { $0.objections = [objection()] }, .deceased: { $0.deaths = [death()] },
        .onwardNotAllowed: {
            $0.items = ["contact"]
            $0.received = [ReceivedOnRecord(event: event(370), from: school, items: ["contact"])]
        },
        .consentAbsent: { $0.flow.consent = .required },
        .consentWithdrawn: { ($0.flow.consent, $0.consents) = (.required, [consent(to: [.anyone], withdrawnAt: 300)]) },
        .consentExpired: {
            ($0.flow.consent, $0.consents) = (.required, [consent(to: [.anyone], until: "2026-04-01")])
        },
        .consentOutOfScope: {
            ($0.flow.consent, $0.consents) = (.required, [consent(for: ["direct-care"], to: [.anyone])])
        },
        .consentDisputed: {
            ($0.flow.consent, $0.consents, $0.refusals) = (
                .required, [consent()], [refusal(by: .parentalResponsibility)]
            )
        },
        .capacityUnassessed: { ($0.flow.consent, $0.consents, $0.birth) = (.required, [consent()], "2015-01-01") },
        .consentToConfirm: {
            ($0.flow.consent, $0.consents, $0.birth) = (.required, [consent(by: .parentalResponsibility)], "2010-05-01")
        },
        .replicaTooStale: {
            $0.flow.maxStaleness = Span("1m")
            $0.replicas = [Replica(origin: "peer", size: 1, asOf: moment("2026-11-22T11:00:00Z"))]
        },
        .inseparable: {
            $0.flow.inseparable = [["identity", "contact", "risk.unsafe-contact"]]
        },
        .evaluationError: { $0.agreements[0].isReadable = false },
    ]

    @Test(arguments: hidden.keys.sorted { $0.rawValue < $1.rawValue })
    func `the asker does not see why, where that rests on the person, a consent or others' records`(
        _ code: RefusalCode
    ) throws {
        var world = World()
        let change = try #require(Self.hidden[code])
        change(&world)
        let decision = world.decision
        #expect(decision.items.allSatisfy { $0.codes == [code] })
        let seen = decision.asSeen(by: .asker)
        #expect(seen.items.allSatisfy { $0.codes == [.notAvailable] })
        #expect(seen.items.map(\.result) == decision.items.map(\.result))
        #expect(seen.outcome == decision.outcome)
        #expect(seen.nearest == nil)
        #expect(seen.facts.isEmpty)
        #expect(seen.contact != nil)
    }

    @Test func `a consent that names the asker is something it may know`() {
        var world = World { $0.consent = .required }
        world.consents = [consent(at: 100, withdrawnAt: 300)]
        let decision = world.decision
        let seen = decision.asSeen(by: .asker, namedIn: [id(100), id(300)])
        #expect(seen.items == decision.items)
        #expect(seen.nearest == decision.nearest)
        #expect(seen.nearest?.fact == id(300))
        #expect(decision.asSeen(by: .asker).items.allSatisfy { $0.codes == [.notAvailable] })
    }

    @Test func `where another item failed on a consent it may not know, neither is told`() {
        var world = World { $0.consent = .required }
        world.consents = [
            consent(at: 100, items: .codes(["contact"]), withdrawnAt: 300),
            consent(at: 101, items: .codes(["identity"]), to: [.anyone], withdrawnAt: 301),
        ]
        #expect(world.decision.items.map(\.codes) == [[.consentWithdrawn], [.consentWithdrawn]])
        let seen = world.decision.asSeen(by: .asker, namedIn: [id(100), id(300)])
        #expect(seen.items.map(\.codes) == [[.notAvailable], [.notAvailable]])
    }

    @Test func `that a consent lapsed with age is not told, whoever it names`() {
        var world = World { $0.consent = .required }
        world.birth = "2000-01-01"
        world.consents = [consent(at: 100, by: .parentalResponsibility)]
        #expect(world.code == .consentExpired)
        #expect(world.decision.asSeen(by: .asker, namedIn: [id(100)]).items.allSatisfy { $0.codes == [.notAvailable] })
    }

    @Test func `an agreement of others is not named as the nearest`() {
        var world = World()
        world.agreements[0].parties = [trust, school]
        #expect(world.decision.nearest != nil)
        #expect(world.decision.asSeen(by: .asker).nearest == nil)
    }

    @Test func `on a push the recipient sees what it gets, and that it is not complete`() {
        var world = World { $0.items = ["identity"] }
        world.question.kind = .delivery
        let seen = world.decision.asSeen(by: .recipient)
        #expect(seen.items.map(\.item) == ["identity"])
        #expect(seen.outcome == .partlyPermitted)
        #expect(seen.notice == "not complete, ask ods:RBS25")
        #expect(seen.nearest == nil)
        #expect(seen.facts.isEmpty)
    }

    @Test func `the parts to open are those that the view shows`() {
        var world = World { $0.consent = .required }
        world.items = ["identity", "risk.to-child"]
        let decision = world.decision
        #expect(
            decision.visibleParts(to: .holder)
                == VisibleParts(items: [0, 1], codes: [0, 1], nearest: true, facts: false))
        #expect(
            decision.visibleParts(to: .asker) == VisibleParts(items: [0, 1], codes: [1], nearest: true, facts: false))
        #expect(
            decision.visibleParts(to: .recipient) == VisibleParts(items: [], codes: [], nearest: false, facts: false))
    }
}
