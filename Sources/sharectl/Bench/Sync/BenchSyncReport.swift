import Encodings
import Foundation

/// What a measurement of following gave.
struct BenchSyncReport {
    /// That came with their content and signature.
    let events: Int64
    /// Until all were verified and committed, and until the receiver's projections showed them.
    let verifiedSeconds: Double
    let projectedSeconds: Double
    /// Of both daemons, until all were verified and committed.
    let processorSeconds: Double
    /// Processor time of one bare Ed25519 verification.
    let rawMicroseconds: Double
    /// Bare Ed25519 verifications a second on each core, all of them at work: the mean of before and after.
    let rawPerSecond: Double
    /// From receipt to projection at the other site while nothing else went on, in milliseconds.
    let lags: [Double]
    let originPeakBytes: Int64?
    let receiverPeakBytes: Int64?

    private var cores: Int { ProcessInfo.processInfo.activeProcessorCount }
    private var perSecond: Double { verifiedSeconds > 0 ? Double(events) / verifiedSeconds : 0 }
    private var ratio: Double { rawPerSecond > 0 ? perSecond / (rawPerSecond * Double(cores)) : 0 }

    private var microseconds: Double { events > 0 ? processorSeconds * 1e6 / Double(events) : 0 }
    /// How much of the processor time went into the signatures themselves.
    private var share: Double { microseconds > 0 ? rawMicroseconds / microseconds : 0 }

    /// By the nearest rank.
    private func lag(_ share: Double) -> Double {
        let sorted = lags.sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
    }

    var json: JSON {
        .object([
            "events": .integer(events), "verifiedSeconds": .number(verifiedSeconds),
            "projectedSeconds": .number(projectedSeconds), "cores": .integer(Int64(cores)),
            "eventsPerSecond": .number(perSecond), "verificationsPerSecondPerCore": .number(rawPerSecond),
            "ratio": .number(ratio), "processorMicrosecondsPerEvent": .number(microseconds),
            "processorMicrosecondsPerVerification": .number(rawMicroseconds), "processorShare": .number(share),
            "lagMilliseconds": .object(["p50": .number(lag(0.5)), "p90": .number(lag(0.9)), "max": .number(lag(1))]),
            "originBytesPeak": originPeakBytes.map { .integer($0) },
            "receiverBytesPeak": receiverPeakBytes.map { .integer($0) },
        ])
    }

    var words: String {
        func megabytes(_ bytes: Int64?) -> String {
            bytes.map { String(format: "%.0f MB", Double($0) / 1e6) } ?? "not told here"
        }
        return [
            String(
                format: "caught up   %lld events in %.1f s: %.0f/s verified and committed; projected after %.1f s",
                events, verifiedSeconds, perSecond, projectedSeconds),
            String(
                format: "Ed25519     %.0f verifications/s on each of %d cores; catching up is %.2f of all of them",
                rawPerSecond, cores, ratio),
            String(
                format: "processor   %.0f µs an event at both sites together, %.0f µs of it the signature: %.2f",
                microseconds, rawMicroseconds, share),
            String(
                format: "idle lag    p50 %.0f ms, p90 %.0f ms, max %.0f ms from receipt to projection, %d events",
                lag(0.5), lag(0.9), lag(1), lags.count),
            "memory      \(megabytes(originPeakBytes)) at most at the origin, \(megabytes(receiverPeakBytes)) at the receiver",
        ].joined(separator: "\n")
    }
}
