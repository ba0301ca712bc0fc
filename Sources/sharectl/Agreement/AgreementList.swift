import ArgumentParser
import Encodings
import SharingClient

struct AgreementList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List agreements, their state, and whether their review is due.",
        discussion: """
            A review is `running` until its date, `missed` after it, `paused` while the agreement is suspended, and `cancelled` once it has \
            ended or was replaced.

            EXAMPLE
              sharectl agreement list
              sharectl agreement list --as-of 2027-01-01T00:00:00Z
            """)

    @Option(help: "Read the state and the clocks as of this moment, such as 2026-11-22T12:00:00Z.")
    var asOf: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let answer = try await session.client.get("/v1/agreements", ["asOf": asOf])
            var table = TextTable([
                "agreement", "version", "title", "state", "parties", "to sign", "until", "review", "review is",
            ])
            for agreement in try answer.rows("agreements") {
                let dates = agreement["inForce"] ?? .null
                table.add([
                    agreement.cell("agreement"), agreement.cell("version"), agreement.cell("title"),
                    agreement.cell("state"), agreement.cell("parties"), agreement.cell("unsigned"),
                    dates.cell("until"), dates.cell("review"),
                    (agreement["clocks"]?.array?.first ?? .null).cell("state"),
                ])
            }
            output.show(table, json: answer, none: "no agreements; propose one with `sharectl agreement propose FILE`")
        }
    }
}
