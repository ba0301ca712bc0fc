import ArgumentParser
import EventStore
import SharingClient

struct LogProveConsistency: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Write a proof that the log only grew between two of its checkpoints.",
        discussion: """
            The proof holds both checkpoints and the hashes between them (docs/FORMAT.md). Checkpoints are signed at the end of each \
            append, so not every size has one; where a size has none, the next that has is named.

            From a server it is made of tiles of hashes, which are not believed: with a verifier key the proof is checked before it is \
            written.

            EXAMPLE
              sharectl log prove consistency 100 250 --data ./site --out growth.proof
              sharectl log prove consistency 100 --server https://sharing.example --vkey "$(cat vkey)"
            """)

    @Argument(help: "Size of the older checkpoint.")
    var from: Int64
    @Argument(help: "Size of the newer checkpoint; the newest where none is given.")
    var to: Int64?
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Read a site's data folder instead of asking a server.")
    var data: String?
    @Option(help: "Write the proof to a new file instead of standard output.")
    var out: String?

    func validate() throws {
        guard from >= 0, to.map({ $0 >= from }) ?? true else {
            throw ValidationError("sizes are not negative, and the older checkpoint comes first")
        }
    }

    func run() async throws {
        let (proof, keys) = if let data { try stored(in: data) } else { try await fetched() }
        if let keys {
            try Failure.no { _ = try proof.verified(by: keys) }
            StandardError.line(
                "verified: the log of \(proof.old.checkpoint.origin) only grew from size \(proof.old.checkpoint.size) to "
                    + "\(proof.new.checkpoint.size)")
        } else {
            StandardError.line("not verified: give the site's verifier key with `--vkey`")
        }
        if let out { try FreshFile(out).write(proof.text) } else { Output.raw(proof.text) }
    }

    private func stored(in path: String) throws -> (ConsistencyProof, CheckpointKeys?) {
        let folder = try LogFolder(path, vkey: connection.vkey)
        let log = try folder.log()
        let older = try checkpoint(from, of: log)
        let newer =
            try to.map { try checkpoint($0, of: log) } ?? folder.checkpoint(of: log, trustedUnder: nil)
        return (try Failure.no { try log.consistencyProof(between: older, and: newer) }, folder.keys)
    }

    private func fetched() async throws -> (ConsistencyProof, CheckpointKeys?) {
        try await connection.visit { session in
            let log = RemoteLog(client: session.client)
            let newer = try await log.checkpoint(size: to)
            let older = try await log.checkpoint(size: from)
            for (checkpoint, asked) in [(older, from), (newer, to ?? newer.checkpoint.size)] {
                try hold(checkpoint, at: asked)
            }
            let pinned = session.client.settings.verifierKey
            return (
                try await log.consistencyProof(between: older, and: newer),
                try pinned.map { pinned in
                    CheckpointKeys(first: try Failure.no { try VerifierKey(parsing: pinned.text) })
                }
            )
        }
    }

    private func checkpoint(_ size: Int64, of log: ReadOnlyLog) throws -> SignedCheckpoint {
        guard let found = try Failure.no({ try log.checkpoint(from: size) }) else {
            throw Failure(.no, "the log has size \(log.head.size), so there is no checkpoint of size \(size) yet")
        }
        try hold(found, at: size)
        return found
    }

    private func hold(_ found: SignedCheckpoint, at size: Int64) throws(Failure) {
        guard found.checkpoint.size == size else {
            throw Failure(
                .no, "no checkpoint was signed at size \(size); the next larger one is of size \(found.checkpoint.size)"
            )
        }
    }
}
