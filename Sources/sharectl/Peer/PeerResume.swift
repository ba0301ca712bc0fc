import ArgumentParser
import Encodings
import SharingClient

struct PeerResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a stopped peer, in spite of the evidence.",
        discussion: """
            When you know what happened, and the other site's operator has put it right. The evidence stays, with your reason beside it. A \
            peer that signed two histories goes on showing one of them: it stops again, unless it has gone back to the one that is known \
            here. Where it cannot, remove it, and add the new site that it becomes.

            EXAMPLE
              sharectl peer show council.example
              sharectl peer resume council.example \\
                  --reason 'their restore of 3 March was undone; call with their operator'
            """)

    @Argument(help: "Origin of the peer's log.")
    var origin: String
    @Option(help: "Why; it is kept beside the evidence, so name no person.")
    var reason: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            try await session.client.resume(peer: origin, reason: reason)
            output.show(
                .object(["origin": .string(origin), "resumed": true]), words: "shipping from \(origin) goes on")
        }
    }
}
