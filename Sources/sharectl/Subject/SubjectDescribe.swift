import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct SubjectDescribe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Record a person's date of birth, or when a birth is expected.",
        discussion: """
            Flows that are for an age need it.

            EXAMPLE
              echo nhs:9476719931 | sharectl subject describe - --birth-date 2019-05-04 \\
                  --source "PDS trace 2026-11-20"
            """)

    @Argument(help: "The person, such as nhs:…; `-` reads standard input.")
    var person: String
    @Option(help: "Date of birth.")
    var birthDate: String?
    @Option(help: "Expected date of birth.")
    var expectedDate: String?
    @Option(help: "Where you know it from.")
    var source: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let person = try PersonIdentifier(argument: person)
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(
                    .subjectDescribed, subject: person,
                    data: [
                        "birthDate": birthDate.map { .string($0) }, "expectedDate": expectedDate.map { .string($0) },
                        "source": .string(source),
                    ]))
            try output.show(receipt, "description")
        }
    }
}
