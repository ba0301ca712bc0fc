import ArgumentParser

/// Measurements.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measure how fast a site takes events, decides, replays, has its log verified, follows another, and bears up.",
        discussion: """
            EXAMPLE
              sharectl bench ingest --events 20000 --connections 32
              sharectl bench verify --events 200000
              sharectl bench replay --events 200000
              sharectl bench decide
              sharectl bench sync --events 50000
              sharectl bench overload --seconds 60
              sharectl bench fill --events 1000000 --data ./site --agency-key ./agency.jwk
              sharectl bench read --server http://127.0.0.1:8420 --key ./agency.jwk --as ods:BENCH
              sharectl bench export-events --events 20000 --out events.txt
            """,
        subcommands: [
            BenchIngest.self, BenchVerify.self, BenchReplay.self, BenchDecide.self, BenchSync.self, BenchOverload.self,
            BenchFill.self, BenchRead.self, BenchExportEvents.self,
        ])
}
