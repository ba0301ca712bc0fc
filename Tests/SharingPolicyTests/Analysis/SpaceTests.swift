import Encodings
import Foundation
import SharingPolicy
import Testing

@testable import SharingModel

/// What the tools say of whole agreements, held against every question asked one by one.
// Each question is a decision of two judges: in a debug build they hold every other test up, so `make soak` asks them, optimised.
@Suite("Agreements by what they come to", .enabled(if: ProcessInfo.processInfo.environment["SHARING_SOAK"] != nil))
struct SpaceTests {
    private static let clock = moment("2026-11-22T12:00:00Z")
    /// `make soak` asks the whole core, and of what is beyond it a part that takes minutes in an optimised build; with
    /// `SHARING_SOAK=whole` everything, which takes an hour or more.
    private static let soak = ProcessInfo.processInfo.environment["SHARING_SOAK"]
    private static let isSoak = soak != nil

    /// Of how many questions one is asked: in every run of the tests, and in a soak.
    private static func stride(
        _ test: (core: Int, beyond: Int), soakBeyond: Int
    ) -> (core: Int, beyond: Int) {
        isSoak ? (1, soak == "whole" ? 1 : soakBeyond) : test
    }

    private struct Seen: Hashable {
        let from: AgencyID
        let to: AgencyID
        let flow: String
        let item: ItemCode
        let way: String
    }

    private static let agreements: [(name: String, stride: (core: Int, beyond: Int))] = [
        ("early-help", stride((601, 60_013), soakBeyond: 5)), ("direct-care", stride((11, 4_999), soakBeyond: 1)),
        ("liverpool-mash", stride((1_009, 120_011), soakBeyond: 5)),
    ]

    @Test("Who can see what is what some question permits", arguments: agreements.indices)
    func whoCan(row: Int) async throws {
        let (name, stride) = Self.agreements[row]
        let baseline = try Shipped.baseline()
        let agreement = try Shipped.agreement(name)
        let questions = PlainQuestions(
            baseline: baseline, agreements: [agreement], clock: Self.clock, stride: stride)
        let began = ContinuousClock.now
        let (asked, permitted) = await Self.inParts(questions) { Self.permits($0, PlainPolicy(baseline, [agreement])) }
        let space = QuestionSpace(baseline: baseline, sides: [[agreement]], parties: Shipped.parties)
        let found = Set(
            space.passages().flatMap { passage in
                passage.items.map {
                    Seen(
                        from: passage.from, to: passage.to, flow: passage.reference, item: $0, way: "\(passage.way)")
                }
            })
        #expect(permitted.subtracting(found) == [])
        // So few of the largest agreement's questions need not meet every permit; the whole must.
        let met = found.subtracting(permitted)
        #expect(met.filter { stride.beyond <= 5 || ($0.way == "agreed" && stride.core < 100) } == [])
        #expect(!found.isEmpty && asked > 200)
        print(
            "who-can: \(name), \(asked) questions asked one by one, \(found.count) permits, \(ContinuousClock.now - began)"
        )
    }

    /// What the questions permit, and in which way: without what people do, or without best interests, it would not be.
    private static func permits(_ questions: PlainQuestions, _ policy: PlainPolicy) -> (Int, Set<Seen>) {
        var permitted: Set<Seen> = []
        let asked = questions.forEach { scene in
            let given = scene.decision(policy, clock).items.filter { $0.result == .permitted && $0.flow != nil }
            guard !given.isEmpty else { return }
            func seen(_ item: ItemDecision, _ way: String) -> Seen {
                Seen(from: scene.from, to: scene.to, flow: item.flow ?? "", item: item.item, way: way)
            }
            let plain = scene.unlifted
            let without = scene.question == plain.question ? given : plain.decision(policy, clock).items
            for item in given where !without.contains(item) {
                permitted.insert(seen(item, scene.question.breakGlass == nil ? "settled" : "brokenGlass"))
            }
            guard scene.person == .bestInterests else {
                for item in given where without.contains(item) { permitted.insert(seen(item, "agreed")) }
                return
            }
            guard scene.question == plain.question else { return }
            var lacking = scene
            lacking.person = .lacking
            let unserved = lacking.decision(policy, clock).items
            for item in given where !unserved.contains(item) { permitted.insert(seen(item, "bestInterests")) }
        }
        return (asked, permitted)
    }

    /// Asks in two parts at once.
    private static func inParts<Value: Hashable & Sendable>(
        _ questions: PlainQuestions, _ ask: @escaping @Sendable (PlainQuestions) -> (Int, Set<Value>)
    ) async -> (Int, Set<Value>) {
        await withTaskGroup(of: (Int, Set<Value>).self) { group in
            for number in 0..<2 {
                var part = questions
                part.part = (number, 2)
                group.addTask { [part] in ask(part) }
            }
            return await group.reduce((0, [])) { ($0.0 + $1.0, $0.1.union($1.1)) }
        }
    }

    private struct Changed: Hashable {
        let from: AgencyID
        let to: AgencyID
        let purpose: PurposeCode
        let item: ItemCode
        let before: [String]
        let after: [String]
    }

    private static let changes: [(name: String, old: String, new: String, stride: (core: Int, beyond: Int))] = [
        (
            "early-help", "    consent: required\n    conditions: {roles: [nurse",
            "    consent: required-unless-risk\n    conditions: {roles: [teacher, nurse",
            stride((397, 40_009), soakBeyond: 37)
        ),
        (
            "early-help", "education.attendance, person.views", "education, person.views",
            stride((397, 40_009), soakBeyond: 37)
        ),
        (
            "early-help", "power: children-act-2004-s10\n      confidentiality: none-owed",
            "power: children-act-2004-s11\n      confidentiality: none-owed", stride((397, 40_009), soakBeyond: 37)
        ),
        ("direct-care", "health, person.views", "health.summary, person.views", stride((61, 9_973), soakBeyond: 3)),
        ("direct-care", "subjects: any", "subjects: {from: 18}", stride((61, 9_973), soakBeyond: 3)),
        ("direct-care", "consent: not-required", "consent: required", stride((61, 9_973), soakBeyond: 3)),
        ("direct-care", "receipt: 72h", "receipt: 24h", stride((61, 9_973), soakBeyond: 3)),
        (
            "direct-care", "consent: not-required", "consent: not-required\n    conditions: {afterDeath: true}",
            stride((61, 9_973), soakBeyond: 3)
        ),
        (
            "direct-care", "decide: [caldicott-guardian, duty-manager]",
            "decide: [duty-manager]\n    breakGlass: {roles: [nurse]}", stride((61, 9_973), soakBeyond: 3)
        ),
        (
            "direct-care", "confidentiality: implied-direct-care", "confidentiality: best-interests",
            stride((61, 9_973), soakBeyond: 3)
        ),
        (
            "direct-care", "confidentiality: implied-direct-care", "confidentiality: court-order",
            stride((61, 9_973), soakBeyond: 3)
        ),
        (
            "liverpool-mash", "health.safeguarding, referral]", "health.safeguarding, health.mental, referral]",
            stride((397, 40_009), soakBeyond: 37)
        ),
        (
            "liverpool-mash", "inseparable: [[contact, risk.unsafe-contact]]", "inseparable: []",
            stride((397, 40_009), soakBeyond: 37)
        ),
        (
            "liverpool-mash", "referral: open, maxStaleness: 15m", "maxStaleness: 15m",
            stride((397, 40_009), soakBeyond: 37)
        ),
        (
            "liverpool-mash", "breakGlass: {roles: [social-worker]}", "breakGlass: {roles: [nurse]}",
            stride((397, 40_009), soakBeyond: 37)
        ),
    ]

    /// Agreements are compared whole, which takes long in a debug build: in every run some changes of the smallest.
    private static let rows = changes.indices.filter { isSoak || [3, 4, 8, 9].contains($0) }

    @Test("A difference is what some question answers differently", arguments: rows)
    func difference(row: Int) async throws {
        let (name, old, new, stride) = Self.changes[row]
        let baseline = try Shipped.baseline()
        let (before, after) = (try Shipped.agreement(name), try Shipped.agreement(name, [(old, new)]))
        let questions = PlainQuestions(
            baseline: baseline, agreements: [before, after], clock: Self.clock, stride: stride)
        let began = ContinuousClock.now
        let (asked, plain) = await Self.inParts(questions) { part in
            Self.changes(part, (before, PlainPolicy(baseline, [before])), (after, PlainPolicy(baseline, [after])))
        }
        let difference = AgreementDifference(
            before: [before], after: [after], baseline: baseline, parties: Shipped.parties)
        let found = Set(
            difference.changes.filter { $0.when[.offered] != ["alone"] }.flatMap { change in
                change.items.map { item in
                    Changed(
                        from: change.from, to: change.to, purpose: change.purpose, item: item,
                        before: Self.words(change.before), after: Self.words(change.after))
                }
            })
        #expect(plain.subtracting(found) == [])
        // A part of the questions need not meet everything; the whole must. The same reasons differ only in who decides.
        if stride == (1, 1) { #expect(found.filter { $0.before != $0.after }.subtracting(plain) == []) }
        print(
            "diff: \(name), \(asked) questions asked one by one of both, \(found.count) changes, \(ContinuousClock.now - began)"
        )
    }

    private static func words(_ answer: ItemAnswer) -> [String] {
        [answer.result.rawValue] + answer.codes.map(\.rawValue) + answer.obligations.map { "\($0.kind) \($0.value)" }
    }

    private static func changes(
        _ questions: PlainQuestions, _ before: (agreement: Agreement, policy: PlainPolicy),
        _ after: (agreement: Agreement, policy: PlainPolicy)
    ) -> (Int, Set<Changed>) {
        func words(_ item: ItemDecision, _ agreement: Agreement, _ question: Question, _ decision: Decision) -> [String]
        {
            let flow = agreement.flows.first { agreement.reference(to: $0) == item.flow }
            let isBroken = question.breakGlass != nil && flow?.breakGlass.contains(question.role) == true
            let isOnce = flow == nil && item.result == .permitted && !decision.shareFirst
            return [item.result.rawValue] + item.codes.map(\.rawValue)
                + (flow?.obligations.list.map { "\($0.kind) \($0.value)" } ?? [])
                + (isBroken ? ["review break-glass"] : []) + (isOnce ? ["review one-off"] : [])
        }
        var changed: Set<Changed> = []
        let asked = questions.forEach { scene in
            let (one, other) = (scene.decision(before.policy, clock), scene.decision(after.policy, clock))
            for (old, new) in zip(one.items, other.items) where old != new || old.flow != nil {
                let change = Changed(
                    from: scene.from, to: scene.to, purpose: scene.purpose, item: old.item,
                    before: words(old, before.agreement, scene.question, one),
                    after: words(new, after.agreement, scene.question, other))
                if change.before != change.after { changed.insert(change) }
            }
        }
        return (asked, changed)
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
