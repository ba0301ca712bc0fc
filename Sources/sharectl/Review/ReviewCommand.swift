import ArgumentParser

struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Look again at what was shared first, behind broken glass or once.",
        discussion: """
            For IG leads.

            EXAMPLE
              sharectl review list --due
              sharectl review complete ID --of share-first --outcome justified --note "a clear case"
            """,
        subcommands: [ReviewList.self, ReviewComplete.self])
}
