import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("The basis of a flow, by the law of the day")
struct BasisTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let item: ItemCode
        let code: RefusalCode?
        let change: @Sendable (inout TestFlow) -> Void

        init(
            _ name: String, of item: ItemCode = "identity", _ code: RefusalCode?,
            _ change: @escaping @Sendable (inout TestFlow) -> Void
        ) {
            testDescription = name
            self.item = item
            self.code = code
            self.change = change
        }
    }

    private static let policy = DocumentReference(ref: "APD-7", date: nil)

    private static func special(
        _ article9: LegalCode, _ schedule1: LegalCode? = nil, policy: DocumentReference? = nil
    ) -> SpecialCondition { SpecialCondition(article9: article9, schedule1: schedule1, policyDocument: policy) }

    static let cases: [Case] = [
        Case("a basis nobody knows", .noLawfulBasis) { $0.article6 = "kindness" },
        Case("a basis not in force", .noLawfulBasis) { $0.article6 = "not-yet" },
        Case("a basis closed to public authorities", .basisNotForPublicAuthority) {
            $0.article6 = "legitimate-interests"
        },
        Case("public task without a power", .noLawfulBasis) { $0.power = nil },
        Case("a power nobody knows", .noLawfulBasis) { $0.power = "royal-whim" },
        Case("a power that was repealed", .noLawfulBasis) { $0.power = "repealed" },
        Case("a power not yet in force", .noLawfulBasis) { $0.power = "not-yet" },
        Case("a power of another nation", .noLawfulBasis) { $0.power = "scottish" },
        Case("an ordinary item needs no condition", nil) { $0.special = nil },
        Case("a special item without a condition", of: "health.mental", .noArticle9Condition) { $0.special = nil },
        Case("a condition not in force", of: "health.mental", .noArticle9Condition) { $0.special = special("not-yet") },
        Case("a condition without its schedule 1", of: "health.mental", .noSchedule1Condition) {
            $0.special = special("health-or-social-care")
        },
        Case("a schedule 1 condition that does not serve it", of: "health.mental", .noSchedule1Condition) {
            $0.special = special("substantial-public-interest", "care")
        },
        Case("a schedule 1 condition not in force", of: "health.mental", .noSchedule1Condition) {
            $0.special = special("health-or-social-care", "not-yet")
        },
        Case("no policy document", of: "health.mental", .noPolicyDocument) {
            $0.special = special("substantial-public-interest", "safeguarding")
        },
        Case("health and social care", of: "health.mental", nil) {
            $0.special = special("health-or-social-care", "care")
        },
        Case("a criminal item without a condition", of: "police", .noArticle10Condition) { $0.criminal = nil },
        Case("a condition that does not serve criminal data", of: "police", .noArticle10Condition) {
            $0.criminal = .schedule1("care", policyDocument: policy)
        },
        Case("a criminal condition not in force", of: "police", .noArticle10Condition) {
            $0.criminal = .schedule1("not-yet", policyDocument: policy)
        },
        Case("a criminal item without a policy document", of: "police", .noPolicyDocument) {
            $0.criminal = .schedule1("safeguarding", policyDocument: nil)
        },
        Case("official authority", of: "police", nil) { $0.criminal = .officialAuthority },
        Case("a gateway nobody knows", .confidentialityNotLifted) { $0.confidentiality = .init(gateway: "gossip") },
        Case("a gateway not in force", .confidentialityNotLifted) { $0.confidentiality = .init(gateway: "not-yet") },
        Case("implied consent outside care", .confidentialityNotLifted) {
            $0.confidentiality = .init(gateway: "implied-direct-care")
        },
        Case("a statute without its section", .confidentialityNotLifted) {
            $0.confidentiality = .init(gateway: "statute")
        },
        Case("a statute nobody knows", .confidentialityNotLifted) {
            $0.confidentiality = .init(gateway: "statute", statute: "magna-carta")
        },
        Case("a statute with its section", nil) {
            $0.confidentiality = .init(gateway: "statute", statute: "hsca-2012-s251b")
        },
        Case("no court order on record", .confidentialityNotLifted) {
            $0.confidentiality = .init(gateway: "court-order")
        },
        Case("no best-interests decision on record", .confidentialityNotLifted) {
            $0.confidentiality = .init(gateway: "best-interests")
        },
    ]

    @Test(arguments: cases) func `a basis has all that the law of the day asks of it`(_ given: Case) {
        var world = World {
            $0.items += ["health", "police"]
            given.change(&$0)
        }
        world.items = [given.item]
        #expect(world.code == given.code)
        #expect(world.decision.outcome == (given.code == nil ? .permitted : .refused))
    }

    @Test func `a basis closed to public authorities is open to others`() {
        var world = World { $0.article6 = "legitimate-interests" }
        world.question.holder.isPublicAuthority = false
        #expect(world.code == nil)
    }

    @Test func `care purposes lift confidence by implication`() {
        var world = World {
            $0.confidentiality = .init(gateway: "implied-direct-care")
            $0.purpose = "direct-care"
        }
        world.question.purpose = "direct-care"
        #expect(world.code == nil)
    }

    @Test func `the law of the day decides, not today's`() {
        var world = World { $0.power = "repealed" }
        world.clock = moment("2026-01-31T23:59:59Z")
        #expect(world.code == nil)
        world.clock = moment("2026-02-01T00:00:00Z")
        #expect(world.code == .noLawfulBasis)
    }

    @Test func `the public interest is weighed each time: asked, the holder may still record it; offering, it has not`()
    {
        var world = World { $0.confidentiality = .init(gateway: "public-interest") }
        #expect(world.results == [.referred, .referred])
        #expect(world.code == .confidentialityNotLifted)
        world.question.kind = .delivery
        #expect(world.results == [.withheld, .withheld])
        #expect(world.code == .confidentialityNotLifted)
        world.question.records = Records.publicInterest
        #expect(world.decision.outcome == .permitted)
    }
}
