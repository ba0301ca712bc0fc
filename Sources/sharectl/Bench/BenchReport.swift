import Encodings
import Foundation

/// What a measurement gave.
struct BenchReport {
    let events: Int
    let connections: Int
    /// Events in each request.
    let batch: Int
    /// Requests a second that were sent, each at its time; nil where they waited for each other.
    let rate: Double?
    let outcome: BenchRun.Outcome
    /// Before and after.
    let limits: MachineLimits
    /// Of an event as it is posted, on average.
    let eventBytes: Int
    /// How many events wait for an answer at most, and so can be in one commit.
    let eventsPerCommit: Int
    /// Of the daemon; nil where it was not started by the measurement, or the system does not say.
    let memoryBefore: (residentBytes: Int64, peakBytes: Int64)?
    let memoryAfter: (residentBytes: Int64, peakBytes: Int64)?
    /// Nil where the site is not the measurement's own.
    let disk: DiskUse?

    private var eventsPerSecond: Double { outcome.seconds > 0 ? Double(outcome.recorded) / outcome.seconds : 0 }
    private var ratio: Double {
        limits.verificationsPerSecondPerCore > 0 ? eventsPerSecond / limits.verificationsPerSecondPerCore : 0
    }
    private var outcomes: [(name: String, count: Int)] {
        outcome.outcomes.sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
    }
    private var latencies: BenchLatencies { BenchLatencies(nanoseconds: outcome.nanoseconds) }

    /// An event takes one signature to check and at least its own bytes to hash; a commit takes one flush at least, and holds what waits.
    private var standing: BenchStanding {
        let cores = Double(limits.cores)
        return BenchStanding(
            eventsPerSecond, limits: limits,
            bounds: [
                BenchBound(limit: .ed25519, perSecond: limits.verificationsPerSecondPerCore * cores),
                BenchBound(
                    limit: .sha256, perSecond: limits.sha256BytesPerSecondPerCore * cores / Double(max(eventBytes, 1))),
                BenchBound(limit: .fdatasync, perSecond: limits.fdatasyncsPerSecond * Double(eventsPerCommit)),
                BenchBound(limit: .sqliteInserts, perSecond: limits.sqliteInsertsPerSecond * Double(eventsPerCommit)),
            ])
    }

    var json: JSON {
        let figures: [(String, JSON?)] = [
            ("events", .integer(Int64(events))), ("connections", .integer(Int64(connections))),
            ("batch", .integer(Int64(batch))), ("rate", rate.map { .number($0) }),
            (
                "outcomes",
                .object(JSONObject(outcomes.map { ($0.name, JSON.integer(Int64($0.count))) }))
            ), ("cores", .integer(Int64(limits.cores))),
            ("seconds", .number(outcome.seconds)), ("eventsPerSecond", .number(eventsPerSecond)),
            (
                "latencyMilliseconds",
                .object(JSONObject(latencies.milliseconds.map { ($0.name, JSON.number($0.value)) }))
            ),
            ("verificationsPerSecondPerCore", .number(limits.verificationsPerSecondPerCore)), ("ratio", .number(ratio)),
            ("residentBytesBefore", memoryBefore.map { .integer($0.residentBytes) }),
            ("residentBytesAfter", memoryAfter.map { .integer($0.residentBytes) }),
            ("residentBytesPeak", memoryAfter.map { .integer($0.peakBytes) }), ("disk", disk?.json),
        ]
        return .report(figures + standing.members)
    }

    var words: String {
        func megabytes(_ bytes: Int64) -> String { String(format: "%.0f MB", Double(bytes) / 1e6) }
        let what = batch > 1 ? "requests of \(batch)" : "requests of one"
        var lines = [
            "posted         \(outcome.recorded) events in \(what) over \(connections) connections, "
                + String(format: "%.2f s", outcome.seconds),
            String(format: "ingest         %.0f events/s", eventsPerSecond)
                + (rate.map { String(format: ", at %.0f requests/s sent", $0) } ?? ""),
            "outcomes       " + outcomes.map { "\($0.count) \($0.name)" }.joined(separator: ", "),
            "latency        "
                + latencies.milliseconds.map { "\($0.name) " + String(format: "%.1f ms", $0.value) }.joined(
                    separator: ", ")
                + (batch > 1 ? " (of a request)" : ""),
        ]
        lines += standing.lines("ingest", width: 15)
        if let memoryBefore, let memoryAfter {
            lines.append(
                "daemon memory  \(megabytes(memoryBefore.residentBytes)) before, \(megabytes(memoryAfter.residentBytes)) after, "
                    + "\(megabytes(memoryAfter.peakBytes)) at most")
        }
        if let disk { lines.append("disk           " + disk.words) }
        return lines.joined(separator: "\n")
    }
}
