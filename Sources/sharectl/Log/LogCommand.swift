import ArgumentParser

/// The log itself: what it says it is, whether it is sound, and proofs to carry away.
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Checkpoints, verification and proofs of the log.",
        discussion: """
            EXAMPLE
              sharectl log checkpoint --vkey "$(cat vkey)"
              sharectl log verify --data ./site
            """,
        subcommands: [LogCheckpoint.self, LogVerify.self, LogProve.self])
}
