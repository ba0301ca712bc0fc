import ArgumentParser
import Encodings
import SharingClient
import SharingModel
import SharingService

struct AgreementSimulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Replay what was asked and given against a draft, and list what would flip.",
        discussion: """
            Every request, referral and delivery that was decided since the date is decided again from the log, as things stood at its position: \
            once as it was, once with the draft in force in place of its present version, whatever the draft's dates. Needs the site's keys, \
            because what was asked is sealed. The list names events and agencies, never people. Exit code 1 if any decision would flip.

            EXAMPLE
              sharectl agreement simulate liverpool-mash-4.yaml --since 2026-09-01 --data ./site
              sharectl agreement simulate draft.yaml --since 2026-11-01 --data ./site --format csv > flips.csv
            """)

    @Argument(help: "The draft, a YAML file.")
    var file: String
    @Option(help: "From this date on, such as 2026-09-01, or from a time.")
    var since: String
    @Option(help: ArgumentHelp("The site's data folder.", valueName: "DIR"))
    var data: String
    @Option(help: "Verifier key of the site. [SHARECTL_VKEY]")
    var vkey: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard let since = DateOrTime(since) else {
            throw Failure.usage("--since takes a date, such as 2026-09-01, or an RFC 3339 time in UTC")
        }
        let draft = try AgreementSources.agreement(in: file)
        let folder = try LogFolder(data, vkey: vkey)
        let bar = ProgressBar("replaying")
        let simulation = try Failure.no {
            let log = try folder.log()
            return try Simulation.of(draft, since: since, in: log, replicas: folder.replicas(beside: log)) {
                bar.update($0, of: $1)
            }
        }
        bar.finish()
        output.show(Self.table(simulation), json: simulation.json, none: "no decision would flip")
        if output.format == .table { Self.count(simulation) }
        if !simulation.flips.isEmpty { throw Quiet(status: .no) }
    }

    private static func table(_ simulation: Simulation) -> TextTable {
        var table = TextTable(["event", "recorded", "type", "from", "to", "purpose", "was", "would be", "items"])
        for flip in simulation.flips {
            let items = flip.items.map { item in
                let code = item.codes.first.map { " " + $0.rawValue } ?? ""
                return "\(item.item): \(item.before.rawValue) to \(item.after.rawValue)\(code)"
            }
            table.add([
                flip.event.description, flip.recorded.description, flip.type, flip.from.text, flip.to.text,
                flip.purpose.text, flip.before.rawValue, flip.after.rawValue, items.joined(separator: ", "),
            ])
        }
        return table
    }

    private static func count(_ simulation: Simulation) {
        StandardError.line("\(simulation.flips.count) of \(simulation.decisions) decisions would flip")
        let purposes = simulation.counts { [$0.purpose.text] }.map { "\($0.name) \($0.count)" }
        let agencies = simulation.counts { [$0.from.text, $0.to.text] }.map { "\($0.name) \($0.count)" }
        guard !purposes.isEmpty else { return }
        StandardError.line("by purpose: " + purposes.joined(separator: ", "))
        StandardError.line("by agency: " + agencies.joined(separator: ", "))
    }
}
