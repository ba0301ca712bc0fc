import ArgumentParser
import Encodings
import SharingClient
import SharingModel
import SharingService

/// The reports that an IG lead asks for.
struct ReportCommand: AsyncParsableCommand {
    private static let names = ReportName.allCases.map { name in
        "  " + name.rawValue + String(repeating: " ", count: 28 - name.rawValue.count) + name.summary
    }.joined(separator: "\n")

    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "The reports of an information governance lead.",
        discussion: """
            From a server, for a key with the role `ig-lead`: what its agency is party to. From a data folder: everything. People are named \
            by the site's own reference. Every row says which events of the log it rests on.

            REPORTS
            \(names)

            With --proof DIR the report is written into a new folder together with the entries that it rests on, a proof for each that it stands \
            in the log, and the bodies that you may have. `sharectl log check-proof DIR` checks it, offline.

            EXAMPLE
              sharectl report disclosures --format csv > disclosures.csv
              echo nhs:9434765919 | sharectl report accounting --subject -
              sharectl report withdrawal-impact --consent ID
              sharectl report refusals --data ./site --proof ./evidence
            """)

    @Argument(help: "Which report.")
    var name: ReportName
    @OptionGroup var person: PersonOptions
    @Option(help: "For withdrawal-impact: the id of the consent.")
    var consent: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Read a site's data folder instead of asking a server.")
    var data: String?
    @Option(help: "From this log index on.")
    var from: Int64 = 0
    @Option(help: "Look at so many entries of the register at most.")
    var limit: Int?
    @Option(help: ArgumentHelp("Write the report and its proofs into this new folder.", valueName: "DIR"))
    var proof: String?

    func validate() throws {
        guard from >= 0, limit.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--from is an index from 0 on, --limit a number from 1 on")
        }
        guard (consent != nil) == (name == .withdrawalImpact) else {
            throw ValidationError("--consent goes with the report withdrawal-impact, which needs it")
        }
        let isAboutPerson = person.subject != nil || person.reference != nil
        guard isAboutPerson == (name == .accounting) else {
            throw ValidationError("--subject or --reference goes with the report accounting, which needs one of them")
        }
    }

    func run() async throws {
        let consent = try consent.map { try UniqueID(argument: $0) }
        if let data {
            let folder = try LogFolder(data, vkey: connection.vkey)
            let source = try StoredReports(folder)
            let subject = try name == .accounting ? source.reference(person) : nil
            return try await tell(
                ReportQuestion(name, subject: subject, consent: consent), from: source)
        }
        try await connection.visit { session in
            let reference = try await person.optionalReference(session)
            let subject = try reference.map { SubjectReference(try UniqueID(argument: $0)) }
            try await tell(
                ReportQuestion(name, subject: subject, consent: consent), from: FetchedReports(session: session))
        }
    }
}
