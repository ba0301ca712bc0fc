import ArgumentParser
import Encodings
import EventStore
import Foundation
import Locking
import SharingModel
import SharingService

struct BenchOverload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overload",
        abstract: "Offer a site many times what it can take, and see that it keeps its promises.",
        discussion: """
            Founds a site in a temporary folder and starts the `sharingd` beside this command. First it measures what the site takes \
            when nobody hurries it. Then it offers a multiple of that, at times that do not depend on the answers, and looks at what is \
            accepted, how soon, and whether everything else is told to come back (503 with `Retry-After`). Then it measures again. At \
            last it kills the daemon and looks for every receipt's event in the log. All of that is told; the exit code is 1 if a \
            promise was broken.

            The client shares the machine with the daemon. With one event a request it cannot offer ten times as much as the daemon \
            takes, which is why a request has a hundred.

            EXAMPLE
              sharectl bench overload --seconds 300
              sharectl bench overload --seconds 60 --times 10 --batch 100 --format json
            """)

    @Option(help: "How long to offer too much, in seconds.")
    var seconds = 300
    @Option(help: "How many times the sustainable load to offer.")
    var times = 10.0
    @Option(help: "How many connections to offer it over.")
    var connections = 256
    @Option(help: "How many events to post in each request; more than 1 posts NDJSON.")
    var batch = 100
    @Option(help: "How long to measure before and after, in seconds.")
    var calmSeconds = 8
    @Option(help: "Adopt this baseline at the site, where the file is there.")
    var baseline = "config/baseline.yaml"
    @OptionGroup var output: OutputOptions

    /// Connections of the measurements before and after.
    private static let calmConnections = 32
    /// Events made for each second of the first measurement: more than a machine of a few cores takes.
    private static let firstEventsPerSecond = 30_000
    /// Events that are signed at a time.
    private static let slice = 51_200

    func validate() throws {
        guard (1...3_600).contains(seconds), (1...1_000).contains(times), (1...4_000).contains(connections),
            (1...1_024).contains(batch), (1...60).contains(calmSeconds)
        else {
            throw ValidationError(
                "--seconds is from 1 to 3600, --calm-seconds up to 60, --times from 1 to 1000, --connections up to 4000, --batch up to 1024"
            )
        }
    }

    private var firstEvents: Int { calmSeconds * Self.firstEventsPerSecond }

    func run() async throws {
        let document = try? String(contentsOfFile: baseline, encoding: .utf8)
        let site = try Failure.no { try BenchSite(executable: nil, baseline: document) }
        defer { site.end() }
        let spool = try Failure.no { try OverloadSpool(folder: NSTemporaryDirectory(), name: "\(UniqueID.random())") }
        let workload = BenchWorkload(
            agency: site.agency, key: site.agencyKey, origin: BenchSite.origin, now: SystemClock().now,
            people: firstEvents / 4)
        try await sign(firstEvents, workload, for: site.address, into: spool)
        let before = try await calm(site, spool)
        let rate = Double(before.receipts.count) / before.seconds
        let wanted = Int(rate * (Double(seconds) + 2 * Double(calmSeconds)))
        try await sign(max(0, wanted - spool.fresh * batch), workload, for: site.address, into: spool)
        let watch = OverloadMemory(site)
        let over = try await OverloadRun(
            to: site.address, spool, requestsPerSecond: rate * times / Double(batch), seconds: Double(seconds)
        ).run(connections: connections)
        let memory = watch.end()
        let after = try await calm(site, spool)
        site.kill()
        var receipts = before.receipts
        receipts.add(over.receipts)
        receipts.add(after.receipts)
        let report = OverloadReport(
            times: times, batch: batch, connections: connections, before: before, over: over, after: after,
            memory: memory, receipts: receipts.count, broken: try receipts.broken(in: site.data.log))
        output.show(report.json, words: report.words)
        if !report.isKept { throw Quiet(status: .no) }
    }

    /// What the site takes when each client waits for its answer.
    private func calm(_ site: BenchSite, _ spool: OverloadSpool) async throws -> OverloadRun.Outcome {
        let outcome = try await OverloadRun(
            to: site.address, spool, requestsPerSecond: nil, seconds: Double(calmSeconds)
        ).run(connections: Self.calmConnections)
        guard outcome.accepted > 0 else {
            throw Failure(.no, "nothing was recorded, so nothing was measured: \(outcome.firstStrange ?? "no request")")
        }
        return outcome
    }

    private func sign(
        _ count: Int, _ workload: BenchWorkload, for address: BenchAddress, into spool: OverloadSpool
    ) async throws {
        let bar = ProgressBar("signing")
        defer { bar.finish() }
        var done = 0
        while done < count {
            // Whole requests only.
            let events = try await workload.events(min(Self.slice, count - done + batch) / batch * batch)
            for request in BenchRun(address: address, connections: 0, eventsPerRequest: batch).requests(events) {
                try spool.append(request)
            }
            done += events.count
            bar.update(Int64(done), of: Int64(count))
        }
    }
}

/// Looks at the daemon's memory now and then.
final class OverloadMemory: Sendable {
    private let samples = Locked<[Int64]>([])
    private let looking: Task<Void, any Error>

    private static let everyMilliseconds = 500

    init(_ site: BenchSite) {
        let pid = site.processID
        let samples = samples
        looking = Task.detached {
            while !Task.isCancelled {
                if let bytes = BenchDaemon.memory(of: pid)?.residentBytes { samples.withLock { $0.append(bytes) } }
                try await Task.sleep(for: .milliseconds(Self.everyMilliseconds))
            }
        }
    }

    /// The most in the first half of the time and in the second, in bytes.
    func end() -> (firstHalf: Int64, secondHalf: Int64) {
        looking.cancel()
        let samples = samples.withLock { $0 }
        let middle = samples.count / 2
        return (samples[..<middle].max() ?? 0, samples[middle...].max() ?? 0)
    }
}
