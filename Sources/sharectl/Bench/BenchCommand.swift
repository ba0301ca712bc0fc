import ArgumentParser

/// Measurements.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a site takes events, decides, replays, has its log verified, and follows another.",
        discussion: """
            EXAMPLE
              sharectl bench ingest --events 20000 --connections 32
              sharectl bench verify --events 200000
              sharectl bench replay --events 200000
              sharectl bench decide
              sharectl bench sync --events 50000
            """,
        subcommands: [BenchIngest.self, BenchVerify.self, BenchReplay.self, BenchDecide.self, BenchSync.self])
}
