import ArgumentParser
import Encodings
import SharingClient

struct PeerShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one peer, with the evidence that is kept against it.",
        discussion: """
            EXAMPLE
              sharectl peer show council.example
            """)

    @Argument(help: "Origin of the peer's log.")
    var origin: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let peers = try await session.client.get("/v1/peers").rows("peers")
            guard let peer = peers.first(where: { $0["origin"]?.string == origin }) else {
                throw Failure(.no, "no site of this origin was ever a peer; see `sharectl peer list`")
            }
            output.show(peer, words: PeerWords(peer).text)
        }
    }
}
