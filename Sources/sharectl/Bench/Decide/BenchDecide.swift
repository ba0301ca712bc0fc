import ArgumentParser
import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import SharingService

struct BenchDecide: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Ask many questions of a large site, and say how long a decision takes.",
        discussion: """
            Draws the projections of an invented region in a temporary folder: agreements, persons with consents, withdrawals and bars, open \
            referrals. Then it answers questions as the daemon's registrar does, on one thread: the facts of the moment, then the judge. \
            Twice: with each person's file read from the projections, and with everybody's file in memory, where the registrar keeps those whom it \
            decided about and nothing was recorded of since. What is not in these figures: signatures, the log, the disk.

            With --export it also writes the first questions with their facts and answers, for scripts/bench-cedar.

            EXAMPLE
              sharectl bench decide
              sharectl bench decide --consents 100000 --persons 20000 --format json
              sharectl bench decide --export questions/
            """)

    @Option(help: "How many agreements of three parties are in force.")
    var agreements = 100
    @Option(help: "How many consents were given.")
    var consents = 1_000_000
    @Option(help: "How many persons they are about.")
    var persons = 200_000
    @Option(help: "How many questions to ask each time.")
    var questions = 100_000
    @Option(help: "What the region and the questions are drawn from.")
    var seed: UInt64 = 20_261_122
    @Option(help: "The baseline to decide under.")
    var baseline = "config/baseline.yaml"
    @Option(
        help: ArgumentHelp(
            "Write the first 2000 questions, for another engine, into this new folder.", valueName: "DIR"))
    var export: String?
    @OptionGroup var output: OutputOptions

    /// Answered before any clock runs.
    private static let warmUpQuestions = 2_000
    private static let exportedQuestions = 2_000

    func validate() throws {
        guard (1...1_000).contains(agreements), (0...10_000_000).contains(consents), (1...900_000).contains(persons),
            (1...10_000_000).contains(questions)
        else {
            throw ValidationError(
                "--agreements is from 1 to 1000, --consents up to 10000000, --persons from 1 to 900000, --questions from 1 to 10000000"
            )
        }
    }

    func run() throws {
        let document = try Failure.no { try String(contentsOfFile: baseline, encoding: .utf8) }
        let folder = NSTemporaryDirectory() + "/sharectl-bench-" + UniqueID.random().description
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = try DecideWorld(agreements: agreements, consents: consents, persons: persons, seed: seed)
        let path = folder + "/projections.sqlite"
        let store = try ProjectionStore(path: path, emptyRoot: MerkleHash.emptyRoot.bytes)
        let bar = ProgressBar("drawing")
        var filling = DecideFilling(world)
        try filling.fill(store, baseline: document) { bar.update(Int64($0), of: Int64($1)) }
        bar.finish()
        try store.checkpoint()
        let workload = BenchWorkload(
            agency: try AgencyID(BenchLog.agency), key: .generate(), origin: BenchSite.origin, now: SystemClock().now,
            people: 1)
        let meter = MachineMeter(folder: folder, workload: workload, sample: try workload.sample())
        let report = try measure(DecideQuestions(world: world), store, path, meter)
        output.show(report.json, words: report.words)
    }

    /// On the writer's own connection, as the registrar reads; nothing is written.
    private func measure(
        _ asked: DecideQuestions, _ store: ProjectionStore, _ path: String, _ meter: MachineMeter
    ) throws -> DecideReport {
        try store.write { writer in
            let limits = try meter.limits()
            var reading = try DecideRun(asked, writer.reader, files: nil)
            _ = try reading.answer(0..<Self.warmUpQuestions)
            let read = try reading.answer(0..<questions)
            if let export {
                try Failure.no {
                    try DecideExport(asked).write(Self.exportedQuestions, from: &reading, to: export)
                }
            }
            let before = Memory.residentBytes
            var remembering = try DecideRun(asked, writer.reader, files: PersonFiles())
            let bar = ProgressBar("reading everybody")
            try remembering.readEverybody { bar.update(Int64($0), of: Int64($1)) }
            bar.finish()
            _ = try remembering.answer(0..<Self.warmUpQuestions)
            let remembered = try remembering.answer(0..<questions)
            let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64
            return DecideReport(
                world: asked.world, questions: questions, remembered: remembered, read: read, memoryBefore: before,
                memoryAfter: Memory.residentBytes, projectionBytes: bytes ?? 0,
                limits: limits.mean(with: try meter.limits()))
        }
    }
}
