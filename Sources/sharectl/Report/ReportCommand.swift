import ArgumentParser

/// The reports that an IG lead asks for.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "The reports of an information governance lead.",
        discussion: """
            EXAMPLE
              sharectl report disclosures --format csv > disclosures.csv
            """,
        subcommands: [ReportDisclosures.self])
}
