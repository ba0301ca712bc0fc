import ArgumentParser

struct SubjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject", abstract: "People: look up, describe, link identifiers.",
        discussion: """
            EXAMPLE
              echo nhs:9476719931 | sharectl subject lookup -
            """,
        subcommands: [SubjectLookup.self, SubjectDescribe.self, SubjectLink.self])
}
