import ArgumentParser
import SharingClient

struct ReviewList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "What must be reviewed, by when, and what came of it.",
        discussion: """
            EXAMPLE
              sharectl review list --due
            """)

    @Flag(help: "Only what still waits.")
    var due = false
    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let answer = try await session.client.get(
                "/v1/reviews", ["due": due ? "true" : nil, "from": page.fromText, "limit": page.limitText])
            let columns = [
                ("event", "event"), ("of", "of"), ("from", "from"), ("to", "to"), ("purpose", "purpose"),
                ("due", "due"),
                ("state", "state"), ("overdue", "overdue"), ("outcome", "outcome"),
            ]
            try output.show(
                TextTable(answer.rows("reviews"), columns: columns.map { (heading: $0.0, member: $0.1) }), json: answer,
                none: "nothing to review")
            page.tellNext(answer)
        }
    }
}
