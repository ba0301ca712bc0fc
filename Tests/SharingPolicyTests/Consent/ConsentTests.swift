import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Consent, where a flow needs it")
struct ConsentTests {
    private func world(_ consents: [ConsentOnRecord], _ change: (inout TestFlow) -> Void = { _ in }) -> World {
        var world = World {
            $0.consent = .required
            change(&$0)
        }
        world.items = ["identity"]
        world.consents = consents
        return world
    }

    @Test func `a consent that covers the matter permits, and the decision names it`() {
        let decision = world([consent(at: 100)]).decision
        #expect(decision.outcome == .permitted)
        #expect(decision.facts == [id(11), id(100)])
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let code: RefusalCode?
        let consents: [ConsentOnRecord]

        init(_ name: String, _ code: RefusalCode?, _ consents: ConsentOnRecord...) {
            testDescription = name
            self.code = code
            self.consents = consents
        }
    }

    private static func exception(_ to: RecipientSelector, _ items: ItemSelection) -> [ConsentOnRecord.Exception] {
        [.init(to: [to], items: items)]
    }

    static let cases: [Case] = [
        Case("none", .consentAbsent),
        Case("of another kind", .consentAbsent, consent(.confidentiality)),
        Case("recorded under a revoked key", .consentAbsent, consent(isUnderRevokedKey: true)),
        Case("for another purpose", .consentOutOfScope, consent(for: ["direct-care"])),
        Case("to another agency", .consentOutOfScope, consent(to: [.agency(school)])),
        Case("to another kind", .consentOutOfScope, consent(to: [.kind(.police)])),
        Case("to the kind", nil, consent(to: [.kind(.council)])),
        Case("to anyone", nil, consent(to: [.anyone])),
        Case("of another item", .consentOutOfScope, consent(items: .codes(["contact"]))),
        Case("of an item whose name only begins alike", .consentOutOfScope, consent(items: .codes(["ident"]))),
        Case("of another holder's data", .consentOutOfScope, consent(holders: [school])),
        Case("of this holder's data", nil, consent(holders: [school, trust])),
        Case("not yet begun", .consentExpired, consent(from: "2026-11-23")),
        Case("over", .consentExpired, consent(until: "2026-11-21")),
        Case("on its last day", nil, consent(until: "2026-11-22")),
        Case("withdrawn", .consentWithdrawn, consent(withdrawnAt: 300)),
        Case("withdrawn, and another stands", nil, consent(withdrawnAt: 300), consent(at: 101)),
        Case(
            "excepted for the agency", .consentOutOfScope,
            consent(except: exception(.agency(council), .codes(["identity"])))),
        Case(
            "excepted for its kind, granted to the agency, in one consent", .consentOutOfScope,
            consent(except: exception(.kind(.council), .codes(["identity"])))),
        Case(
            "granted to the kind, excepted for the agency", .consentOutOfScope,
            consent(to: [.kind(.council)], except: exception(.agency(council), .all))),
        Case(
            "granted by the item, excepted at large, in one consent", .consentOutOfScope,
            consent(items: .codes(["identity"]), except: exception(.agency(council), .all))),
        Case(
            "excepted for everybody, granted to the agency, in one consent", .consentOutOfScope,
            consent(except: exception(.anyone, .codes(["identity"])))),
        Case(
            "excepted for everybody in one consent, granted to the agency in another", nil,
            consent(at: 100), consent(at: 101, except: exception(.anyone, .codes(["identity"])))),
        Case(
            "excepted at large in one consent, granted by the item in another", nil,
            consent(at: 100, items: .codes(["identity"])),
            consent(at: 101, except: exception(.agency(council), .all))),
        Case(
            "excepted in a consent for a recipient it does not cover", nil,
            consent(except: exception(.agency(school), .all))),
        Case(
            "excepted in a consent of an item it does not cover", nil,
            consent(except: exception(.anyone, .codes(["contact"])))),
        Case(
            "an equally specific exception in another consent", .consentOutOfScope,
            consent(at: 100, items: .codes(["identity"])),
            consent(at: 101, items: .codes(["contact"]), except: exception(.agency(council), .codes(["identity"])))),
        Case(
            "an exception in a consent that was withdrawn", nil, consent(at: 100),
            consent(at: 101, except: exception(.agency(council), .all), withdrawnAt: 300)),
        Case(
            "an exception in a consent for another purpose", nil, consent(at: 100),
            consent(at: 101, for: ["direct-care"], except: exception(.agency(council), .all))),
        Case(
            "out of scope before expired before withdrawn: withdrawn speaks", .consentWithdrawn,
            consent(at: 100, withdrawnAt: 300), consent(at: 101, until: "2026-05-01"),
            consent(at: 102, items: .codes(["contact"]))),
        Case(
            "out of scope before expired: expired speaks", .consentExpired,
            consent(at: 101, until: "2026-05-01"), consent(at: 102, items: .codes(["contact"]))),
    ]

    @Test(arguments: cases) func `a consent serves what it says, and the one that gets furthest speaks`(_ given: Case) {
        #expect(world(given.consents).code == given.code)
    }

    @Test(arguments: [RecipientSelector.anyone, .kind(.council), .agency(council)])
    func `everything to the council but no health gives the council no health`(_ keptFrom: RecipientSelector) {
        var world = world([consent(except: [.init(to: [keptFrom], items: .codes(["health"]))])]) {
            $0.items = ["identity", "health"]
            $0.special = SpecialCondition(article9: "health-or-social-care", schedule1: "care")
        }
        world.items = ["health.summary", "identity"]
        #expect(world.results == [.withheld, .permitted])
        #expect(world.code == .consentOutOfScope)
        #expect(world.decision.nearest?.fact == id(100))
        #expect(world.decision.nearest?.detail == "excepted")
    }

    @Test func `a later consent takes no refusal back for what it keeps back itself`() {
        var world = world([consent(at: 100), consent(at: 300, items: .codes(["contact"]))])
        world.refusals = [refusal(at: 200)]
        #expect(world.code == .consentAbsent)
        world.consents[1] = consent(at: 300, except: Self.exception(.anyone, .codes(["identity"])))
        #expect(world.code == .consentAbsent)
        world.consents[1] = consent(at: 300)
        #expect(world.code == nil)
    }

    @Test func `the nearest permit says which event and when`() {
        let nearest = world([consent(at: 100, withdrawnAt: 300)]).decision.nearest
        #expect(
            nearest
                == Nearest(
                    flow: "partnership/1/to-council", failed: "consent", code: .consentWithdrawn, fact: id(300),
                    detail: "withdrawn 2026-04-01"))
    }

    @Test func `kinds are not interchangeable`() {
        let gdpr = world([consent(.engagement)]) { $0.article6 = "consent" }
        #expect(gdpr.code == .consentAbsent)
        #expect(world([consent(.gdpr)]) { $0.article6 = "consent" }.code == nil)
        let confidence = { (flow: inout TestFlow) in flow.confidentiality = .init(gateway: "consent") }
        #expect(world([consent(.gdpr)], confidence).code == .consentAbsent)
        #expect(world([consent(.confidentiality)], confidence).code == nil)
    }

    @Test func `a flow on consent in law needs it even where it asks for none`() {
        #expect(world([]) { ($0.article6, $0.consent) = ("consent", .notRequired) }.code == .consentAbsent)
        #expect(
            world([]) { ($0.confidentiality, $0.consent) = (.init(gateway: "consent"), .notRequired) }.code
                == .consentAbsent)
    }

    @Test func `explicit consent is needed for special items only`() {
        var world = world([]) {
            $0.items += ["health"]
            $0.special = SpecialCondition(article9: "explicit-consent")
            $0.consent = .notRequired
        }
        world.items = ["health.mental", "identity"]
        #expect(world.results == [.withheld, .permitted])
        world.consents = [consent(.gdpr)]
        #expect(world.results == [.permitted, .permitted])
    }

    @Test func `a flow that needs two kinds needs both`() {
        let both = { (flow: inout TestFlow) in
            flow.article6 = "consent"
            flow.confidentiality = .init(gateway: "consent")
        }
        #expect(world([consent(.gdpr)], both).code == .consentAbsent)
        #expect(world([consent(.gdpr), consent(.confidentiality, at: 101)], both).code == nil)
    }

    @Test func `unless there is a risk: the holder may record why it shares without`() {
        var world = world([consent(withdrawnAt: 300)]) { $0.consent = .requiredUnlessRisk }
        #expect(world.code == .consentWithdrawn)
        #expect(world.results == [.referred])
        world.question.kind = .delivery
        #expect(world.results == [.withheld])
        world.question.records = Records.withoutConsent
        #expect(world.results == [.permitted])
        world.flow.consent = .required
        #expect(world.results == [.withheld])
    }

    @Test func `no record stands in for a consent that is the basis in law`() {
        var world = world([]) { ($0.article6, $0.consent) = ("consent", .requiredUnlessRisk) }
        world.question.kind = .delivery
        world.question.records = Records.withoutConsent
        #expect(world.code == .consentAbsent)
    }

    @Test func `safeguarding as a condition asks why there is no consent`() {
        var world = World {
            $0.items = ["health", "police", "identity"]
            $0.special = SpecialCondition(
                article9: "substantial-public-interest", schedule1: "safeguarding",
                policyDocument: DocumentReference(ref: "APD-7", date: nil))
            $0.criminal = .schedule1("safeguarding", policyDocument: DocumentReference(ref: "APD-7", date: nil))
        }
        world.items = ["health.mental", "identity", "police"]
        #expect(world.results == [.referred, .permitted, .referred])
        #expect(world.code == .consentAbsent)
        world.question.kind = .delivery
        #expect(world.results == [.withheld, .permitted, .withheld])
        world.question.records = Records.withoutConsent
        #expect(world.results == [.permitted, .permitted, .permitted])
        world.question.records = HolderRecords()
        world.consents = [consent(.confidentiality)]
        #expect(world.results == [.permitted, .permitted, .permitted])
    }
}
