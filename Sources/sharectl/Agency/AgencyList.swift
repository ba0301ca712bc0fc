import ArgumentParser
import Encodings
import SharingClient

struct AgencyList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the agencies enrolled.",
        discussion: """
            Site: where an agency is at home, if not here.

            EXAMPLE
              sharectl agency list --format csv
            """)

    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let answer = try await session.client.get("/v1/agencies")
            var table = TextTable(["agency", "name", "kind", "keys", "roles", "state", "site"])
            for agency in try answer.rows("agencies") {
                let valid = (agency["keys"]?.array ?? []).filter { $0["valid"] == true }
                table.add([
                    agency.cell("agency"), agency.cell("name"), agency.cell("kind"), String(valid.count),
                    Set(valid.flatMap { $0["roles"]?.array ?? [] }.compactMap(\.string)).sorted().joined(
                        separator: " "),
                    agency["ended"] == true ? "ended" : "enrolled", agency.cell("site"),
                ])
            }
            output.show(
                table, json: answer, none: "no agencies yet; an operator registers them with `sharectl agency register`"
            )
        }
    }
}
