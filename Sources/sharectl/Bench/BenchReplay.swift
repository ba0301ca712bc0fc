import ArgumentParser
import Encodings
import EventStore
import Foundation
import GRDB

struct BenchReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Draw all projections of a log of many events, and say how many events a second that makes.",
        discussion: """
            Founds a site in a temporary folder, fills its log with signed and sealed consents, and runs `sharectl replay` on it as a process \
            of its own, several times: every entry and body is read, opened, held against its commitment, decoded, and its effects written. \
            The log was just written, so it lies in memory. Before and after, it measures what this machine can do at most. The folder is gone \
            afterwards.

            EXAMPLE
              sharectl bench replay --events 200000
              sharectl bench replay --events 1000000 --runs 1 --format json
            """)

    @Option(help: "How many events the log is to have.")
    var events = 200_000
    @Option(help: "How many events there are about each person.")
    var eventsPerPerson = 4
    @Option(help: "How often to replay; the median counts.")
    var runs = 3
    @Option(help: ArgumentHelp("Make the site in this new folder, and leave it there.", valueName: "DIR"))
    var keep: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000_000).contains(events), (1...1_000).contains(eventsPerPerson), (1...100).contains(runs) else {
            throw ValidationError(
                "--events is from 1 to 10000000, --events-per-person from 1 to 1000, --runs from 1 to 100")
        }
    }

    func run() async throws {
        let scratch = NSTemporaryDirectory() + "/sharectl-bench-" + UniqueID.random().description
        let folder = keep ?? scratch + "/site"
        try FileManager.default.createDirectory(
            atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let filling = try Failure.no { try BenchLog(folder: folder, people: max(1, events / eventsPerPerson)) }
        let bar = ProgressBar("filling")
        let sample = try await filling.fill(events) { bar.update(Int64($0), of: Int64($1)) }
        bar.finish()
        filling.close()
        let meter = MachineMeter(folder: scratch, workload: filling.workload, sample: sample)
        let limits = try meter.limits()
        var replays: [BenchReplayReport.Replay] = []
        for number in 0..<runs { replays.append(try Self.replay(folder, into: scratch + "/drawn-\(number).sqlite")) }
        let drawn = scratch + "/drawn-0.sqlite"
        let report = BenchReplayReport(
            replays: replays, limits: limits.mean(with: try meter.limits()), rows: try Self.rows(in: drawn),
            eventBytes: sample.map(\.count).reduce(0, +) / max(sample.count, 1),
            fileBytes: try FileManager.default.attributesOfItem(atPath: drawn)[.size] as? Int64 ?? 0)
        output.show(report.json, words: report.words)
    }

    private static func replay(_ folder: String, into path: String) throws -> BenchReplayReport.Replay {
        guard let child = try BenchChild.run(["replay", "--data", folder, "--out", path]),
            let entries = child.json["entries"]?.integer
        else { throw Failure(.no, "the log could not be replayed, so nothing was measured") }
        return BenchReplayReport.Replay(
            entries: entries, seconds: child.seconds, peakBytes: child.json["residentBytesPeak"]?.integer)
    }

    /// How many rows all tables of the projections have.
    private static func rows(in path: String) throws -> Int64 {
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: path, configuration: configuration).read { db in
            try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'").reduce(0) {
                sum, table in
                try sum + (Int64.fetchOne(db, sql: "SELECT count(*) FROM \(table.quotedDatabaseIdentifier)") ?? 0)
            }
        }
    }
}

/// What a measurement of replaying gave.
struct BenchReplayReport {
    struct Replay {
        let entries: Int64
        /// From the start of the process to its end.
        let seconds: Double
        /// Of that process; nil where the system does not say.
        let peakBytes: Int64?
    }

    /// What a replay is to reach, in events a second.
    static let target = 150_000.0

    /// One at least.
    let replays: [Replay]
    /// The mean of before and after.
    let limits: MachineLimits
    /// Of all projections.
    let rows: Int64
    /// Of an event as it is signed, on average.
    let eventBytes: Int
    /// Of the file that was drawn.
    let fileBytes: Int64

    private var events: Int64 { replays.first?.entries ?? 0 }
    private var seconds: BenchLatencies { BenchLatencies(nanoseconds: replays.map { UInt64($0.seconds * 1e9) }) }
    private var median: Double { Double(seconds.percentile(50) ?? 0) / 1e9 }
    private var perSecond: Double { median > 0 ? Double(events) / median : 0 }
    private var rowsPerEvent: Double { Double(rows) / Double(max(events, 1)) }
    private var peakBytes: Int64? { replays.compactMap(\.peakBytes).max() }

    /// Each body is hashed once at least, and SQLite has one writer.
    private var standing: BenchStanding {
        BenchStanding(
            perSecond, limits: limits,
            bounds: [
                BenchBound(limit: .sqliteRows, perSecond: limits.sqliteRowsPerSecond / max(rowsPerEvent, 1)),
                BenchBound(
                    limit: .sha256,
                    perSecond: limits.sha256BytesPerSecondPerCore * Double(limits.cores) / Double(max(eventBytes, 1))),
            ])
    }

    var json: JSON {
        let figures: [(String, JSON?)] = [
            ("events", .integer(events)), ("runs", .integer(Int64(replays.count))), ("seconds", .number(median)),
            ("secondsOfEach", .array(replays.map { .number($0.seconds) })), ("eventsPerSecond", .number(perSecond)),
            ("target", .number(Self.target)), ("cores", .integer(Int64(limits.cores))), ("rows", .integer(rows)),
            ("residentBytesPeak", peakBytes.map { .integer($0) }),
            ("projectionBytesPerEvent", .number(Double(fileBytes) / Double(max(events, 1)))),
        ]
        return .report(figures + standing.members)
    }

    var words: String {
        let each = replays.map { String(format: "%.2f s", $0.seconds) }.joined(separator: ", ")
        var lines = [
            "replayed   \(events) events" + String(format: " in %.2f s: %.0f/s", median, perSecond) + " (\(each))",
            String(format: "target     %.0f/s: ", Self.target) + (perSecond >= Self.target ? "met" : "missed"),
        ]
        lines += standing.lines("replay", width: 11)
        lines += [
            "memory     " + (peakBytes.map { String(format: "%.0f MB at most", Double($0) / 1e6) } ?? "not told here"),
            "disk       "
                + String(
                    format: "%.0f bytes of projections an event, in %.1f rows",
                    Double(fileBytes) / Double(max(events, 1)), rowsPerEvent),
        ]
        return lines.joined(separator: "\n")
    }
}
