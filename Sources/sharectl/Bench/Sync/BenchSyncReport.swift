import Encodings
import Foundation

/// What a measurement of following gave.
struct BenchSyncReport {
    /// That came with their content and signature.
    let events: Int64
    /// Until all were verified and committed, and until the receiver's projections showed them.
    let verifiedSeconds: Double
    let projectedSeconds: Double
    /// Of each daemon, until all were verified and committed.
    let processorSeconds: (origin: Double, receiver: Double)
    /// Processor time of one bare Ed25519 verification.
    let rawMicroseconds: Double
    /// The mean of before and after.
    let limits: MachineLimits
    /// From receipt to projection at the other site while nothing else went on, in milliseconds.
    let lags: [Double]
    let originPeakBytes: Int64?
    let receiverPeakBytes: Int64?
    /// Of what the receiver keeps: the origin's log, and what it drew from it.
    let receiverDisk: DiskUse

    private var cores: Int { limits.cores }
    private var rawPerSecond: Double { limits.verificationsPerSecondPerCore }
    private var perSecond: Double { verifiedSeconds > 0 ? Double(events) / verifiedSeconds : 0 }
    private var ratio: Double { rawPerSecond > 0 ? perSecond / (rawPerSecond * Double(cores)) : 0 }

    private func microseconds(_ seconds: Double) -> Double { events > 0 ? seconds * 1e6 / Double(events) : 0 }
    private var originMicroseconds: Double { microseconds(processorSeconds.origin) }
    private var receiverMicroseconds: Double { microseconds(processorSeconds.receiver) }
    private var microseconds: Double { originMicroseconds + receiverMicroseconds }
    /// How much of some processor time went into the signatures themselves.
    private func share(of microseconds: Double) -> Double { microseconds > 0 ? rawMicroseconds / microseconds : 0 }

    private var standing: BenchStanding {
        BenchStanding(
            perSecond, limits: limits,
            bounds: [BenchBound(limit: .ed25519, perSecond: rawPerSecond * Double(cores))])
    }

    private var lagMilliseconds: [(name: String, value: Double)] {
        BenchLatencies(nanoseconds: lags.map { UInt64(max(0, $0) * 1e6) }).milliseconds
    }

    var json: JSON {
        let figures: [(String, JSON?)] = [
            ("events", .integer(events)), ("verifiedSeconds", .number(verifiedSeconds)),
            ("projectedSeconds", .number(projectedSeconds)), ("cores", .integer(Int64(cores))),
            ("eventsPerSecond", .number(perSecond)), ("verificationsPerSecondPerCore", .number(rawPerSecond)),
            ("ratio", .number(ratio)), ("processorMicrosecondsPerEvent", .number(microseconds)),
            ("processorMicrosecondsPerEventAtOrigin", .number(originMicroseconds)),
            ("processorMicrosecondsPerEventAtReceiver", .number(receiverMicroseconds)),
            ("processorMicrosecondsPerVerification", .number(rawMicroseconds)),
            ("processorShare", .number(share(of: microseconds))),
            ("processorShareAtReceiver", .number(share(of: receiverMicroseconds))),
            ("lagMilliseconds", .object(JSONObject(lagMilliseconds.map { ($0.name, JSON.number($0.value)) }))),
            ("originBytesPeak", originPeakBytes.map { .integer($0) }),
            ("receiverBytesPeak", receiverPeakBytes.map { .integer($0) }), ("receiverDisk", receiverDisk.json),
        ]
        return .report(figures + standing.members)
    }

    var words: String {
        func megabytes(_ bytes: Int64?) -> String {
            bytes.map { String(format: "%.0f MB", Double($0) / 1e6) } ?? "not told here"
        }
        var lines = [
            String(
                format: "caught up   %lld events in %.1f s: %.0f/s verified and committed; projected after %.1f s",
                events, verifiedSeconds, perSecond, projectedSeconds),
            String(
                format: "processor   %.0f µs an event at both sites together, %.0f µs of it the signature: %.2f",
                microseconds, rawMicroseconds, share(of: microseconds)),
            String(
                format: "            %.0f µs at the origin, %.0f µs at the receiver: of that the signature is %.2f",
                originMicroseconds, receiverMicroseconds, share(of: receiverMicroseconds)),
        ]
        lines += standing.lines("catching up", width: 12)
        lines += [
            "idle lag    "
                + lagMilliseconds.map { "\($0.name) " + String(format: "%.0f ms", $0.value) }.joined(separator: ", ")
                + " from receipt to projection, \(lags.count) events",
            "memory      \(megabytes(originPeakBytes)) at most at the origin, \(megabytes(receiverPeakBytes)) at the receiver",
            "disk        at the receiver " + receiverDisk.words,
        ]
        return lines.joined(separator: "\n")
    }
}
