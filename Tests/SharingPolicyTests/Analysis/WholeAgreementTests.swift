import Encodings
import Foundation
import SharingPolicy
import Support
import Testing

@testable import SharingModel

/// What the tools say of whole agreements, held against questions asked one by one.
///
/// `make soak` asks all there are, in an optimised build: of each agreement as it is shipped everything, of each change of it everything from whom
/// to whom and for what it has another flow. Every run of the tests asks a part of all: between any two agencies for any purpose everything that
/// anybody may do once, about somebody drawn at random.
@Suite("Agreements by what they come to", .serialized)
struct WholeAgreementTests {
    private static let clock = moment("2026-11-22T12:00:00Z")
    private static let isSoak = ProcessInfo.processInfo.environment["SHARING_SOAK"] != nil

    /// An agreement as it is shipped, and with other words in place of some.
    struct Subject: Sendable, CustomTestStringConvertible {
        let name: String
        let changes: [(old: String, new: String)]
        /// How many of the changes every run of the tests looks at: to compare agreements whole takes long in a debug build.
        var inEveryRun = 0
        var testDescription: String { name }
    }

    static let subjects = [
        Subject(
            name: "early-help",
            changes: [
                (
                    "    consent: required\n    conditions: {roles: [nurse",
                    "    consent: required-unless-risk\n    conditions: {roles: [teacher, nurse"
                ), ("education.attendance, person.views", "education, person.views"),
                (
                    "power: children-act-2004-s10\n      confidentiality: none-owed",
                    "power: children-act-2004-s11\n      confidentiality: none-owed"
                ),
            ]),
        Subject(
            name: "direct-care",
            changes: [
                ("health, person.views", "health.summary, person.views"), ("subjects: any", "subjects: {from: 18}"),
                ("consent: not-required", "consent: required"), ("receipt: 72h", "receipt: 24h"),
                ("consent: not-required", "consent: not-required\n    conditions: {afterDeath: true}"),
                (
                    "decide: [caldicott-guardian, duty-manager]",
                    "decide: [duty-manager]\n    breakGlass: {roles: [nurse]}"
                ), ("confidentiality: implied-direct-care", "confidentiality: best-interests"),
                ("confidentiality: implied-direct-care", "confidentiality: court-order"),
            ], inEveryRun: 4),
        Subject(
            name: "liverpool-mash",
            changes: [
                ("health.safeguarding, referral]", "health.safeguarding, health.mental, referral]"),
                ("inseparable: [[contact, risk.unsafe-contact]]", "inseparable: []"),
                ("referral: open, maxStaleness: 15m", "maxStaleness: 15m"),
                ("breakGlass: {roles: [social-worker]}", "breakGlass: {roles: [nurse]}"),
            ]),
    ]

    @Test("Who can see what, and what a change makes of it, is what questions are answered", arguments: subjects)
    func views(_ subject: Subject) async throws {
        let began = ContinuousClock.now
        let baseline = try Shipped.baseline()
        let shipped = try Shipped.agreement(subject.name)
        let changes = Self.isSoak ? subject.changes : Array(subject.changes.prefix(subject.inEveryRun))
        let changed = try changes.map { try Shipped.agreement(subject.name, [$0]) }
        let questions = PlainQuestions(baseline: baseline, agreements: [shipped] + changed, clock: Self.clock)
        let census = await Self.isSoak ? Self.whole(questions) : Self.part(questions)
        let (asked, counted) = (census.asked, ContinuousClock.now - began)

        let space = QuestionSpace(baseline: baseline, sides: [[shipped]], parties: Shipped.parties)
        let passages = Set(
            space.passages().flatMap { passage in
                passage.items.map {
                    PlainCensus.Seen(
                        from: passage.from, to: passage.to, flow: passage.reference, item: $0, way: "\(passage.way)")
                }
            })
        #expect(!passages.isEmpty && census.seen.subtracting(passages) == [])
        if Self.isSoak { #expect(passages.subtracting(census.seen) == []) }
        for (place, agreement) in changed.enumerated() {
            await Task.yield()
            let found = Self.changes(from: shipped, to: agreement, baseline)
            #expect(census.changed[place].subtracting(found) == [], "change \(place)")
            // The same reasons differ only in who decides.
            let met = found.filter { $0.before != $0.after }
            if Self.isSoak { #expect(met.subtracting(census.changed[place]) == [], "change \(place)") }
            Self.say("diff: \(subject.name) \(place), \(found.count) changes")
        }
        Self.say(
            "agreements: \(subject.name) and \(changed.count) changes of it, \(asked) of \(questions.count) questions asked of each in "
                + "\(counted), \(passages.count) permits, \(ContinuousClock.now - began) in all")
    }

    /// Into a file, too, at once: whoever ends a soak early is to see how far it came.
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// Two lanes, each asking about every other setting.
    private static func whole(_ questions: PlainQuestions) async -> PlainCensus {
        await withTaskGroup(of: PlainCensus.self) { group in
            for lane in 0..<2 {
                group.addTask {
                    var census = PlainCensus(questions)
                    for way in 0..<questions.ways {
                        for number in stride(from: lane, to: questions.settingsOfAWay, by: 2) {
                            census.askAll(questions.setting(number, ofWay: way, onlyTouched: true))
                            await Task.yield()
                        }
                        say("lane \(lane): \(way + 1) of \(questions.ways) ways, \(census.asked) questions")
                    }
                    return census
                }
            }
            return await group.reduce(into: PlainCensus(questions)) { $0.add($1) }
        }
    }

    /// Of every way everything that anybody may do once; the setting and the person are drawn.
    private static func part(_ questions: PlainQuestions) async -> PlainCensus {
        var generator = SeededGenerator(seed: 20_261_122)
        var census = PlainCensus(questions)
        for way in 0..<questions.ways {
            var persons: Set<PlainPerson> = []
            for act in PlainAct.all {
                for lift in act.lifts {
                    let number = Int.random(in: 0..<questions.settingsOfAWay, using: &generator)
                    let person = PlainPerson.allCases.randomElement(using: &generator) ?? .ordinary
                    census.ask(questions.setting(number, ofWay: way, onlyTouched: false), act, lift, person)
                    persons.insert(person)
                    await Task.yield()
                }
            }
            #expect(persons.count == PlainPerson.allCases.count)
        }
        return census
    }

    /// What the tool finds, as far as the questions go: they ask for everything together, on one day.
    private static func changes(
        from before: Agreement, to after: Agreement, _ baseline: Baseline
    ) -> Set<PlainCensus.Changed> {
        func words(_ answer: ItemAnswer) -> [String] {
            [answer.result.rawValue] + answer.codes.map(\.rawValue)
                + answer.obligations.map { "\($0.kind) \($0.value)" }
        }
        let difference = AgreementDifference(
            before: [before], after: [after], baseline: baseline, parties: Shipped.parties)
        return Set(
            difference.changes.filter { $0.when[.offered] != ["alone"] }.flatMap { change in
                change.items.map { item in
                    PlainCensus.Changed(
                        from: change.from, to: change.to, purpose: change.purpose, item: item,
                        before: words(change.before), after: words(change.after))
                }
            })
    }
}
