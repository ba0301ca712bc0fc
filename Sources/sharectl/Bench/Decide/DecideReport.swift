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
    /// The mean of before and after.
    let limits: MachineLimits

    /// One thread decides, and each question comes signed: what the signature allows on one core, beside it.
    private var standing: BenchStanding {
        let seconds = Double(remembered.whole.reduce(0, +)) / 1e9
        return BenchStanding(
            seconds > 0 ? Double(remembered.whole.count) / seconds : 0, limits: limits,
            bounds: [BenchBound(limit: .ed25519, perSecond: limits.verificationsPerSecondPerCore)])
    }

    private var rows: [(name: String, key: String, latencies: BenchLatencies)] {
        [
            ("decision, person in memory", "remembered", remembered.whole),
            ("  in processor time", "rememberedProcessor", remembered.processor),
            ("decision, person read from file", "read", read.whole),
            ("  in processor time", "readProcessor", read.processor),
            ("the judge alone", "judge", remembered.judged),
        ].map { ($0, $1, BenchLatencies(nanoseconds: $2)) }
    }

    private static func isMet(by nanoseconds: [UInt64]) -> Bool {
        let latencies = BenchLatencies(nanoseconds: nanoseconds)
        func microseconds(_ percent: Double) -> Double { Double(latencies.percentile(percent) ?? .max) / 1e3 }
        return microseconds(50) <= targetMedian && microseconds(99) <= target99th
    }

    private var mix: [(outcome: Decision.Outcome, share: Double)] {
        Decision.Outcome.allCases.map {
            ($0, Double(remembered.outcomes[$0] ?? 0) / Double(max(1, remembered.whole.count)))
        }
    }

    var json: JSON {
        var members: [(String, JSON?)] = [
            ("agreements", .integer(Int64(world.agreements))), ("consents", .integer(Int64(world.consents))),
            ("persons", .integer(Int64(world.persons))), ("questions", .integer(Int64(questions))),
            ("seed", .integer(Int64(truncatingIfNeeded: world.seed))), ("cores", .integer(Int64(limits.cores))),
        ]
        for row in rows {
            let figures = row.latencies.milliseconds.map { ($0.name, JSON.number($0.value * 1e3)) }
            members.append((row.key + "Microseconds", .object(JSONObject(figures))))
        }
        members += [
            ("outcomes", .object(JSONObject(mix.map { ($0.outcome.rawValue, JSON.number($0.share)) }))),
            ("targetMet", .bool(Self.isMet(by: remembered.whole))),
            ("targetMetInProcessorTime", .bool(Self.isMet(by: remembered.processor))),
            ("residentBytesBefore", memoryBefore.map { .integer($0) }),
            ("residentBytesRemembering", memoryAfter.map { .integer($0) }),
            ("projectionBytes", .integer(projectionBytes)),
        ]
        return .report(members + standing.members)
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
            let name = row.name + String(repeating: " ", count: max(1, 33 - row.name.count))
            let figures = row.latencies.milliseconds.map { "\($0.name) " + String(format: "%.1f us", $0.value * 1e3) }
            lines.append(name + figures.joined(separator: ", "))
        }
        func word(_ nanoseconds: [UInt64]) -> String { Self.isMet(by: nanoseconds) ? "met" : "missed" }
        let target = String(format: "p50 at most %.0f us, p99 at most %.0f us", Self.targetMedian, Self.target99th)
        lines += [
            "target     \(target), person in memory: \(word(remembered.whole)); in processor time: \(word(remembered.processor))",
            "memory     \(megabytes(memoryBefore)) resident before, \(megabytes(memoryAfter)) with everybody in memory",
            "threads    one decides, as the registrar does; a signature comes with each question",
        ]
        lines += standing.lines("deciding, in memory,", width: 11)
        return lines.joined(separator: "\n")
    }
}
