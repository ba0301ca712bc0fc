import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct AgencyEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End an agency's part in the site.",
        discussion: """
            For operators. Nothing more is shared with it, and its keys serve no longer; what is recorded stays.

            EXAMPLE
              sharectl agency end urn:104714 --reason "school closed"
            """)

    @Argument(help: "The agency.")
    var agency: String
    @Option(help: "Why.")
    var reason: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let agency = try AgencyID(agency)
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(.agencyEnded, data: ["agency": .string(agency.text), "reason": .string(reason)]))
            try output.show(receipt, "end of \(agency.text), event")
        }
    }
}
