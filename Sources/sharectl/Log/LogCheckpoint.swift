import ArgumentParser
import Encodings
import EventStore
import SharingClient

struct LogCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Show the newest checkpoint: the size and the root of the log, signed by the site.",
        discussion: """
            With a verifier key (--vkey, or SHARECTL_VKEY) the signature is verified, and a checkpoint that does not fit is not shown. With \
            a policy (--policy, a tlog-policy file) it must be cosigned by a quorum of the witnesses that the policy names; of a data \
            folder, the newest such checkpoint is shown.

            EXAMPLE
              sharectl log checkpoint --server https://sharing.example --vkey "$(cat vkey)"
              sharectl log checkpoint --data ./site
              sharectl log checkpoint --server https://sharing.example --policy trust.policy
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var policy: PolicyOption
    @OptionGroup var output: OutputOptions
    @Option(help: "Read a site's data folder instead of asking a server.")
    var data: String?

    func run() async throws {
        let policy = try policy.policy()
        let (note, key) = if let data { try stored(in: data, policy) } else { try await fetched() }
        let signed = try Failure.no { try SignedCheckpoint(parsing: note) }
        if let key { try Failure.no { _ = try signed.verified(by: key) } }
        let cosigned = try policy.map { policy in try Failure.no { try policy.check(signed, log: key) } }
        let isVerified = key != nil || policy != nil
        if !isVerified {
            StandardError.line("not verified: give the site's verifier key with `--vkey`")
        }
        let checkpoint = signed.checkpoint
        let json = JSON.object([
            "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
            "root": .string(checkpoint.root.base64), "verified": .bool(isVerified),
            "trusted": cosigned.map { _ in true }, "cosigned": cosigned?.json, "note": .string(note),
        ])
        output.show(
            json,
            words: """
                origin    \(checkpoint.origin)
                size      \(checkpoint.size)
                root      \(checkpoint.root.base64)
                verified  \(isVerified ? "yes" : "no")
                \(cosigned.map { "trusted   yes, \($0.words)\n" } ?? "")
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

    private func stored(in path: String, _ policy: TlogPolicy?) throws -> (note: String, key: VerifierKey?) {
        let folder = try LogFolder(path, vkey: connection.vkey)
        return (try folder.checkpoint(of: try folder.log(), trustedUnder: policy).note, folder.keys.current)
    }
}
