import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingClient
import SharingModel
import SharingService

struct BenchIngest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Post distinct, pre-signed events, and say how many a second are recorded.",
        discussion: """
            Without --server it founds a site in a temporary folder and starts the `sharingd` beside this command (else the one on the PATH); \
            both are gone afterwards. With --server it posts to that site, as --as with --key: what is posted stays in its log.

            Next to the events a second stand the limits of this machine, measured in the same run before and after: bare Ed25519 signatures on \
            all cores, SHA-256, fdatasync, SQLite with FULL; and how near the events came to the one that binds.

            With --rate requests are sent at their times whether or not those before are answered, and each one's latency counts from its time: a \
            daemon that falls behind shows it.

            EXAMPLE
              sharectl bench ingest --events 20000 --connections 32
              sharectl bench ingest --events 20000 --rate 3000
              sharectl bench ingest --kind disclosure --events 10000
              sharectl bench ingest --events 20000 --connections 32 --batch 100 --format json
            """)

    @Option(help: "How many events to post while the clock runs.")
    var events = 20_000
    @Option(help: "How many connections to keep open, each waiting for its answer before it posts again.")
    var connections = 32
    @Option(help: "How many events to post in each request; more than 1 posts NDJSON.")
    var batch = 1
    @Option(
        help:
            "What to post. A full consent has some 780 bytes. A disclosure is requested and decided; its site has an agreement and consents."
    )
    var kind = BenchKind.consent
    @Option(
        help: ArgumentHelp(
            "How many requests to send each second; as many as are answered if left out.", valueName: "N"))
    var rate: Double?
    @Option(help: "Adopt this baseline at the site that is started, where the file is there.")
    var baseline = "config/baseline.yaml"
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// The most events that one commit of the daemon's takes.
    private static let batchLimit = 1_024
    /// Events posted before the clock starts: enough to fill caches, and few beside those that are counted.
    private static let warmUpEvents = 1_000

    func validate() throws {
        guard (1...10_000_000).contains(events), (1...1_024).contains(connections), (1...1_024).contains(batch) else {
            throw ValidationError("--events is up to 10000000, --connections and --batch are from 1 to 1024")
        }
        if let rate, !(1...1_000_000).contains(rate) { throw ValidationError("--rate is from 1 to 1000000") }
        guard kind != .disclosure || connection.given.server == nil else {
            throw ValidationError(
                "disclosures need an agreement and consents; leave `--server` out to have a site made for them")
        }
    }

    func run() async throws {
        let report: BenchReport
        if connection.given.server != nil {
            report = try await measureServer()
        } else {
            let document = try? String(contentsOfFile: baseline, encoding: .utf8)
            let site = try Failure.no { try BenchSite(executable: nil, baseline: document) }
            defer { site.end() }
            report = try await measure(try await workload(site), at: site.address, site)
        }
        output.show(report.json, words: report.words)
    }

    /// Four events about each person.
    private var people: Int { max(1, events / 4) }

    private func workload(_ site: BenchSite) async throws -> BenchWorkload {
        guard kind != .disclosure else { return try await BenchDisclosures(site: site, people: people).setUp() }
        return BenchWorkload(
            agency: site.agency, key: site.agencyKey, origin: BenchSite.origin, now: SystemClock().now, people: people,
            kind: kind)
    }

    private func measureServer() async throws -> BenchReport {
        let context = try connection.resolved()
        guard let server = context.server, let path = context.key, let agency = context.agency else {
            throw Failure.usage(
                "posting to a site needs `--server`, `--key` and `--as`; leave `--server` out to have one started")
        }
        let address: BenchAddress
        do throws(BenchError) {
            address = try BenchAddress(url: server)
        } catch {
            throw Failure.usage(error.description)
        }
        let origin = try await connection.visit { try await $0.client.origin() }
        return try await measure(
            BenchWorkload(
                agency: try AgencyID(agency), key: try KeyFile.signingKey(path), origin: origin, now: SystemClock().now,
                people: people, kind: kind), at: address, nil)
    }

    private func measure(
        _ workload: BenchWorkload, at address: BenchAddress, _ site: BenchSite?
    ) async throws -> BenchReport {
        let warmUp = min(Self.warmUpEvents, events)
        let signed = try await workload.events(warmUp + events)
        let sample = Array(signed.prefix(256))
        let meter = MachineMeter(folder: site?.folder ?? NSTemporaryDirectory(), workload: workload, sample: sample)
        let limits = try meter.limits()
        var run = BenchRun(address: address, connections: connections, eventsPerRequest: batch)
        _ = try await finished(run.post(Array(signed[..<warmUp])))
        run.requestsPerSecond = rate
        let before = site?.memory
        let bar = ProgressBar("posting")
        let outcome = try await finished(
            run.post(Array(signed[warmUp...])) { bar.update(Int64($0), of: Int64($1)) })
        bar.finish()
        let after = site?.memory
        return BenchReport(
            events: events, connections: connections, batch: batch, rate: rate, outcome: outcome,
            limits: limits.mean(with: try meter.limits()), eventBytes: sample.map(\.count).reduce(0, +) / sample.count,
            eventsPerCommit: min(connections * batch, Self.batchLimit), memoryBefore: before, memoryAfter: after,
            disk: site?.ended(events: Int64(warmUp + events), sample: sample))
    }

    /// A run in which anything was refused or broke is no measurement.
    private func finished(_ outcome: BenchRun.Outcome) throws -> BenchRun.Outcome {
        if let error = outcome.error { throw Failure(.unreachable, error.description) }
        guard outcome.refused == 0 else {
            throw Failure(
                .no,
                "\(outcome.refused) events were refused, the first with the code `\(outcome.firstProblem ?? "unknown")`; nothing was measured"
            )
        }
        return outcome
    }
}
