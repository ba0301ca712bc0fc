import ArgumentParser
import EventStore

struct LogProveConsistency: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Write a proof that the log only grew between two of its checkpoints.",
        discussion: """
            The proof holds both checkpoints and the hashes between them (docs/FORMAT.md). Checkpoints are signed at the end of each \
            append, so not every size has one; where a size has none, the next that has is named.

            EXAMPLE
              sharectl log prove consistency 100 250 --data ./site --out growth.proof
              sharectl log prove consistency 100 --data ./site --vkey "$(cat vkey)"
            """)

    @Argument(help: "Size of the older checkpoint.")
    var from: Int64
    @Argument(help: "Size of the newer checkpoint; the newest where none is given.")
    var to: Int64?
    @Option(help: "The site's data folder.")
    var data: String
    @Option(help: "The site's verifier key, pinned by other means.")
    var vkey: String?
    @Option(help: "Write the proof to a new file instead of standard output.")
    var out: String?

    func validate() throws {
        guard from >= 0, to.map({ $0 >= from }) ?? true else {
            throw ValidationError("sizes are not negative, and the older checkpoint comes first")
        }
    }

    func run() throws {
        let folder = try LogFolder(data, vkey: vkey)
        let log = try folder.log()
        let older = try checkpoint(from, of: log)
        let newer = try to.map { try checkpoint($0, of: log) } ?? log.head.checkpoint
        let text = try Failure.no {
            let proof = try log.consistencyProof(between: older, and: newer)
            try proof.verified(by: folder.verifierKey)
            return proof.text
        }
        StandardError.line(
            "verified: the log of \(older.checkpoint.origin) only grew from size \(older.checkpoint.size) to "
                + "\(newer.checkpoint.size)")
        if let out { try FreshFile(out).write(text) } else { Output.raw(text) }
    }

    private func checkpoint(_ size: Int64, of log: ReadOnlyLog) throws -> SignedCheckpoint {
        guard let found = try Failure.no({ try log.checkpoint(from: size) }) else {
            throw Failure(.no, "the log has size \(log.head.size), so there is no checkpoint of size \(size) yet")
        }
        guard found.checkpoint.size == size else {
            throw Failure(
                .no, "no checkpoint was signed at size \(size); the next larger one is of size \(found.checkpoint.size)"
            )
        }
        return found
    }
}
