import ArgumentParser

struct SubjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject",
        abstract: "People: look up, describe, link identifiers, merge and sever, shield, and who is involved.",
        discussion: """
            EXAMPLE
              echo nhs:9476719931 | sharectl subject lookup -
            """,
        subcommands: [
            SubjectLookup.self, SubjectInvolved.self, SubjectDescribe.self, SubjectLink.self,
            SubjectMerge.self, SubjectSever.self, SubjectDeceasedCommand.self,
            SubjectShieldCommand.self, SubjectUnshieldCommand.self,
        ])
}
