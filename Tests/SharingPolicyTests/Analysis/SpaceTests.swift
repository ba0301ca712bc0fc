import Encodings
import Foundation
import SharingPolicy
import Testing

@testable import SharingModel

/// What the tools say of whole agreements, held against every question asked one by one.
@Suite("Agreements by what they come to")
struct SpaceTests {
    private static let clock = moment("2026-11-22T12:00:00Z")
    /// The whole of the largest agreement takes minutes; `make soak` asks it all.
    private static let isSoak = ProcessInfo.processInfo.environment["SHARING_SOAK"] != nil

    private struct Seen: Hashable {
        let from: AgencyID
        let to: AgencyID
        let flow: String
        let item: ItemCode
    }

    @Test(
        "Who can see what is what some question permits",
        arguments: [("early-help", isSoak ? 1 : 61), ("direct-care", 1), ("liverpool-mash", isSoak ? 1 : 127)])
    func whoCan(name: String, stride: Int) throws {
        let baseline = try Shipped.baseline()
        let agreement = try Shipped.agreement(name)
        var permitted: Set<Seen> = []
        let asked = PlainQuestions(baseline: baseline, agreements: [agreement], clock: Self.clock, stride: stride)
            .forEach { scene in
                for item in scene.decision(baseline, [agreement], Self.clock).items {
                    guard item.result == .permitted, let flow = item.flow else { continue }
                    permitted.insert(Seen(from: scene.from, to: scene.to, flow: flow, item: item.item))
                }
            }
        let space = QuestionSpace(baseline: baseline, sides: [[agreement]], parties: Shipped.parties)
        let found = Set(
            space.passages().flatMap { passage in
                passage.items.map { Seen(from: passage.from, to: passage.to, flow: passage.reference, item: $0) }
            })
        #expect(permitted.subtracting(found) == [])
        // So few of the largest agreement's questions need not meet every permit; the whole must.
        if stride < 100 { #expect(found.subtracting(permitted) == []) }
        #expect(!found.isEmpty && asked > 500)
        print("who-can: \(name), \(asked) questions asked one by one, \(found.count) permits")
    }

    private struct Changed: Hashable {
        let from: AgencyID
        let to: AgencyID
        let purpose: PurposeCode
        let item: ItemCode
        let before: [String]
        let after: [String]
    }

    private static let changes: [(name: String, old: String, new: String, stride: Int)] = [
        (
            "early-help", "    consent: required\n    conditions: {roles: [nurse",
            "    consent: required-unless-risk\n    conditions: {roles: [teacher, nurse", isSoak ? 1 : 397
        ),
        ("early-help", "education.attendance, person.views", "education, person.views", isSoak ? 1 : 397),
        (
            "early-help", "power: children-act-2004-s10\n      confidentiality: none-owed",
            "power: children-act-2004-s11\n      confidentiality: none-owed", isSoak ? 1 : 397
        ),
        ("direct-care", "health, person.views", "health.summary, person.views", 1),
        ("direct-care", "subjects: any", "subjects: {from: 18}", isSoak ? 1 : 11),
        ("direct-care", "consent: not-required", "consent: required", isSoak ? 1 : 11),
        ("direct-care", "receipt: 72h", "receipt: 24h", isSoak ? 1 : 11),
        (
            "liverpool-mash", "health.safeguarding, referral]", "health.safeguarding, health.mental, referral]",
            isSoak ? 1 : 397
        ),
        ("liverpool-mash", "inseparable: [[contact, risk.unsafe-contact]]", "inseparable: []", isSoak ? 1 : 397),
        ("liverpool-mash", "referral: open, maxStaleness: 15m", "maxStaleness: 15m", isSoak ? 1 : 397),
    ]

    @Test("A difference is what some question answers differently", arguments: changes.indices)
    func difference(row: Int) throws {
        let (name, old, new, stride) = Self.changes[row]
        let baseline = try Shipped.baseline()
        let (before, after) = (try Shipped.agreement(name), try Shipped.agreement(name, [(old, new)]))
        func words(_ item: ItemDecision, _ agreement: Agreement) -> [String] {
            let flow = agreement.flows.first { agreement.reference(to: $0) == item.flow }
            return [item.result.rawValue] + item.codes.map(\.rawValue)
                + (flow?.obligations.list.map { "\($0.kind) \($0.value)" } ?? [])
        }
        var plain: Set<Changed> = []
        let asked = PlainQuestions(
            baseline: baseline, agreements: [before, after], clock: Self.clock, stride: stride
        ).forEach { scene in
            let (one, other) = (
                scene.decision(baseline, [before], Self.clock), scene.decision(baseline, [after], Self.clock)
            )
            for (old, new) in zip(one.items, other.items) {
                let change = Changed(
                    from: scene.from, to: scene.to, purpose: scene.purpose, item: old.item,
                    before: words(old, before), after: words(new, after))
                if change.before != change.after { plain.insert(change) }
            }
        }
        let difference = AgreementDifference(
            before: [before], after: [after], baseline: baseline, parties: Shipped.parties)
        let found = Set(
            difference.changes.filter { $0.when[.offered] != ["alone"] }.flatMap { change in
                change.items.map { item in
                    Changed(
                        from: change.from, to: change.to, purpose: change.purpose, item: item,
                        before: [change.before.result.rawValue] + change.before.codes.map(\.rawValue)
                            + change.before.obligations.map { "\($0.kind) \($0.value)" },
                        after: [change.after.result.rawValue] + change.after.codes.map(\.rawValue)
                            + change.after.obligations.map { "\($0.kind) \($0.value)" })
                }
            })
        #expect(plain.subtracting(found) == [])
        // A part of the questions need not meet everything; the whole must. The same reasons differ only in who decides.
        if stride == 1 { #expect(found.filter { $0.before != $0.after }.subtracting(plain) == []) }
        print("diff: \(name), \(asked) questions asked one by one of both, \(found.count) changes")
    }

    @Test("What only reads differently is no difference")
    func sameEffect() throws {
        let baseline = try Shipped.baseline()
        let before = try Shipped.agreement("early-help")
        let after = try Shipped.agreement(
            "early-help",
            [
                ("version: 1", "version: 2"), ("school-council-engagement", "renamed"), ("title: Early", "title: Late"),
                (
                    "items: [identity, contact, family, education.attendance",
                    "items: [family, contact, identity, education.attendance"
                ),
                ("approved: 2026-06-18", "approved: 2026-06-19"),
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
        #expect(closed.map(\.from.text) == ["org:charity:1001"])
        let withoutCondition = space.passages().filter { $0.flow.id == "no-article9" }
        #expect(withoutCondition.flatMap(\.items) == ["identity"])
    }

    @Test("Where nobody says what a party is, each kind is supposed, and the row says on which it depends")
    func supposed() throws {
        let space = QuestionSpace(
            baseline: try Shipped.baseline(), sides: [[try Shipped.agreement("liverpool-mash")]], parties: [:])
        let rows = space.passages()
        let attendance = rows.filter { $0.flow.id == "attendance" && $0.from == trust && $0.to == council }
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
        #expect(rows.map { $0.cells.last } == ["share-first", "share-first"])
        #expect(space.whoCan(see: "health.nothing").isEmpty)
        #expect(space.whoCan(see: "person").contains { $0.items == ["person"] && $0.cells[0] == council.text })
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
