import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService

struct BenchFill: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill",
        abstract: "Found a site whose log has many events already, to measure how it is with such a log.",
        discussion: """
            Writes signed and sealed consents to the log as a daemon would, without the detour over HTTP, and draws the projections. A \
            `sharingd` can be started on the folder. The agency `ods:BENCH` signs; with its key, `bench ingest` and `bench read` go on \
            where this ends. They post about other people than this does.

            EXAMPLE
              sharectl bench fill --events 1000000 --data ./site --agency-key ./agency.jwk
              sharingd --data ./site --listen 127.0.0.1:8420
              sharectl bench ingest --server http://127.0.0.1:8420 --key ./agency.jwk --as ods:BENCH
            """)

    @Option(help: "How many events the log is to have.")
    var events = 1_000_000
    @Option(help: "How many events there are about each person, at least; there are at most 700000 persons.")
    var eventsPerPerson = 4
    @Option(help: ArgumentHelp("Make the site in this new folder.", valueName: "DIR"))
    var data: String
    @Option(help: ArgumentHelp("Write the agency's private key to this new file.", valueName: "FILE"))
    var agencyKey: String
    @Option(help: "The baseline to adopt.")
    var baseline = "config/baseline.yaml"
    @OptionGroup var output: OutputOptions

    /// The first of the invented people whom these events are about. Those before are left to `bench ingest`, whose people are then new to every log,
    /// however long it is.
    static let firstPerson = 200_000
    /// How many of the invented people there are from there on, nearly.
    private static let peopleAtMost = 700_000

    func validate() throws {
        guard (1...100_000_000).contains(events), (1...1_000).contains(eventsPerPerson) else {
            throw ValidationError("--events is from 1 to 100000000, --events-per-person from 1 to 1000")
        }
    }

    /// How many people the events are about.
    static func people(_ events: Int, eventsPerPerson: Int) -> Int {
        min(max(1, events / eventsPerPerson), peopleAtMost)
    }

    func run() async throws {
        let document = try Failure.no { try String(contentsOfFile: baseline, encoding: .utf8) }
        let key = SigningKey.generate()
        try KeyFile.write(key.privateJWK.text, to: agencyKey)
        let people = Self.people(events, eventsPerPerson: eventsPerPerson)
        let filling = try Failure.no {
            try BenchLog(folder: data, key: key, people: people, firstPerson: Self.firstPerson)
        }
        let stopwatch = Stopwatch()
        let bar = ProgressBar("filling")
        do {
            defer { filling.close() }
            try Failure.no { try filling.furnish(baseline: document) }
            _ = try await filling.fill(events) { bar.update(Int64($0), of: Int64($1)) }
        }
        bar.finish()
        let filled = stopwatch.seconds
        try draw()
        let seconds = stopwatch.seconds
        output.show(
            .object([
                "events": .integer(Int64(events)), "people": .integer(Int64(people)), "logSeconds": .number(filled),
                "projectionSeconds": .number(seconds - filled),
            ]),
            words: "filled \(data) with \(events) events about \(people) persons in "
                + String(format: "%.0f s (log %.0f s, projections %.0f s)", seconds, filled, seconds - filled))
    }

    /// Draws the projections of everything that is in the log, aside as `sharectl replay` does, in place of those of the empty site: a daemon has
    /// nothing to draw when it starts.
    private func draw() throws {
        let folder = try LogFolder(data, vkey: nil)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: folder.folder.projections + suffix)
        }
        let drawing = try ReplayDrawing(out: folder.folder.projections)
        defer { drawing.discard() }
        let log = try folder.log()
        _ = try Failure.no { try drawing.draw(log, folder.replicas(beside: log), until: .newest) }
        try drawing.keep()
    }
}
