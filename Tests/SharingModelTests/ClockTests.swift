import Encodings
import Foundation
import SharingModel
import Support
import Testing

@Suite("Clocks") struct ClockTests {
    private let baseline: Baseline

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config/baseline.yaml")
        baseline = try Baseline.parse(yaml: String(contentsOf: file, encoding: .utf8), file: "baseline.yaml")
    }

    private static func at(_ text: String) throws -> Instant { try #require(Instant(text)) }

    private static func steps(_ steps: [(ReferralVerb, String)]) throws -> [ReferralCourse.Step] {
        try steps.map { .init($0.0, try at($0.1)) }
    }

    private func words(_ clocks: [Clock]) -> [String] {
        clocks.map { "\($0.name.rawValue) \($0.state.rawValue)\($0.isOverdue ? " overdue" : "")" }
    }

    private func clocks(
        _ arrived: String, _ asOf: String, _ urgency: Urgency = .routine, _ steps: [(ReferralVerb, String)] = [],
        isSafeguarding: Bool = true
    ) throws -> [String] {
        let course = ReferralCourse(
            urgency: urgency, isSafeguarding: isSafeguarding, isChildrens: false, arrived: try Self.at(arrived),
            steps: try Self.steps(steps))
        return words(course.clocks(baseline, asOf: try Self.at(asOf)))
    }

    // MARK: Of a referral

    /// A Friday; Monday is a working day.
    private static let friday = "2026-11-20T10:00:00Z"

    @Test("A routine one waits until the end of the next working day, over a weekend")
    func weekend() throws {
        #expect(try clocks(Self.friday, "2026-11-23T23:59:00Z") == ["acknowledge running", "decide running"])
        #expect(
            try clocks(Self.friday, "2026-11-24T00:00:01Z") == ["acknowledge missed overdue", "decide missed overdue"])
    }

    @Test("An emergency is decided the same day")
    func emergency() throws {
        #expect(
            try clocks(Self.friday, "2026-11-21T00:00:01Z", .emergency)
                == ["acknowledge running", "decide missed overdue"])
    }

    @Test("What was done in time is met for good, what was done late stays missed and waits for nobody")
    func ended() throws {
        let late = "2026-12-24T10:00:00Z"
        #expect(
            try clocks(
                Self.friday, late, .routine,
                [(.acknowledged, "2026-11-20T11:00:00Z"), (.accepted, "2026-11-25T09:00:00Z")])
                == ["acknowledge met", "decide missed"])
        #expect(
            try clocks(Self.friday, late, .routine, [(.declined, "2026-11-23T09:00:00Z")])
                == ["acknowledge met", "decide met"])
    }

    @Test("A question stops no clock, and what comes after the moment is not known yet")
    func question() throws {
        let steps: [(ReferralVerb, String)] = [
            (.infoRequested, "2026-11-20T12:00:00Z"), (.accepted, "2026-11-24T09:00:00Z"),
        ]
        #expect(
            try clocks(Self.friday, "2026-11-24T08:00:00Z", .routine, steps)
                == ["acknowledge missed overdue", "decide missed overdue"])
    }

    @Test("A withdrawal cancels what has not ended, but for safeguarding, where it is a note")
    func withdrawn() throws {
        let steps: [(ReferralVerb, String)] = [
            (.acknowledged, "2026-11-20T10:30:00Z"), (.withdrawn, "2026-11-20T11:00:00Z"),
        ]
        #expect(
            try clocks(Self.friday, "2026-12-01T12:00:00Z", .routine, steps, isSafeguarding: false)
                == ["acknowledge met", "decide cancelled"])
        #expect(
            try clocks(Self.friday, "2026-12-01T12:00:00Z", .routine, steps)
                == ["acknowledge met", "decide missed overdue"])
        #expect(
            try clocks(Self.friday, "2026-11-20T10:45:00Z", .routine, steps, isSafeguarding: false)
                == ["acknowledge met", "decide running"])
    }

    @Test("Who takes a referral up again owes an answer again, from that day on")
    func reopened() throws {
        let steps: [(ReferralVerb, String)] = [
            (.declined, "2026-11-20T11:00:00Z"), (.reopened, "2026-12-10T09:00:00Z"),
        ]
        #expect(try clocks(Self.friday, "2026-12-09T00:00:00Z", .routine, steps) == ["acknowledge met", "decide met"])
        #expect(
            try clocks(Self.friday, "2026-12-10T10:00:00Z", .routine, steps) == ["acknowledge met", "decide running"])
        #expect(
            try clocks(Self.friday, "2026-12-12T00:00:00Z", .routine, steps)
                == ["acknowledge met", "decide missed overdue"])
    }

    // MARK: The assessment

    private func assessment(
        _ steps: [(ReferralVerb, String)], asOf: String, earlier: [(ReferralVerb, String)] = [],
        arrived: String = friday,
        assessed: String? = nil
    ) throws -> Clock {
        let course = ReferralCourse(
            urgency: .routine, firstArrived: try Self.at(Self.friday), arrived: try Self.at(arrived),
            earlier: try Self.steps(earlier), steps: try Self.steps(steps), assessed: try assessed.map(Self.at))
        return try #require(course.clocks(baseline, asOf: try Self.at(asOf)).first { $0.name == .assessment })
    }

    @Test("An assessment has 45 working days from the referral, bank holidays left out")
    func assessment() throws {
        let running = try assessment([(.accepted, "2026-11-20T12:00:00Z")], asOf: "2026-12-01T00:00:00Z")
        // Nine weeks of five days from Monday 23 November; 25 and 28 December and 1 January are bank holidays.
        #expect(running.due == (try Self.at("2027-01-27T23:59:59.999Z")))
        #expect(running.state == .running)
        let met = try assessment([], asOf: "2027-06-01T00:00:00Z", assessed: "2027-01-27T23:00:00Z")
        #expect(met.state == .met)
        let late = try assessment([], asOf: "2027-06-01T00:00:00Z", assessed: "2027-01-28T00:30:00Z")
        #expect(late.state == .missed && !late.isOverdue && late.minutesLate(asOf: late.due) == 30)
    }

    @Test("A redirect sets it back by nothing")
    func redirected() throws {
        let clock = try assessment(
            [], asOf: "2026-12-24T00:00:00Z", earlier: [(.received, "2026-11-20T11:00:00Z")],
            arrived: "2026-12-10T09:00:00Z")
        #expect(clock.due == (try Self.at("2027-01-27T23:59:59.999Z")))
    }

    @Test("Closing cancels it; reopened it goes on, and the days between do not count")
    func reopenedAssessment() throws {
        let closed: [(ReferralVerb, String)] = [
            (.accepted, "2026-11-20T12:00:00Z"), (.closed, "2026-11-30T09:00:00Z"),
        ]
        #expect(try assessment(closed, asOf: "2026-12-05T00:00:00Z").state == .cancelled)
        let again = try assessment(closed + [(.reopened, "2026-12-07T09:00:00Z")], asOf: "2026-12-08T00:00:00Z")
        #expect(again.state == .running)
        // Five working days ended while it was closed: 30 November to 4 December.
        #expect(again.due == (try Self.at("2027-02-03T23:59:59.999Z")))
    }

    // MARK: Of disclosures, reviews and agreements

    @Test(
        "A disclosure referred to the holder's people waits as long as its urgency lets it",
        arguments: [
            (Urgency.emergency, "2026-11-20T11:00:00Z"), (.urgent, "2026-11-23T23:59:59.999Z"),
            (.routine, "2026-11-27T23:59:59.999Z"),
        ])
    func referred(urgency: Urgency, due: String) throws {
        let course = Clock.Course(started: try Self.at(Self.friday))
        let due = try Self.at(due)
        let clock = Clock.referred(urgency, course, baseline, asOf: due)
        #expect(clock.due == due && clock.state == .running)
        let later = Clock.referred(urgency, course, baseline, asOf: due.adding(seconds: 60))
        #expect(later.isOverdue && later.minutesLate(asOf: due.adding(seconds: 60)) == 1)
    }

    @Test("A receipt's clock stands still while the delivery is disputed and ends with a recall")
    func receipt() throws {
        let owed = Obligation(kind: "receipt", value: "72h")
        let start = try Self.at(Self.friday)
        let disputed = Clock.Pause(from: start.adding(seconds: 3600), until: nil)
        let far = start.adding(seconds: 10 * 86_400)
        #expect(Clock.receipt(owed, .init(started: start), baseline, asOf: far)?.isOverdue == true)
        #expect(
            Clock.receipt(owed, .init(started: start, pauses: [disputed]), baseline, asOf: far)?.state == .paused)
        let settled = Clock.Pause(from: start.adding(seconds: 3600), until: start.adding(seconds: 7200))
        #expect(
            Clock.receipt(owed, .init(started: start, pauses: [settled]), baseline, asOf: start)?.due
                == start.adding(seconds: 72 * 3600))
        #expect(
            Clock.receipt(owed, .init(started: start, pauses: [settled]), baseline, asOf: far)?.due
                == start.adding(seconds: 73 * 3600))
        #expect(
            Clock.receipt(owed, .init(started: start, cancelled: far), baseline, asOf: far)?.state == .cancelled)
        #expect(
            Clock.receipt(Obligation(kind: "onward", value: "none"), .init(started: start), baseline, asOf: far) == nil)
    }

    @Test("Reviews have the baseline's limits", arguments: Clock.Review.allCases)
    func review(kind: Clock.Review) throws {
        let clock = Clock.review(
            kind, .init(started: try Self.at(Self.friday)), baseline, asOf: try Self.at(Self.friday))
        #expect(
            clock.due == (try Self.at(kind == .oneOff ? "2026-12-04T23:59:59.999Z" : "2026-11-23T23:59:59.999Z")))
    }

    @Test("An agreement is reviewed by its date, unless it is suspended or over")
    func agreementReview() throws {
        let day = try #require(CalendarDay("2026-12-01"))
        let start = try Self.at(Self.friday)
        let after = try Self.at("2026-12-02T00:00:00Z")
        #expect(Clock.agreementReview(day, .init(started: start), baseline, asOf: after).isOverdue)
        #expect(
            Clock.agreementReview(
                day, .init(started: start, pauses: [.init(from: start, until: nil)]), baseline, asOf: after
            ).state == .paused)
        #expect(
            Clock.agreementReview(day, .init(started: start, cancelled: start), baseline, asOf: after).state
                == .cancelled)
    }

    // MARK: Properties

    @Test(
        "Whatever happened, nothing recorded after the moment changes how a clock stood, and a pause never brings the end nearer"
    )
    func properties() throws {
        var random = SeededGenerator(seed: 45)
        let start = try Self.at(Self.friday)
        for _ in 0..<2_000 {
            func later() -> Instant { start.adding(seconds: Int64.random(in: 0...8_000_000, using: &random)) }
            let limit: ClockLimit =
                [
                    .sameDay, .workingDays(Int64.random(in: 1...45, using: &random)), .span(try #require(Span("72h"))),
                ].randomElement(using: &random) ?? .sameDay
            let (from, until) = { $0 < $1 ? ($0, $1) : ($1, $0) }(later(), later())
            let moment = later()
            let bare = Clock.Course(started: start, ended: Bool.random(using: &random) ? later() : nil)
            var paused = bare
            paused.pauses = [.init(from: from, until: until)]
            let (plain, held) = (
                Clock.read(.referred, limit, bare, baseline, asOf: moment),
                Clock.read(.referred, limit, paused, baseline, asOf: moment)
            )
            #expect(held.due >= plain.due)
            if from > moment { #expect(held == plain) }
            if let ended = bare.ended, ended > moment {
                var open = bare
                open.ended = nil
                #expect(Clock.read(.referred, limit, open, baseline, asOf: moment) == plain)
            }
        }
    }
}
