import ArgumentParser
import Encodings
import EventStore
import SharingClient

struct LogCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Show the newest checkpoint: the size and the root of the log, signed by the site.",
        discussion: """
            With a verifier key (--vkey, or SHARECTL_VKEY) the signature is verified, and a checkpoint that does not fit is not shown.

            EXAMPLE
              sharectl log checkpoint --server https://sharing.example --vkey "$(cat vkey)"
              sharectl log checkpoint --data ./site
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Read a site's data folder instead of asking a server.")
    var data: String?

    func run() async throws {
        let (note, key) = if let data { try stored(in: data) } else { try await fetched() }
        let signed = try Failure.no { try SignedCheckpoint(parsing: note) }
        if let key {
            try Failure.no { _ = try signed.verified(by: key) }
        } else {
            StandardError.line("not verified: give the site's verifier key with `--vkey`")
        }
        let checkpoint = signed.checkpoint
        let json = JSON.object([
            "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
            "root": .string(checkpoint.root.base64), "verified": .bool(key != nil), "note": .string(note),
        ])
        output.show(
            json,
            words: """
                origin    \(checkpoint.origin)
                size      \(checkpoint.size)
                root      \(checkpoint.root.base64)
                verified  \(key == nil ? "no" : "yes")

                \(note)
                """)
    }

    private func fetched() async throws -> (note: String, key: VerifierKey?) {
        try await connection.visit { session in
            let pinned = session.client.settings.verifierKey
            return (
                try await session.client.openText("/log/checkpoint"),
                try pinned.map { pinned in try Failure.no { try VerifierKey(parsing: pinned.text) } }
            )
        }
    }

    private func stored(in path: String) throws -> (note: String, key: VerifierKey?) {
        let folder = try LogFolder(path, vkey: connection.vkey)
        return (try folder.log().head.checkpoint.note, folder.verifierKey)
    }
}
