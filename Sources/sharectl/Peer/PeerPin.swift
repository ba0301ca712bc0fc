import ArgumentParser
import Encodings
import SharingClient
import SharingService

struct PeerPin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Show which keys of peers are trusted, and why.",
        discussion: """
            The keys that each peer was added with, with their fingerprint, and those that its log announced since: changes of its verifier \
            key, each signed by the one before, and of the key that is sealed to for it. Compare a fingerprint with what `peer card` said \
            there when the peer was added.

            EXAMPLE
              sharectl peer pin
              sharectl peer pin council.example --format json
            """)

    @Argument(help: "Origin of one peer's log; all peers if left out.")
    var origin: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let all = try await session.client.get("/v1/peers/trust").rows("peers")
            let shown = all.filter { origin == nil || $0["origin"]?.string == origin }
            guard origin == nil || !shown.isEmpty else {
                throw Failure(.no, "no site of this origin is a peer; see `sharectl peer list`")
            }
            var table = TextTable(["peer", "what", "key", "from"])
            for peer in shown {
                let name = peer.cell("origin")
                table.add([name, "fingerprint", peer.cell("fingerprint"), "entry \(peer.cell("added")) of our log"])
                table.add([name, "vkey", peer.cell("vkey"), "entry \(peer.cell("added")) of our log"])
                for key in peer["followed"]?.array ?? [] {
                    table.add([name, "vkey, followed", key.cell("vkey"), "entry \(key.cell("index")) of its log"])
                }
                table.add([name, "site key", peer.cell("siteKey"), "entry \(peer.cell("added")) of our log"])
                table.add([name, "hpke", peer.cell("hpke"), "entry \(peer.cell("added")) of our log"])
                for key in peer["announced"]?.array ?? [] { table.add([name, "hpke, announced", key.cell, "its log"]) }
            }
            output.show(
                table, json: .object(["peers": .array(shown)]),
                none: "no peers; an operator adds them with `sharectl peer add`")
        }
    }
}
