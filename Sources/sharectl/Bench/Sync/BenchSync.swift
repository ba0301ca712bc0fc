import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService

struct BenchSync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Have one site catch up with another, and say how many events a second it verifies.",
        discussion: """
            Founds two sites in a temporary folder, fills the log of one with signed consents that name an agency of the other, starts a `sharingd` \
            for each, has the other add it as a peer, and waits until everything is there: every leaf and every signature verified, \
            committed, and projected. Then events are posted one at a time, and each is waited for at the other site. Everything is gone \
            afterwards.

            Beside it stands what this machine can do at most, measured before and after: bare Ed25519 signatures on all cores, and others. Both \
            sites share these cores.

            EXAMPLE
              sharectl bench sync --events 50000
              sharectl bench sync --events 200000 --format json
            """)

    @Option(help: "How many events to catch up with.")
    var events = 50_000
    @Option(name: .customLong("events-per-person"), help: "How many of them are about each person.")
    var eventsPerPerson = 4
    @Option(help: "How many events to wait for one at a time when both sites are idle.")
    var idle = 40
    @OptionGroup var output: OutputOptions

    private static let receiver = "bench-peer.example"
    private static let verificationSeconds = 1.0

    func validate() throws {
        guard (1...10_000_000).contains(events), (1...1_000).contains(eventsPerPerson), (0...10_000).contains(idle)
        else {
            throw ValidationError(
                "--events is from 1 to 10000000, --events-per-person from 1 to 1000, --idle from 0 to 10000")
        }
    }

    func run() async throws {
        let folder = NSTemporaryDirectory() + "/sharectl-bench-" + UniqueID.random().description
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let filling = try Failure.no {
            try BenchLog(
                folder: folder + "/origin", people: max(1, events / eventsPerPerson), otherSite: Self.receiver)
        }
        let bar = ProgressBar("filling")
        let sample = try await filling.fill(events) { bar.update(Int64($0), of: Int64($1)) }
        bar.finish()
        filling.close()
        let receiver = DataFolder(path: folder + "/receiver")
        _ = try Founding.found(in: receiver, origin: Self.receiver, name: "Measurement", now: SystemClock().now)
        let workload = filling.workload
        let meter = MachineMeter(folder: folder, workload: workload, sample: sample)
        let limits = try meter.limits()
        let microseconds = workload.processorMicrosecondsOfVerification(of: sample, seconds: Self.verificationSeconds)
        let pair = try Failure.no {
            try SyncPair(
                origin: DataFolder(path: folder + "/origin"), receiver: receiver, folder: folder, workload: workload)
        }
        defer { pair.end() }
        let caughtUp = try pair.catchUp()
        let memory = pair.memory
        let lags = try await pair.lags(of: workload, count: idle)
        pair.end()
        let report = BenchSyncReport(
            events: caughtUp.events, verifiedSeconds: caughtUp.verifiedSeconds,
            projectedSeconds: caughtUp.projectedSeconds, processorSeconds: caughtUp.processorSeconds,
            rawMicroseconds: microseconds, limits: limits.mean(with: try meter.limits()), lags: lags,
            originPeakBytes: memory.origin, receiverPeakBytes: memory.receiver,
            receiverDisk: DiskUse(receiver, events: caughtUp.events + Int64(idle), sample: sample))
        output.show(report.json, words: report.words)
    }
}
