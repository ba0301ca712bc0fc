import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingModel
import SharingService

struct PeerAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make another site a peer.",
        discussion: """
            From the other site's card (`peer card`), or from its parts. Give --fingerprint as a person at the other site reads it to you: \
            another card is then refused. The other site adds this one the same way; until both have, nothing flows.

            A site without a line has the url `file:`. It is never asked; its shipments come and go as files (`peer export`, `peer import`).

            EXAMPLE
              sharectl peer add --from council.card.json \\
                  --fingerprint '01234 56789 01234 56789 01234 56789'
              sharectl peer add council.example --url https://sharing.council.example \\
                  --vkey 'council.example+1a2b3c4d+AQ…' \\
                  --site-key site.pub.jwk --hpke hpke.pub.jwk
            """)

    @Argument(help: "Origin of the other site's log; left out with --from.")
    var origin: String?
    @Option(help: "File with the other site's card.")
    var from: String?
    @Option(help: "The card's thirty digits, as a person there reads them.")
    var fingerprint: String?
    @Option(help: "Where the other site answers: https://…, or file: for a site without a line.")
    var url: String?
    @Option(help: "The other site's verifier key.")
    var vkey: String?
    @Option(help: ArgumentHelp("The other site's public key, which signs its decisions.", valueName: "file|jwk"))
    var siteKey: String?
    @Option(help: ArgumentHelp("The public X25519 key that is sealed to for it.", valueName: "file|jwk"))
    var hpke: String?
    @OptionGroup(title: "Site") var connection: UnpinnedConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let card = try card()
        guard let url = try card.url.map({ try PeerAddress.checked($0) }) else {
            throw Failure.usage(
                "where does it answer? give `--url https://…`, or `--url file:` for a site without a line")
        }
        let digits = card.fingerprint.count(where: \.isNumber)
        if let fingerprint, fingerprint.count(where: \.isNumber) != digits {
            throw Failure.usage("a fingerprint has \(digits) digits; have them read to you again")
        }
        if let fingerprint, !card.fits(fingerprint: fingerprint) {
            throw Failure(
                .refused, "the fingerprint is not this card's; do not add it, and ask the other site for its card again"
            )
        }
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(
                    .peerAdded,
                    data: [
                        "origin": .string(card.origin), "url": .string(url), "vkey": .text(card.vkey),
                        "siteKey": card.siteKey.jwk, "hpke": card.hpke.jwk,
                    ]))
            if fingerprint == nil, output.format == .table {
                StandardError.line(
                    "before you rely on it, compare its fingerprint with a person there: \(card.fingerprint)")
            }
            try output.show(receipt, "peer \(card.origin), event")
        }
    }

    /// The card as a whole, or put together from its parts; `--url` goes before what a card says.
    private func card() throws -> PeerCard {
        if let from {
            guard vkey == nil, siteKey == nil, hpke == nil else {
                throw Failure.usage("`--from` has all keys; leave out `--vkey`, `--site-key` and `--hpke`")
            }
            var card = try Self.read(try InputFile.json(from), "the card \(from)")
            guard origin == nil || origin == card.origin else {
                throw Failure.usage("the card is that of another site than the origin you gave")
            }
            card.url = url ?? card.url
            return card
        }
        guard let origin, let vkey, let siteKey, let hpke else {
            throw Failure.usage("give `--from CARD`, or ORIGIN with `--url`, `--vkey`, `--site-key` and `--hpke`")
        }
        return try Self.read(
            .object([
                "origin": .string(origin), "url": url.map { .string($0) }, "vkey": .string(vkey),
                "siteKey": try Self.jwk(siteKey), "hpke": try Self.jwk(hpke),
            ]), "what you gave")
    }

    private static func read(_ json: JSON, _ what: String) throws(Failure) -> PeerCard {
        do throws(PeerCardError) {
            return try PeerCard(json: json)
        } catch {
            throw .usage("\(what): \(error)")
        }
    }

    /// A key as JSON, or as the file that has it; of a private one only the public half is taken.
    private static func jwk(_ argument: String) throws -> JSON {
        let json = argument.hasPrefix("{") ? try? JSON.parse(argument) : try InputFile.json(argument)
        guard var members = json?.object else { throw Failure.usage("a key is a JWK, or a file with one") }
        members["d"] = nil
        return .object(members)
    }
}
