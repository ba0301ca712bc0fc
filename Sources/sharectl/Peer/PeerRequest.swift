import ArgumentParser
import Encodings
import SharingClient

struct PeerRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Print what this site would ask a peer for next.",
        discussion: """
            For a peer without a line: hand it the file, and its operator writes a shipment for exactly this with `peer export --request`. It \
            says how far this site is and which key to seal to, and nothing of what it holds.

            EXAMPLE
              sharectl peer request council.example > request.json
            """)

    @Argument(help: "Origin of the peer's log.")
    var origin: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions

    func run() async throws {
        try await connection.visit { session in
            Output.json(try await session.client.ask("/v1/peers/request", .object(["origin": .string(origin)])))
        }
    }
}
