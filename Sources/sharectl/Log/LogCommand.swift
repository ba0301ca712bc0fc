import ArgumentParser

/// The log itself: what it says it is, whether it is sound, proofs to carry away, and the whole of it as plain files.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Checkpoints, timestamps, verification, proofs and export of the log.",
        discussion: """
            EXAMPLE
              sharectl log checkpoint --vkey "$(cat vkey)"
              sharectl log verify --data ./site
              sharectl log prove inclusion ID --data ./site --out event.proof
              sharectl log check-proof event.proof --vkey "$(cat vkey)"
              sharectl log export ./exported --data ./site
            """,
        subcommands: [
            LogCheckpoint.self, LogVerify.self, LogProve.self, LogCheckProof.self, LogExportCommand.self,
            LogTimestamps.self, LogGiveUp.self,
        ])
}
