import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct SubjectLookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup", abstract: "The site's reference for a person in an event you may see.",
        discussion: """
            The reference stands in URLs and lists instead of the identifier. Exit code 1 if there is none for you.

            EXAMPLE
              echo nhs:9476719931 | sharectl subject lookup -
            """)

    @Argument(help: "The person, such as nhs:…; `-` reads standard input.")
    var person: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let person = try PersonIdentifier(argument: person)
        try await connection.visit { session in
            let reference = try await session.reference(to: person)
            output.show(.object(["subject": .string(reference)]), words: reference)
        }
    }
}
