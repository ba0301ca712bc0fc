import ArgumentParser
import Encodings
import SharingClient

struct AgreementList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List agreements and their state.",
        discussion: """
            EXAMPLE
              sharectl agreement list
            """)

    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let answer = try await session.client.get("/v1/agreements")
            var table = TextTable(["agreement", "version", "title", "state", "parties", "to sign", "until", "review"])
            for agreement in try answer.rows("agreements") {
                let dates = agreement["inForce"] ?? .null
                table.add([
                    agreement.cell("agreement"), agreement.cell("version"), agreement.cell("title"),
                    agreement.cell("state"), agreement.cell("parties"), agreement.cell("unsigned"),
                    dates.cell("until"), dates.cell("review"),
                ])
            }
            output.show(table, json: answer, none: "no agreements; propose one with `sharectl agreement propose FILE`")
        }
    }
}
