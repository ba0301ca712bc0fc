import Encodings
import SharingModel
import Testing

@Suite("The baseline")
struct BaselineTests {
    @Test("It knows every purpose, item, role and power that the domain names")
    func vocabulary() throws {
        let baseline = try Configuration.baseline()
        let purposes =
            "direct-care early-help safeguarding-children safeguarding-adults education-inclusion continuing-care hospital-discharge crime-prevention complaint audit"
        #expect(Set(baseline.purposes.keys.map(\.text)) == Set(purposes.split(separator: " ").map(String.init)))
        let leaves = """
            identity contact family informant risk.to-child risk.to-worker risk.unsafe-contact education.attendance \
            education.attainment education.send education.exclusion health.summary health.medication health.mental \
            health.sexual health.substance health.safeguarding health.continuing-care social.assessment social.plan \
            social.protection status.legal housing finance police person.views referral.category referral.concerns \
            referral.service referral.summary request.reason
            """
        let tree = baseline.items
        let known = Set(tree.items.keys.flatMap { tree.leaves(of: $0) }.map(\.text))
        #expect(known == Set(leaves.split(separator: " ").map(String.init)))
        for role in ["social-worker", "nurse", "teacher", "designated-safeguarding-lead"] {
            #expect(baseline.roles[RoleCode(unchecked: role)] != nil)
        }
        for power in ["children-act-2004-s10", "children-act-2004-s11"] {
            #expect(baseline.powers[LegalCode(unchecked: power)] != nil)
        }
        let gateways = [
            "consent", "implied-direct-care", "statute", "court-order", "best-interests", "public-interest",
            "none-owed",
        ]
        #expect(Set(baseline.confidentiality.keys.map(\.text)) == Set(gateways))
    }

    @Test("The items that must be ordinary are, and health is not")
    func classes() throws {
        let tree = try Configuration.baseline().items
        for code in ["identity", "contact", "referral", "request", "education.attendance"] {
            #expect(tree.classes(of: ItemCode(unchecked: code)) == [.ordinary])
        }
        #expect(tree.classes(of: ItemCode(unchecked: "health")) == [.special])
        #expect(tree.classes(of: ItemCode(unchecked: "police")) == [.criminal])
        #expect(tree.classes(of: ItemCode(unchecked: "risk")) == [.special, .ordinary])
        #expect(tree.classes(of: ItemCode(unchecked: "unheard-of")) == [])
    }

    @Test("A parent is decided as its leaves; a code that is not known stays itself")
    func leaves() throws {
        let tree = try Configuration.baseline().items
        let asked = ["risk", "risk.to-child", "unheard-of"].compactMap { ItemCode($0) }
        #expect(
            tree.leaves(of: asked).map(\.text) == [
                "risk.to-child", "risk.to-worker", "risk.unsafe-contact", "unheard-of",
            ])
    }

    @Test("Law is in force from its day on: recognised legitimate interest since 2026-02-05, section 16LA not yet")
    func dates() throws {
        let baseline = try Configuration.baseline()
        let recognised = try #require(baseline.article6[LegalCode(unchecked: "recognised-legitimate-interest")])
        #expect(recognised.closedToPublicAuthorities)
        #expect(!recognised.dated.isInForce(on: try #require(CalendarDay("2026-02-04"))))
        #expect(recognised.dated.isInForce(on: try #require(CalendarDay("2026-02-05"))))
        let today = try #require(CalendarDay("2026-11-22"))
        #expect(
            baseline.duties[LegalCode(unchecked: "health-and-social-care-act-2012-s251b")]?.dated.isInForce(on: today)
                == true)
        let notYet = try #require(baseline.duties[LegalCode(unchecked: "children-act-2004-s16la")])
        #expect(!notYet.dated.isInForce(on: today))
        #expect(notYet.exceptions == ["detrimental-to-child"])
    }

    @Test("The safeguarding condition needs a policy document, and a reason where consent is not relied on")
    func safeguarding() throws {
        let rule = try #require(try Configuration.baseline().schedule1[LegalCode(unchecked: "safeguarding")])
        #expect(rule.needsPolicyDocument && rule.needsWithoutConsentReason)
        #expect(rule.article9.map(\.text) == ["substantial-public-interest"])
    }

    @Test("A safeguarding referral to a council is shared first, other referrals are not")
    func shareFirst() throws {
        let baseline = try Configuration.baseline()
        let council = try AgencyID("gss:E08000012")
        let today = try #require(CalendarDay("2026-11-22"))
        let asked = ["safeguarding-children", "safeguarding-adults", "early-help"].map { purpose in
            PurposeCode(purpose).flatMap {
                baseline.shareFirst(purpose: $0, recipient: council, kind: .council, on: today)
            } != nil
        }
        #expect(asked == [true, true, false])
    }

    @Test("A rule without a source is refused with its line, and an unknown key with a hint")
    func strict() throws {
        let text = try Configuration.text("config/baseline.yaml")
            .replacing(", source: UK GDPR Art 6(1)(a)", with: "").replacing("bankHolidays:", with: "bankHoliday:")
        let error = #expect(throws: DocumentError.self) { try Baseline.parse(yaml: text, file: "b.yaml") }
        let problems = error?.problems ?? []
        #expect(problems.map(\.code).sorted() == ["missing-member", "unknown-member"])
        #expect(problems.contains { $0.pointer == "/article6/consent/source" && $0.line > 100 })
        #expect(problems.contains { $0.hint == "did you mean `bankHolidays`?" })
    }
}
