import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingService

struct PeerCardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card", abstract: "Print what another site needs to add this one as a peer.",
        discussion: """
            Everything on it is public. What matters is that it arrives unchanged: hand it over in person, or have two people who know each \
            other read the fingerprint aloud. With --out it is written to a file for `peer add --from`.

            EXAMPLE
              sharectl peer card --url https://sharing.council.example \\
                  --out council.card.json
              sharectl peer card --data ./site --url file: --format json
            """)

    @Option(help: "The site's data folder, instead of asking the site.")
    var data: String?
    @Option(help: "Where this site answers its peers: https://…, or file: for a site without a line.")
    var url: String?
    @Option(help: "A new file to write the card to, as JSON.")
    var out: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let url = try url.map { try PeerAddress.checked($0) }
        var card = try await card()
        card.url = url
        if let out {
            let file = try FreshFile(out)
            try file.write(card.json.text + "\n")
        }
        output.show(card.json, words: CardWords(card).text)
    }

    private func card() async throws -> PeerCard {
        if let data {
            let folder = try LogFolder(data, vkey: connection.vkey)
            let keys = try Failure.no { try SiteKeys.load(from: folder.folder) }
            return PeerCard(
                url: nil, vkey: folder.keys.current, siteKey: keys.site.publicKey, hpke: keys.hpke.publicKey)
        }
        return try await connection.visit { session in
            let card = try PeerCard(json: try await session.client.get("/v1/peers/card"))
            if let pinned = session.client.settings.verifierKey, card.origin != pinned.origin {
                throw ClientError.notProven(reason: "the card is another site's than the pinned verifier key")
            }
            return card
        }
    }
}

/// A card for people.
struct CardWords {
    let card: PeerCard

    init(_ card: PeerCard) { self.card = card }

    var text: String {
        """
        site         \(card.origin)
        url          \(card.url ?? "not said; whoever adds it gives it")
        vkey         \(card.vkey)
        site key     \(card.siteKey.thumbprint)
        hpke         \(Base64.url.encode(card.hpke.thumbprintBytes))
        fingerprint  \(card.fingerprint)
        """
    }
}
