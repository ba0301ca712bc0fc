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
            process of its own. Before and after, it measures how many bare Ed25519 signatures of the same events all cores verify. The \
            ratio is signatures verified a second over that. The folder is gone afterwards.

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

    /// How long to measure the verification of signatures, each time, in seconds.
    private static let verificationSeconds = 1.5

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
        let before = filling.workload.verificationsPerSecondOfEach(of: sample, seconds: Self.verificationSeconds)
        let verified = try Self.verify(folder)
        let after = filling.workload.verificationsPerSecondOfEach(of: sample, seconds: Self.verificationSeconds)
        let report = BenchVerifyReport(
            signatures: verified.signatures, seconds: verified.seconds, peakBytes: verified.peakBytes,
            rawPerSecond: (before + after) / 2)
        output.show(report.json, words: report.words)
    }

    /// Runs `log verify` on the folder, by this very executable, and times it from its start to its end.
    private static func verify(_ folder: String) throws -> (signatures: Int64, seconds: Double, peakBytes: Int64?) {
        guard let executable = Bundle.main.executableURL else {
            throw Failure(.no, "this program does not know where it lies; nothing was measured")
        }
        let process = Process()
        process.executableURL = executable
        process.arguments = ["log", "verify", "--data", folder, "--format", "json"]
        let pipe = Pipe()
        process.standardOutput = pipe
        let stopwatch = Stopwatch()
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let seconds = stopwatch.seconds
        guard process.terminationStatus == 0, let json = try? JSON.parse(Array(output)),
            let bodies = json["bodies"]?.integer, let checkpoints = json["checkpoints"]?.integer
        else { throw Failure(.no, "the log did not verify, so nothing was measured") }
        return (bodies + checkpoints, seconds, json["residentBytesPeak"]?.integer)
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
    /// Bare Ed25519 verifications a second on each core, all of them at work: the mean of before and after.
    let rawPerSecond: Double

    private var cores: Int { ProcessInfo.processInfo.activeProcessorCount }
    private var perSecond: Double { seconds > 0 ? Double(signatures) / seconds : 0 }
    private var ratio: Double { rawPerSecond > 0 ? perSecond / (rawPerSecond * Double(cores)) : 0 }

    var json: JSON {
        .object([
            "signatures": .integer(signatures), "seconds": .number(seconds), "cores": .integer(Int64(cores)),
            "signaturesPerSecond": .number(perSecond), "verificationsPerSecondPerCore": .number(rawPerSecond),
            "ratio": .number(ratio), "residentBytesPeak": peakBytes.map { .integer($0) },
        ])
    }

    var words: String {
        [
            "verified   \(signatures) signatures" + String(format: " in %.1f s: %.0f/s", seconds, perSecond),
            String(
                format: "Ed25519    %.0f verifications/s on each of %d cores; verification is %.2f of all of them",
                rawPerSecond, cores, ratio),
            "memory     " + (peakBytes.map { String(format: "%.0f MB at most", Double($0) / 1e6) } ?? "not told here"),
        ].joined(separator: "\n")
    }
}
