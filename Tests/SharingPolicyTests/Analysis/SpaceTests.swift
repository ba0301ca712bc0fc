import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

/// What the tools say of agreements in cases with an answer known beforehand. `WholeAgreementTests` hold them against questions asked one by one.
@Suite("Agreements by their questions")
struct SpaceTests {
    @Test("What only reads differently is no difference")
    func sameEffect() throws {
        let baseline = try Shipped.baseline()
        let before = try Shipped.agreement("direct-care")
        let after = try Shipped.agreement(
            "direct-care",
            [
                ("version: 1", "version: 2"), ("id: direct-care", "id: renamed"), ("title: Referrals", "title: Other"),
                ("items: [identity, contact, family", "items: [family, contact, identity"),
                ("approved: 2025-11-20", "approved: 2025-11-21"),
            ])
        let difference = AgreementDifference(
            before: [before], after: [after], baseline: baseline, parties: Shipped.parties)
        #expect(difference.isEmpty && difference.changed == 0 && difference.questions > 1000)
    }

    @Test("An agreement that lasts longer differs in the days it adds, and only there")
    func longer() throws {
        let baseline = try Shipped.baseline()
        let difference = AgreementDifference(
            before: [try Shipped.agreement("direct-care")],
            after: [try Shipped.agreement("direct-care", [("until: 2028-12-31", "until: 2029-06-30")])],
            baseline: baseline, parties: Shipped.parties)
        #expect(!difference.isEmpty)
        #expect(Set(difference.changes.map { $0.when[.period] }) == [["2029-01-01 to 2029-06-30"]])
        #expect(difference.changes.contains { $0.before.codes == [.agreementExpired] && $0.after.result == .permitted })
    }

    /// Brute force over the whole domain found this one: the decision in somebody's best interests stands for the consent that the flow
    /// looks for, and a consent of another kind for the reason that the law asks for.
    @Test("Consent of a kind that no flow looks for counts where the law asks why there is none")
    func otherConsent() throws {
        let space = QuestionSpace(
            baseline: try Shipped.baseline(), sides: [[try Shipped.agreement("liverpool-mash")]],
            parties: Shipped.parties)
        let found = space.passages().filter {
            $0.flow.id == "school-to-council-safeguarding" && $0.way == .bestInterests
        }
        for item in ["risk.to-child", "education.send", "risk.unsafe-contact"] {
            #expect(found.contains { $0.items.contains { $0.text == item } }, "\(item)")
        }
    }

    @Test("A flow that the law never lets permit is in no matrix")
    func neverPermits() throws {
        let text = try Shipped.text("cases/agreements/made-up-bases.yaml")
        let agreement = try Agreement.parse(yaml: text, file: "made-up")
        var parties = Shipped.parties
        parties[agency("org:charity:1001")] = PartyFacts(kind: .voluntary, publicAuthority: false)
        let space = QuestionSpace(baseline: try Shipped.baseline(), sides: [[agreement]], parties: parties)
        let flows = Set(space.passages().map(\.flow.id))
        #expect(!flows.contains("no-power") && !flows.contains("care-only"))
        #expect(flows.isSuperset(of: ["explicit-consent", "official-authority"]))
        let closed = space.passages().filter { $0.flow.id == "closed-to-authorities" }
        #expect(Set(closed.map(\.from.text)) == ["org:charity:1001"])
        let withoutCondition = space.passages().filter { $0.flow.id == "no-article9" }
        #expect(withoutCondition.filter { $0.way == .agreed }.flatMap(\.items) == ["identity"])
        #expect(withoutCondition.allSatisfy { $0.items == ["identity"] })
    }

    @Test("Where nobody says what a party is, each kind is supposed, and the row says on which it depends")
    func supposed() throws {
        let space = QuestionSpace(
            baseline: try Shipped.baseline(), sides: [[try Shipped.agreement("liverpool-mash")]], parties: [:])
        let rows = space.passages()
        let attendance = rows.filter {
            $0.way == .agreed && $0.flow.id == "attendance" && $0.from == trust && $0.to == council
        }
        #expect(
            attendance.map(\.supposing) == [
                ["ods:RBS25 is council or education", "gss:E08000012 is council or education"]
            ])
        #expect(rows.filter { $0.flow.id != "attendance" }.allSatisfy { $0.supposing.isEmpty })
    }

    @Test("Everybody who may see an item first is among those who can see it")
    func shareFirst() throws {
        let space = QuestionSpace(
            baseline: try Shipped.baseline(), sides: [[try Shipped.agreement("early-help")]], parties: Shipped.parties)
        let rows = space.whoCan(see: "health.mental")
        #expect(rows.map { $0.cells.last } == ["share-first", "share-first", "one-off"])
        #expect(space.whoCan(see: "health.nothing").isEmpty)
        #expect(space.whoCan(see: "person").contains { $0.items == ["person"] && $0.cells[0] == council.text })
    }

    @Test("Ways other than what was agreed are shown as such, and in a matrix only where they give more")
    func ways() throws {
        let text = try Shipped.text("cases/agreements/made-up-persons.yaml")
        var parties = Shipped.parties
        parties[agency("org:charity:1001")] = PartyFacts(kind: .voluntary, publicAuthority: false)
        let space = QuestionSpace(
            baseline: try Shipped.baseline(), sides: [[try Agreement.parse(yaml: text, file: "made-up")]],
            parties: parties)
        func ways(_ flow: String, _ item: ItemCode) -> [Way] {
            space.passages().filter { $0.flow.id == flow && $0.items.contains(item) }.map(\.way)
        }
        #expect(ways("agreed", "health.summary") == [.agreed, .bestInterests, .brokenGlass, .settled])
        #expect(ways("best-interests", "health.summary") == [.agreed, .settled])
        #expect(ways("by-order", "health.mental") == [.agreed])
        #expect(ways("audit", "finance") == [.agreed, .brokenGlass, .settled])
        #expect(ways("obliged", "identity") == [.agreed])
        #expect(ways("on-public-task", "identity") == [.agreed])
        let rows = space.whoCan(see: "finance").map { Array($0.cells.suffix(2)) }
        #expect(
            rows == [
                ["as agreed", "made-up-persons/1/audit"],
                ["behind glass broken by social-worker", "made-up-persons/1/audit"],
                ["settled by the holder's duty-manager", "made-up-persons/1/audit"],
                ["shared first", "share-first"], ["shared first", "share-first"],
                ["the holder decides for once", "one-off"],
            ])
        #expect(space.whoCan(see: "informant").map { $0.cells.last } == ["share-first", "share-first"])
        #expect(space.matrix().map { $0.cells.suffix(2).first } == Array(repeating: "as agreed", count: 6))
    }

    @Test("A page says what an agreement says, and nothing of it is taken for HTML")
    func page() throws {
        let agreement = try Shipped.agreement("direct-care", [("receipt: 72h", "onward: none")])
        let space = QuestionSpace(
            baseline: try Shipped.baseline(), sides: [[agreement]], parties: Shipped.parties)
        let html = MatrixPage(
            title: "<script>alert(1)</script> & \"more\"", notes: ["it's <b>bold</b>"], rows: space.matrix()
        ).html
        #expect(!html.contains("<script") && !html.contains("<b>"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"))
        #expect(html.contains("it&#39;s"))
        #expect(html.contains("<h2>ods:RND to ods:RYE</h2>") && html.contains("direct-care-rnd-rye/1/direct-care"))
        #expect(!html.contains("http:") && !html.contains("https:"))
    }
}
