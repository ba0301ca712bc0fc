import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingModel

struct AgencyEnrolKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol-key", abstract: "Enrol another key of an agency.",
        discussion: """
            For operators. A key is enrolled once, ever. Of a private JWK only the public half is taken.

            EXAMPLE
              sharectl agency enrol-key gss:E08000012 new.pub.jwk --roles agency,ig-lead
            """)

    @Argument(help: "The agency; site:ORIGIN for an operator's or auditor's key of the site.")
    var agency: String
    @Argument(help: "File of the public key, a JWK.")
    var file: String
    @Option(help: "What it may do: agency, ig-lead, auditor, operator; with commas between.")
    var roles: String = "agency"
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let agency = try AgencyID(agency)
        let key = try KeyFileArgument.read(file)
        let roles = try KeyFileArgument.roles(roles)
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(
                    .keyEnrolled,
                    data: [
                        "agency": .string(agency.text), "jwk": key.jwk, "roles": .strings(roles.map(\.rawValue)),
                    ]))
            try output.show(receipt, "key \(key.thumbprint), event")
        }
    }
}
