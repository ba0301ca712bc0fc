import Encodings
import Foundation

/// What a measurement gave.
struct BenchReport {
    let events: Int
    let connections: Int
    /// Events in each request.
    let batch: Int
    let outcome: BenchRun.Outcome
    /// Of bare Ed25519 signatures, on one core.
    let verificationsPerSecond: Double
    /// Of the daemon; nil where it was not started by the measurement, or the system does not say.
    let memoryBefore: (residentBytes: Int64, peakBytes: Int64)?
    let memoryAfter: (residentBytes: Int64, peakBytes: Int64)?

    private var eventsPerSecond: Double { outcome.seconds > 0 ? Double(outcome.recorded) / outcome.seconds : 0 }
    private var ratio: Double { verificationsPerSecond > 0 ? eventsPerSecond / verificationsPerSecond : 0 }
    private var latencies: BenchLatencies { BenchLatencies(nanoseconds: outcome.nanoseconds) }
    private var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    var json: JSON {
        .object([
            "events": .integer(Int64(events)), "connections": .integer(Int64(connections)),
            "batch": .integer(Int64(batch)),
            "cores": .integer(Int64(cores)), "seconds": .number(outcome.seconds),
            "eventsPerSecond": .number(eventsPerSecond),
            "latencyMilliseconds": .object(
                JSONObject(latencies.milliseconds.map { ($0.name, JSON.number($0.value)) })),
            "verificationsPerSecondPerCore": .number(verificationsPerSecond), "ratio": .number(ratio),
            "residentBytesBefore": memoryBefore.map { .integer($0.residentBytes) },
            "residentBytesAfter": memoryAfter.map { .integer($0.residentBytes) },
            "residentBytesPeak": memoryAfter.map { .integer($0.peakBytes) },
        ])
    }

    var words: String {
        func megabytes(_ bytes: Int64) -> String { String(format: "%.0f MB", Double(bytes) / 1e6) }
        let what = batch > 1 ? "requests of \(batch)" : "requests of one"
        var lines = [
            "posted         \(outcome.recorded) events in \(what) over \(connections) connections, "
                + String(format: "%.2f s", outcome.seconds),
            String(format: "ingest         %.0f events/s", eventsPerSecond),
            "latency        "
                + latencies.milliseconds.map { "\($0.name) " + String(format: "%.1f ms", $0.value) }.joined(
                    separator: ", ")
                + (batch > 1 ? " (of a request)" : ""),
            String(
                format: "Ed25519        %.0f verifications/s on one core of %d; ingest is %.2f of that",
                verificationsPerSecond,
                cores, ratio),
        ]
        if let memoryBefore, let memoryAfter {
            lines.append(
                "daemon memory  \(megabytes(memoryBefore.residentBytes)) before, \(megabytes(memoryAfter.residentBytes)) after, "
                    + "\(megabytes(memoryAfter.peakBytes)) at most")
        }
        return lines.joined(separator: "\n")
    }
}
