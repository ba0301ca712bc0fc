import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct SubjectInvolved: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "involved", abstract: "Who is involved with a person, as far as you may know.",
        discussion: """
            Every answer ends with the same line, whether or not there are others.

            EXAMPLE
              echo nhs:9476719931 | sharectl subject involved -
            """)

    @Argument(help: "The person, such as nhs:…; `-` reads standard input.")
    var person: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let person = try PersonIdentifier(argument: person)
        try await connection.visit { session in
            let answer = try await session.client.ask(
                "/v1/subjects/involved", .object(["identifier": .string(person.text)]))
            var table = TextTable(["agency", "part", "what", "since", "event"])
            for row in try answer.rows("involved") {
                table.add([
                    row.cell("agency"), "involved", row.cell("service"), row.cell("since"), row.cell("event"),
                ])
            }
            for row in try answer.rows("leads") {
                let who = row["professional"].map { "\($0.cell("id")), \($0.cell("role"))" } ?? ""
                table.add([row.cell("agency"), "lead professional", who, row.cell("since"), row.cell("event")])
            }
            output.show(table, json: answer, none: "nobody that you may know of")
            if output.format == .table { Output.line(answer.cell("notice")) }
        }
    }
}
