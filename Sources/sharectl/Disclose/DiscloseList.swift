import ArgumentParser
import SharingClient

struct DiscloseList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The register of disclosures from and to your agency.",
        discussion: """
            EXAMPLE
              sharectl disclose list --limit 20
            """)

    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let answer = try await session.client.get(
                "/v1/disclosures", ["from": page.fromText, "limit": page.limitText])
            let columns = [
                ("disclosure", "id"), ("at", "index"), ("kind", "kind"), ("from", "from"), ("to", "to"),
                ("purpose", "purpose"),
                ("items", "items"), ("outcome", "outcome"), ("delivered", "delivered"), ("receipted", "receipted"),
            ]
            try output.show(
                TextTable(placed: answer.rows("disclosures"), columns: columns),
                json: answer, none: "no disclosures that you may see")
            page.tellNext(answer)
        }
    }
}
