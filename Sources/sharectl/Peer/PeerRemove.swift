import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct PeerRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take nothing more from a peer, and give it nothing more.",
        discussion: """
            What came from it before stays, and what it got it keeps. To change a peer's address or keys, remove it and add it again: it \
            goes on where it was, unless the verifier key is another.

            EXAMPLE
              sharectl peer remove council.example \\
                  --reason 'the site closes at the end of March'
            """)

    @Argument(help: "Origin of the peer's log.")
    var origin: String
    @Option(help: "Why; it is recorded, so name no person.")
    var reason: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(.peerRemoved, data: ["origin": .string(origin), "reason": .string(reason)]))
            try output.show(receipt, "removal of \(origin), event")
        }
    }
}
