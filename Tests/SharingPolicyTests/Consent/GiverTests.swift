import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Who may consent, and who outranks whom")
struct GiverTests {
    private func world(
        born: String?, _ consents: [ConsentOnRecord], _ refusals: [RefusalOnRecord] = []
    ) -> World {
        var world = World { $0.consent = .required }
        world.items = ["identity"]
        world.birth = born
        world.consents = consents
        world.refusals = refusals
        return world
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let born: String?
        let consents: [ConsentOnRecord]
        let refusals: [RefusalOnRecord]
        let code: RefusalCode?
        let result: ItemDecision.Result

        init(
            _ name: String, born: String?, _ consents: [ConsentOnRecord], _ refusals: [RefusalOnRecord] = [],
            _ code: RefusalCode? = nil, _ result: ItemDecision.Result = .permitted
        ) {
            testDescription = name
            self.born = born
            self.consents = consents
            self.refusals = refusals
            self.code = code
            self.result = result
        }
    }

    private static let own = [consent(by: .`self`)]
    private static let parents = [consent(by: .parentalResponsibility)]

    static let cases: [Case] = [
        Case("own consent, age unknown", born: nil, own),
        Case("own consent at 16", born: "2010-03-01", own),
        Case("own consent the day before 16", born: "2010-03-02", own, [], .capacityUnassessed, .referred),
        Case("own consent at 40", born: "1986-01-01", own),
        Case("a parent's, age unknown", born: nil, parents),
        Case("a parent's, at 8", born: "2018-01-01", parents),
        Case("a parent's, given before 16, now 16", born: "2010-11-22", parents, [], .consentToConfirm, .referred),
        Case("a parent's, given before 16, still 15", born: "2010-11-23", parents),
        Case("a parent's, given at 16", born: "2010-03-01", parents),
        Case("a parent's, now 18", born: "2008-11-22", parents, [], .consentExpired, .withheld),
        Case(
            "an attorney's, at 80, capacity not assessed", born: "1946-01-01", [consent(by: .attorneyHealthWelfare)],
            [],
            .capacityUnassessed, .referred),
        Case("own refusal, no consent", born: nil, [], [refusal()], .consentAbsent, .withheld),
        Case("own consent, later own refusal", born: nil, own, [refusal(at: 200)], .consentAbsent, .withheld),
        Case("own refusal, later own consent", born: nil, own, [refusal(at: 50)]),
        Case(
            "own refusal at 16 against a parent's consent", born: "2010-05-01",
            [consent(by: .parentalResponsibility, from: "2026-05-02")], [refusal()], .consentToConfirm, .referred),
        Case(
            "own refusal at 15 against a parent's consent", born: "2011-01-01", parents, [refusal()], .consentDisputed,
            .referred),
        Case(
            "own refusal, age unknown, against a parent's consent", born: nil, parents, [refusal()], .consentDisputed,
            .referred),
        Case(
            "a parent's refusal against own consent at 16", born: "2010-01-01", own,
            [refusal(by: .parentalResponsibility)], .consentDisputed, .referred),
        Case("a parent's refusal for an adult", born: "2000-01-01", own, [refusal(by: .parentalResponsibility)]),
        Case(
            "a parent's refusal they took back", born: nil, own + [consent(at: 250, by: .parentalResponsibility)],
            [refusal(by: .parentalResponsibility)]),
        Case(
            "a parent's refusal they took back and withdrew again", born: nil,
            own + [consent(at: 250, by: .parentalResponsibility, withdrawnAt: 300)],
            [refusal(by: .parentalResponsibility)], .consentDisputed, .referred),
        Case("a refusal for another purpose", born: nil, own, [refusal(for: ["direct-care"])]),
        Case("a refusal of another item", born: nil, own, [refusal(items: .codes(["contact"]))]),
        Case("a refusal to another recipient", born: nil, own, [refusal(to: [.agency(school)])]),
        Case("a refusal about another holder", born: nil, own, [refusal(holders: [school])]),
    ]

    @Test(arguments: cases) func `givers by age and standing`(_ given: Case) {
        let decision = world(born: given.born, given.consents, given.refusals).decision
        #expect(decision.items.first?.codes.first == given.code)
        #expect(decision.items.first?.result == given.result)
    }

    @Test func `a refusal at 16 outranks a parent's consent given since`() {
        // The parent's consent was recorded when the young person was already 16, so it needs no confirming.
        var late = consent(at: 150, by: .parentalResponsibility, from: "2026-06-01")
        late.recorded = moment("2026-06-01T09:00:00Z")
        let world = world(born: "2010-04-01", [late], [refusal(at: 120)])
        #expect(world.code == .consentAbsent)
        #expect(world.results == [.withheld])
        #expect(world.decision.nearest?.fact == id(120))
        #expect(world.decision.nearest?.detail == "refused 2026-05-01")
    }

    @Test func `a refusal does not touch a flow that needs no consent`() {
        var world = world(born: nil, [], [refusal()])
        world.flow.consent = .notRequired
        #expect(world.code == nil)
    }
}
