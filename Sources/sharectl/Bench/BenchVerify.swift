import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService

struct BenchVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify a log of many events, and say how near that comes to bare signature checks.",
        discussion: """
            Founds a site in a temporary folder, fills its log with signed and sealed consents, and runs `sharectl log verify` on it as a \
            process of its own. Before and after, it measures what this machine can do at most: bare Ed25519 signatures of the same events on \
            all cores, and others. The ratio is signatures verified a second over the former. The folder is gone afterwards.

            EXAMPLE
              sharectl bench verify --events 200000
              sharectl bench verify --events 1000000 --format json
            """)

    @Option(help: "How many events the log is to have.")
    var events = 200_000
    @Option(help: "How many events there are about each person.")
    var eventsPerPerson = 4
    @Option(help: ArgumentHelp("Make the site in this new folder, and leave it there.", valueName: "DIR"))
    var keep: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000_000).contains(events), (1...1_000).contains(eventsPerPerson) else {
            throw ValidationError("--events is from 1 to 10000000, --events-per-person from 1 to 1000")
        }
    }

    func run() async throws {
        let folder = keep ?? NSTemporaryDirectory() + "/sharectl-bench-" + UniqueID.random().description
        defer { if keep == nil { try? FileManager.default.removeItem(atPath: folder) } }
        let filling = try Failure.no { try BenchLog(folder: folder, people: max(1, events / eventsPerPerson)) }
        let bar = ProgressBar("filling")
        let sample = try await filling.fill(events) { bar.update(Int64($0), of: Int64($1)) }
        bar.finish()
        filling.close()
        let meter = MachineMeter(folder: folder + "-limits", workload: filling.workload, sample: sample)
        defer { try? FileManager.default.removeItem(atPath: meter.folder) }
        let limits = try meter.limits()
        let verified = try Self.verify(folder)
        let report = BenchVerifyReport(
            signatures: verified.signatures, seconds: verified.seconds, peakBytes: verified.peakBytes,
            limits: limits.mean(with: try meter.limits()),
            eventBytes: sample.map(\.count).reduce(0, +) / max(sample.count, 1),
            disk: DiskUse(DataFolder(path: folder), events: Int64(events), sample: sample))
        output.show(report.json, words: report.words)
    }

    /// Runs `log verify` on the folder, by this very executable, and times it from its start to its end.
    private static func verify(_ folder: String) throws -> (signatures: Int64, seconds: Double, peakBytes: Int64?) {
        guard let child = try BenchChild.run(["log", "verify", "--data", folder]),
            let bodies = child.json["bodies"]?.integer, let checkpoints = child.json["checkpoints"]?.integer
        else { throw Failure(.no, "the log did not verify, so nothing was measured") }
        return (bodies + checkpoints, child.seconds, child.json["residentBytesPeak"]?.integer)
    }
}

/// What a measurement of verification gave.
struct BenchVerifyReport {
    /// Authors' and checkpoints'.
    let signatures: Int64
    /// From the start of the process to its end.
    let seconds: Double
    /// Of that process; nil where the system does not say.
    let peakBytes: Int64?
    /// The mean of before and after.
    let limits: MachineLimits
    /// Of an event as it is signed, on average.
    let eventBytes: Int
    let disk: DiskUse

    private var cores: Int { limits.cores }
    private var rawPerSecond: Double { limits.verificationsPerSecondPerCore }
    private var perSecond: Double { seconds > 0 ? Double(signatures) / seconds : 0 }
    private var ratio: Double { rawPerSecond > 0 ? perSecond / (rawPerSecond * Double(cores)) : 0 }

    private var standing: BenchStanding {
        BenchStanding(
            perSecond, limits: limits,
            bounds: [
                BenchBound(limit: .ed25519, perSecond: rawPerSecond * Double(cores)),
                BenchBound(
                    limit: .sha256,
                    perSecond: limits.sha256BytesPerSecondPerCore * Double(cores) / Double(max(eventBytes, 1))),
            ])
    }

    var json: JSON {
        let figures: [(String, JSON?)] = [
            ("signatures", .integer(signatures)), ("seconds", .number(seconds)), ("cores", .integer(Int64(cores))),
            ("signaturesPerSecond", .number(perSecond)), ("verificationsPerSecondPerCore", .number(rawPerSecond)),
            ("ratio", .number(ratio)), ("residentBytesPeak", peakBytes.map { .integer($0) }), ("disk", disk.json),
        ]
        return .report(figures + standing.members)
    }

    var words: String {
        var lines = ["verified   \(signatures) signatures" + String(format: " in %.1f s: %.0f/s", seconds, perSecond)]
        lines += standing.lines("verification", width: 11)
        lines += [
            "memory     " + (peakBytes.map { String(format: "%.0f MB at most", Double($0) / 1e6) } ?? "not told here"),
            "disk       " + disk.words,
        ]
        return lines.joined(separator: "\n")
    }
}
