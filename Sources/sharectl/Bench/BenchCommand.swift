import ArgumentParser

/// Measurements.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how fast a site takes events, and how fast its log is verified.",
        discussion: """
            EXAMPLE
              sharectl bench ingest --events 20000 --connections 32
              sharectl bench verify --events 200000
            """,
        subcommands: [BenchIngest.self, BenchVerify.self])
}
