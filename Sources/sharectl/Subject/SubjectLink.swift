import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct SubjectLink: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link", abstract: "Record that identifiers are the same person's.",
        discussion: """
            EXAMPLE
              sharectl subject link - --identifier local:gss:E08000012:LCS-1042 \\
                  --source "matched by name, birth date, address" --confidence 0.95
            """)

    @Argument(help: "The person, such as nhs:…; `-` reads standard input.")
    var person: String
    @Option(help: "Another identifier of theirs. May be repeated.")
    var identifier: [String]
    @Option(help: "Where you know it from.")
    var source: String
    @Option(help: "How sure you are, from 0 to 1.")
    var confidence: Double = 1
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let person = try PersonIdentifier(argument: person)
        let others = try identifier.map { try PersonIdentifier($0).text }
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(
                    .subjectLinked, subject: person,
                    data: [
                        "identifiers": .strings(others), "source": .string(source), "confidence": .number(confidence),
                    ]))
            try output.show(receipt, "link")
        }
    }
}
