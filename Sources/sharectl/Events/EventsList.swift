import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct EventsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the events you may see, by index.",
        discussion: """
            EXAMPLE
              sharectl events list --type sharing.consent.given.v1 --author ods:RBS25 \\
                  --limit 20
            """)

    @Option(help: "Only this type.")
    var type: String?
    @Option(help: "Only of this author.")
    var author: String?
    @OptionGroup var person: PersonOptions
    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let author = try author.map { try AgencyID($0).text }
        try await connection.visit { session in
            let subject = try await person.optionalReference(session)
            let answer = try await session.client.get(
                "/v1/events",
                [
                    "type": type, "author": author, "subject": subject, "from": page.fromText, "limit": page.limitText,
                ])
            var table = TextTable(["index", "id", "type", "author", "subject", "recorded"])
            for event in try answer.rows("events") {
                let entry = event["entry"] ?? .null
                table.add(
                    [event.cell("index")] + ["id", "type", "author", "subject", "recorded"].map { entry.cell($0) })
            }
            output.show(table, json: answer, none: "no events that you may see")
            page.tellNext(answer)
        }
    }
}
