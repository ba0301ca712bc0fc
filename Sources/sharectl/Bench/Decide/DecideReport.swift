import Encodings
import Foundation
import SharingModel

/// What a measurement of decisions gave.
struct DecideReport {
    /// Median and 99th percentile that an in-process decision is to keep within, in microseconds.
    static let targetMedian = 10.0
    static let target99th = 50.0

    let world: DecideWorld
    let questions: Int
    /// The person's file is in the registrar's memory.
    let remembered: DecideRun.Timing
    /// Every fact is read from the projections' file.
    let read: DecideRun.Timing
    /// Resident, in bytes: before anything was remembered, and with everybody's file. Nil where the system does not say.
    let memoryBefore: Int64?
    let memoryAfter: Int64?
    let projectionBytes: Int64

    private struct Row {
        let name: String
        let key: String
        let latencies: BenchLatencies
        let processorMicroseconds: Double?
    }

    private var rows: [Row] {
        func mean(_ timing: DecideRun.Timing) -> Double {
            timing.processorSeconds * 1e6 / Double(max(1, timing.whole.count))
        }
        return [
            Row(
                name: "decision, person in memory", key: "remembered",
                latencies: BenchLatencies(nanoseconds: remembered.whole), processorMicroseconds: mean(remembered)),
            Row(
                name: "decision, person read from the file", key: "read",
                latencies: BenchLatencies(nanoseconds: read.whole), processorMicroseconds: mean(read)),
            Row(
                name: "the judge alone", key: "judge", latencies: BenchLatencies(nanoseconds: remembered.judged),
                processorMicroseconds: nil),
        ]
    }

    private var isMet: Bool {
        let latencies = BenchLatencies(nanoseconds: remembered.whole)
        func microseconds(_ percent: Double) -> Double { Double(latencies.percentile(percent) ?? .max) / 1e3 }
        return microseconds(50) <= Self.targetMedian && microseconds(99) <= Self.target99th
    }

    private var mix: [(outcome: Decision.Outcome, share: Double)] {
        Decision.Outcome.allCases.map {
            ($0, Double(remembered.outcomes[$0] ?? 0) / Double(max(1, remembered.whole.count)))
        }
    }

    private var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    var json: JSON {
        var members: [(String, JSON?)] = [
            ("agreements", .integer(Int64(world.agreements))), ("consents", .integer(Int64(world.consents))),
            ("persons", .integer(Int64(world.persons))), ("questions", .integer(Int64(questions))),
            ("seed", .integer(Int64(truncatingIfNeeded: world.seed))), ("cores", .integer(Int64(cores))),
        ]
        for row in rows {
            var figures = row.latencies.milliseconds.map { ($0.name, JSON.number($0.value * 1e3)) }
            if let mean = row.processorMicroseconds { figures.append(("processorMean", .number(mean))) }
            members.append((row.key + "Microseconds", .object(JSONObject(figures))))
        }
        members += [
            ("outcomes", .object(JSONObject(mix.map { ($0.outcome.rawValue, JSON.number($0.share)) }))),
            ("targetMet", .bool(isMet)), ("residentBytesBefore", memoryBefore.map { .integer($0) }),
            ("residentBytesRemembering", memoryAfter.map { .integer($0) }),
            ("projectionBytes", .integer(projectionBytes)),
        ]
        return .object(JSONObject(members.compactMap { name, value in value.map { (name, $0) } }))
    }

    var words: String {
        func megabytes(_ bytes: Int64?) -> String { bytes.map { String(format: "%.0f MB", Double($0) / 1e6) } ?? "?" }
        var lines = [
            "world      \(world.agreements) agreements, \(world.consents) consents, \(world.persons) persons, "
                + "projections of \(megabytes(projectionBytes)); seed \(world.seed)",
            "questions  \(questions) of each kind: "
                + mix.map { String(format: "%.0f %% ", $0.share * 100) + $0.outcome.rawValue }.joined(separator: ", "),
        ]
        for row in rows {
            let name = row.name + String(repeating: " ", count: max(1, 37 - row.name.count))
            let figures = row.latencies.milliseconds.map { "\($0.name) " + String(format: "%.1f us", $0.value * 1e3) }
            let mean = row.processorMicroseconds.map { String(format: "; processor time %.1f us on average", $0) }
            lines.append(name + figures.joined(separator: ", ") + (mean ?? ""))
        }
        lines += [
            String(
                format: "target     p50 at most %.0f us, p99 at most %.0f us, person in memory: ", Self.targetMedian,
                Self.target99th)
                + (isMet ? "met" : "missed"),
            "memory     \(megabytes(memoryBefore)) resident before, \(megabytes(memoryAfter)) with everybody in memory",
            "machine    \(cores) cores; one thread decides, as the registrar does",
        ]
        return lines.joined(separator: "\n")
    }
}
