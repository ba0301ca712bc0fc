import ArgumentParser
import Encodings
import SharingClient

struct DiscloseQueue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "What waits for people of your agency to settle, and by when.",
        discussion: """
            What is past due is escalated.

            EXAMPLE
              sharectl disclose queue
              sharectl disclose resolve ID --item health.mental=permitted --reason "weighed" \\
                  --actor a.guardian --role caldicott-guardian
            """)

    @Option(help: "Read the clocks as of this moment, such as 2026-11-22T12:00:00Z.")
    var asOf: String?
    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let answer = try await session.client.get(
                "/v1/disclosures",
                ["status": "referred", "asOf": asOf, "from": page.fromText, "limit": page.limitText])
            var table = TextTable(["disclosure", "kind", "to", "purpose", "items", "due", "state", "escalated"])
            for row in try answer.rows("disclosures") {
                let clock = row["clocks"]?.array?.first { $0["clock"]?.string == "referred" } ?? .null
                table.add([
                    row.cell("id"), row.cell("kind"), row.cell("to"), row.cell("purpose"), row.cell("items"),
                    clock.cell("due"), clock.cell("state"), row.cell("escalated"),
                ])
            }
            output.show(table, json: answer, none: "nothing waits for you")
            page.tellNext(answer)
        }
    }
}
