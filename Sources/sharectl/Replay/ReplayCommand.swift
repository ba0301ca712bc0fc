import ArgumentParser
import EventStore
import SharingService

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Draw the projections again from event 0, and compare them with the live ones.",
        discussion: """
            Everything a site shows (referrals, consents, disclosures, …) can be thrown away and drawn again from its log. This does so, \
            into a file of its own, beside a running daemon or without one.

            With --check it compares with the live ones, row by row, as of one moment of both; every difference is named and the exit code \
            is then 1.

            EXAMPLE
              sharectl replay --data ./site --check
              sharectl replay --data ./site --until 2026-11-22T12:00:00Z --out then.sqlite
            """)

    @Option(help: "The site's data folder.")
    var data: String
    @Option(help: "Keep what was drawn, in a new file.")
    var out: String?
    @Option(help: "Stop before this index, or after what was recorded at this time (RFC 3339, UTC).")
    var until: String?
    @Flag(help: "Compare with the live projections.")
    var check = false
    @Option(help: "Verifier key of the site; else it comes from the site's keys.")
    var vkey: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !check || until == nil else {
            throw ValidationError(
                "--check compares with the live projections, which have no earlier end; leave --until out")
        }
        guard until.map({ ReplayEnd($0) != nil }) ?? true else {
            throw ValidationError("--until is an index, such as 4711, or a time, such as 2026-11-22T12:00:00Z")
        }
    }

    func run() throws {
        let folder = try LogFolder(data, vkey: vkey)
        guard folder.kek != nil else {
            throw Failure(
                .no,
                "the bodies about people cannot be opened without the site's keys; run this as the owner of \(data)/keys"
            )
        }
        let drawing = try ReplayDrawing(out: out)
        defer { drawing.discard() }
        let log = try folder.log()
        let result = try Failure.no {
            check
                ? try drawing.checked(against: try folder.projections(), log, folder.replicas(beside: log))
                : try drawing.draw(log, folder.replicas(beside: log), until: until.flatMap(ReplayEnd.init) ?? .newest)
        }
        try drawing.keep()
        output.show(result.json(out: out), words: result.words(out: out))
        if result.differenceCount > 0 { throw Quiet(status: .no) }
    }
}
