import ArgumentParser

/// Proofs to carry away. `log prove ID` is short for `log prove inclusion ID`.
struct LogProve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write a proof about the log, to carry away.",
        discussion: """
            Whoever has the site's verifier key can check a proof without the site: `sharectl log check-proof`.

            EXAMPLE
              sharectl log prove 0192f3c4-1111-4222-8333-444455556666 --out event.proof
              sharectl log prove consistency 100 250 --data ./site --out growth.proof
            """,
        subcommands: [LogProveInclusion.self, LogProveConsistency.self], defaultSubcommand: LogProveInclusion.self)
}
