import ArgumentParser

struct BaselineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "Adopt the law and vocabulary that decisions are taken by.",
        discussion: """
            EXAMPLE
              sharectl baseline adopt config/baseline.yaml
            """,
        subcommands: [BaselineAdopt.self])
}
