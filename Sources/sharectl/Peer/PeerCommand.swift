import ArgumentParser

struct PeerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer", abstract: "Exchange logs with other sites.",
        discussion: """
            For operators: act as site:ORIGIN with keys/operator.jwk. Each of two sites adds the other, with keys that were compared by other \
            means than the line; from then on each pulls from the other's log what is for it, and verifies all of it. What leaves is decided \
            by the log, never by what a peer asks for. IG leads and auditors may list.

            EXAMPLE
              sharectl peer card --url https://sharing.council.example \\
                  --out council.card.json
              sharectl peer add --from trust.card.json --fingerprint '01234 56789 …'
              sharectl peer list
            """,
        subcommands: [
            PeerCardCommand.self, PeerAdd.self, PeerList.self, PeerShow.self, PeerRemove.self, PeerPin.self,
            PeerResume.self, PeerRequest.self, PeerExport.self, PeerImport.self,
        ])
}
