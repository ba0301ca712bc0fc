import ArgumentParser

/// Measurements.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how fast a site takes events.",
        discussion: """
            EXAMPLE
              sharectl bench ingest --events 20000 --connections 32
            """,
        subcommands: [BenchIngest.self])
}
