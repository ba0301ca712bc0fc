import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct ConsentList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a person's consents.",
        discussion: """
            EXAMPLE
              echo nhs:9476719931 | sharectl consent list --subject -
            """)

    @OptionGroup var person: PersonOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let reference = try await person.reference(session)
            let answer = try await session.client.get("/v1/consents", ["subject": reference])
            let columns = [
                ("consent", "id"), ("kind", "kind"), ("state", "state"), ("purposes", "purposes"), ("items", "items"),
                ("recipients", "recipients"), ("holders", "holders"), ("giver", "giver"), ("method", "method"),
                ("from", "from"), ("until", "until"), ("taken by", "author"),
            ]
            try output.show(
                TextTable(answer.rows("consents"), columns: columns.map { (heading: $0.0, member: $0.1) }),
                json: answer,
                none: "no consents that you may see")
        }
    }
}
