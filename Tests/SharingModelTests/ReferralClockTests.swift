import Encodings
import Foundation
import SharingModel
import Testing

@Suite("Clocks of a referral") struct ReferralClockTests {
    private let baseline: Baseline

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config/baseline.yaml")
        baseline = try Baseline.parse(yaml: String(contentsOf: file, encoding: .utf8), file: "baseline.yaml")
    }

    private func clocks(
        _ arrived: String, _ asOf: String, _ urgency: Urgency = .routine, _ steps: [(ReferralVerb, String)] = []
    ) throws -> [String] {
        try ReferralClock.clocks(
            arrived: try #require(Instant(arrived)), urgency: urgency,
            steps: steps.map { ($0.0, try #require(Instant($0.1))) }, baseline: baseline,
            asOf: try #require(Instant(asOf))
        ).map { "\($0.name.rawValue) \($0.state.rawValue)\($0.isOverdue ? " overdue" : "")" }
    }

    @Test("A routine one waits until the end of the next working day, over a weekend")
    func weekend() throws {
        // A Friday; Monday is a working day.
        let friday = "2026-11-20T10:00:00Z"
        #expect(try clocks(friday, "2026-11-23T23:59:00Z") == ["acknowledge running", "decide running"])
        #expect(try clocks(friday, "2026-11-24T00:00:01Z") == ["acknowledge missed overdue", "decide missed overdue"])
    }

    @Test("An emergency is decided the same day")
    func emergency() throws {
        let morning = "2026-11-20T10:00:00Z"
        #expect(
            try clocks(morning, "2026-11-21T00:00:01Z", .emergency) == ["acknowledge running", "decide missed overdue"])
    }

    @Test("What was done in time is met for good, what was done late stays missed and waits for nobody")
    func ended() throws {
        let friday = "2026-11-20T10:00:00Z"
        let late = "2026-12-24T10:00:00Z"
        #expect(
            try clocks(
                friday, late, .routine, [(.acknowledged, "2026-11-20T11:00:00Z"), (.accepted, "2026-11-25T09:00:00Z")])
                == ["acknowledge met", "decide missed"])
        #expect(
            try clocks(friday, late, .routine, [(.declined, "2026-11-23T09:00:00Z")]) == [
                "acknowledge met", "decide met",
            ])
    }

    @Test("A question stops no clock, and what comes after the moment is not known yet")
    func question() throws {
        let friday = "2026-11-20T10:00:00Z"
        let steps: [(ReferralVerb, String)] = [
            (.infoRequested, "2026-11-20T12:00:00Z"), (.accepted, "2026-11-24T09:00:00Z"),
        ]
        #expect(
            try clocks(friday, "2026-11-24T08:00:00Z", .routine, steps)
                == ["acknowledge missed overdue", "decide missed overdue"])
    }

    @Test("A withdrawal cancels what has not ended")
    func withdrawn() throws {
        let clocks = ReferralClock.clocks(
            arrived: try #require(Instant("2026-11-20T10:00:00Z")), urgency: .routine, steps: [], baseline: baseline,
            asOf: try #require(Instant("2026-11-20T11:00:00Z")))
        #expect(clocks.map(\.cancelled.state) == [.cancelled, .cancelled])
    }
}
