import Encodings
import Foundation

/// What came of offering too much, and whether each promise was kept.
struct OverloadReport {
    let times: Double
    /// Events in each request.
    let batch: Int
    let connections: Int
    let before: OverloadRun.Outcome
    let over: OverloadRun.Outcome
    let after: OverloadRun.Outcome
    /// Of the daemon, at most, in bytes.
    let memory: (firstHalf: Int64, secondHalf: Int64)
    let receipts: Int
    /// Receipts whose event is not in the log.
    let broken: Int

    /// The longest that nearly everybody who was accepted may have waited: 8,192 events may wait for the registrar, so at a few thousand a second
    /// no more than this.
    private static let waitedMilliseconds = 5_000.0
    /// What the daemon may need at most; it does not depend on how much is offered.
    private static let memoryBytes: Int64 = 400_000_000
    /// Part of the speed afterwards, in the second in the middle, that must be there again, and how soon, in seconds. It is not held against the speed
    /// before: the log has grown by all that was accepted.
    private static let recoveredPart = 0.8
    private static let recoveredSeconds = 5

    private var sustainable: Double { rate(before) }
    private var offered: Double { Double((over.sent + over.broken) * batch) / over.seconds }
    private var accepted: BenchLatencies { BenchLatencies(nanoseconds: over.acceptedNanoseconds) }
    private var refused: BenchLatencies { BenchLatencies(nanoseconds: over.refusedNanoseconds) }

    private func rate(_ outcome: OverloadRun.Outcome) -> Double {
        outcome.seconds > 0 ? Double(outcome.receipts.count) / outcome.seconds : 0
    }

    /// The first second after the overload in which full speed was there again; nil if there was none.
    private var recoveredAfter: Int? {
        let whole = Int(after.seconds)
        guard whole > 0 else { return nil }
        var seconds = [Int](repeating: 0, count: whole + 1)
        for moment in after.moments where Int(moment / 1_000_000_000) <= whole {
            seconds[Int(moment / 1_000_000_000)] += batch
        }
        let full = seconds.prefix(whole).sorted()[whole / 2]
        return seconds.prefix(whole).firstIndex { Double($0) >= Self.recoveredPart * Double(full) }
    }

    private var promises: [(name: String, isKept: Bool, detail: String)] {
        func megabytes(_ bytes: Int64) -> String { String(format: "%.0f MB", Double(bytes) / 1e6) }
        let p99 = accepted.percentile(99).map { Double($0) / 1e6 } ?? 0
        return [
            ("every receipt's event is in the log", broken == 0, "\(receipts) receipts, \(broken) without"),
            (
                "everything else was told to come back", over.strange == 0 && over.broken == 0,
                "\(over.refused) requests; \(over.strange) other answers, \(over.broken) broken connections"
                    + (over.firstStrange.map { ", the first: " + $0 } ?? "")
            ),
            (
                "who was accepted did not wait long", p99 <= Self.waitedMilliseconds,
                String(format: "p99 %.0f ms, at most %.0f", p99, Self.waitedMilliseconds)
            ),
            (
                "memory was bounded", max(memory.firstHalf, memory.secondHalf) <= Self.memoryBytes,
                "\(megabytes(memory.firstHalf)) at most in the first half, \(megabytes(memory.secondHalf)) in the second, at most \(megabytes(Self.memoryBytes))"
            ),
            (
                "full speed soon after", recoveredAfter.map { $0 < Self.recoveredSeconds } ?? false,
                (recoveredAfter.map { "in second \($0 + 1)" } ?? "not in the time that was measured")
                    + String(
                        format: "; %.0f events/s, %.2f of those before, with %d entries in the log instead of %d",
                        rate(after), rate(after) / sustainable, receipts, before.receipts.count)
            ),
        ]
    }

    /// Whether every promise was.
    var isKept: Bool { promises.allSatisfy(\.isKept) }

    var json: JSON {
        func latency(_ latencies: BenchLatencies) -> JSON {
            .object(JSONObject(latencies.milliseconds.map { ($0.name, JSON.number($0.value)) }))
        }
        return .object([
            "times": .number(times), "batch": .integer(Int64(batch)), "connections": .integer(Int64(connections)),
            "seconds": .number(over.seconds), "sustainableEventsPerSecond": .number(sustainable),
            "offeredEventsPerSecond": .number(offered), "acceptedEventsPerSecond": .number(rate(over)),
            "eventsPerSecondAfter": .number(rate(after)),
            "recoveredAfterSeconds": recoveredAfter.map { .integer(Int64($0 + 1)) } ?? .null,
            "requestsAccepted": .integer(Int64(over.accepted)), "requestsRefused": .integer(Int64(over.refused)),
            "requestsStrange": .integer(Int64(over.strange)), "connectionsBroken": .integer(Int64(over.broken)),
            "timesMissed": .integer(Int64(over.missed)), "acceptedMilliseconds": latency(accepted),
            "refusedMilliseconds": latency(refused), "residentBytesFirstHalf": .integer(memory.firstHalf),
            "residentBytesSecondHalf": .integer(memory.secondHalf), "receipts": .integer(Int64(receipts)),
            "receiptsBroken": .integer(Int64(broken)), "kept": .bool(isKept),
        ])
    }

    var words: String {
        func latency(_ latencies: BenchLatencies) -> String {
            latencies.milliseconds.map { "\($0.name) " + String(format: "%.0f ms", $0.value) }.joined(separator: ", ")
        }
        let lines = [
            String(format: "sustainable  %.0f events/s in requests of %d", sustainable, batch),
            String(
                format:
                    "offered      %.0f events/s for %.0f s, %.1f times as many (meant: %.0f times); accepted %.0f/s",
                offered, over.seconds, sustainable > 0 ? offered / sustainable : 0, times, rate(over)),
            "accepted     " + latency(accepted) + " of a request",
            "refused      " + latency(refused),
        ]
        return
            (lines + promises.map { ($0.isKept ? "kept         " : "BROKEN       ") + $0.name + ": " + $0.detail })
            .joined(separator: "\n")
    }
}
