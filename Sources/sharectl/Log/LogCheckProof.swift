import ArgumentParser
import Encodings
import EventStore
import Foundation

struct LogCheckProof: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-proof",
        abstract: "Check a proof that was carried away, without the site.",
        discussion: """
            Takes what `sharectl log prove inclusion` and `sharectl log prove consistency` write, and any c2sp.org/tlog-proof. Exit code 0 if it holds, 1 \
            if not. It asks nobody: get the verifier key by other means than the proof.

            A proof of inclusion is about an entry, which ours hold themselves. Where one does not, or where the entry came another way, \
            give it with --entry: its bytes, as the log has them.

            A folder that `sharectl report NAME --proof` wrote is checked as a whole: every event of every row is proved, and every body is the \
            one that its entry commits to.

            With --policy, a tlog-policy file, the checkpoint (the newer one, of two) must be cosigned by a quorum of the witnesses that the \
            policy names; --vkey may then be left out where the policy names the log.

            EXAMPLE
              sharectl log check-proof event.proof --vkey "$(cat vkey)"
              sharectl log check-proof event.proof --vkey "$(cat vkey)" --entry entry.json
              sharectl log check-proof ./evidence --vkey "$(cat vkey)"
              sharectl log check-proof event.proof --policy trust.policy
            """)

    @Argument(help: "The proof, or a folder of evidence; `-` reads standard input.")
    var file: String
    @Option(help: "The site's verifier key, pinned by other means.")
    var vkey: String?
    @OptionGroup var policy: PolicyOption
    @Option(help: "File with the bytes of the entry that is to be in the log.")
    var entry: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard vkey != nil || policy.path != nil else {
            throw ValidationError(
                "give the site's verifier key with `--vkey`, or a policy that names it with `--policy`")
        }
    }

    func run() throws {
        guard !FileManager.default.isFolder(file) else { return try evidence() }
        let text = try InputFile.text(file)
        let policy = try policy.policy()
        if text.hasPrefix(ConsistencyProof.header) {
            let proof = try Failure.no { try ConsistencyProof(parsing: text) }
            let (key, cosigned) = try trusted(proof.new, policy)
            try consistency(proof, key, cosigned)
        } else {
            let proof = try Failure.no { try TlogProof(parsing: text) }
            let (key, cosigned) = try trusted(proof.checkpoint, policy)
            try inclusion(proof, key, cosigned)
        }
    }

    /// The log's key, and who cosigned where a policy asks for it.
    private func trusted(
        _ checkpoint: SignedCheckpoint, _ policy: TlogPolicy?
    ) throws -> (VerifierKey, [TlogPolicy.Cosigned]?) {
        let pinned = try vkey.map { text in try Failure.no { try VerifierKey(parsing: text) } }
        let cosigned = try policy.map { policy in try Failure.no { try policy.check(checkpoint, log: pinned) } }
        if let pinned { return (pinned, cosigned) }
        let signer = policy?.logs.map(\.key).first { (try? checkpoint.verified(by: $0)) != nil }
        guard let signer else { throw Failure(.no, TrustFailure.otherLog.description) }
        return (signer, cosigned)
    }

    private func evidence() throws {
        guard entry == nil else {
            throw Failure.usage("a folder of evidence holds its entries itself; leave out `--entry`")
        }
        let policy = try policy.policy()
        let account = try EvidenceCheck(path: file) { try trusted($0, policy).0 }.run()
        output.show(
            .object([
                "holds": true, "kind": "evidence", "origin": .string(account.origin), "size": .integer(account.size),
                "rows": .integer(Int64(account.rows)), "events": .integer(Int64(account.events)),
                "bodies": .integer(Int64(account.bodies)),
            ]),
            words: """
                holds    every event of every row is in the log
                origin   \(account.origin)
                rows     \(account.rows), resting on \(account.events) events
                bodies   \(account.bodies), each the one that its entry commits to
                """)
    }

    private func inclusion(_ proof: TlogProof, _ key: VerifierKey, _ cosigned: [TlogPolicy.Cosigned]?) throws {
        let given = try entry.map { try InputFile.bytes($0) }
        guard let bytes = given ?? proof.extra else {
            throw Failure.usage("the proof does not hold the entry that it is about; give it with `--entry`")
        }
        let checkpoint = try Failure.no {
            // An `extra` is for the log's own use (tlog-proof); in a proof by sharectl it is the entry.
            if let extra = proof.extra, bytes != extra, (try? Entry(parsing: extra)) != nil {
                throw Failure(.no, "the proof is about another entry than the one given")
            }
            return try proof.verified(entry: bytes, by: key)
        }
        let entry = try? Entry(parsing: bytes)
        output.show(
            .object([
                "holds": true, "kind": "inclusion", "origin": .string(checkpoint.origin),
                "size": .integer(checkpoint.size), "root": .string(checkpoint.root.base64),
                "index": .integer(proof.index), "entry": entry.flatMap { try? JSON.parse($0.bytes) },
                "cosigned": cosigned?.json,
            ]),
            words: """
                holds    the entry is in the log
                origin   \(checkpoint.origin)
                index    \(proof.index) of \(checkpoint.size)
                root     \(checkpoint.root.base64)
                """ + (cosigned.map { "\ntrusted  \($0.words)" } ?? "") + (entry.map { "\n" + words($0) } ?? ""))
    }

    private func words(_ entry: Entry) -> String {
        """
        event    \(entry.id)
        type     \(entry.type)
        author   \(entry.author)
        recorded \(entry.recorded)
        """
    }

    private func consistency(
        _ proof: ConsistencyProof, _ key: VerifierKey, _ cosigned: [TlogPolicy.Cosigned]?
    ) throws {
        guard entry == nil else {
            throw Failure.usage("this is a proof of consistency, which is about no entry; leave out `--entry`")
        }
        let (old, new) = try Failure.no { try proof.verified(by: key) }
        output.show(
            .object([
                "holds": true, "kind": "consistency", "origin": .string(new.origin), "from": .integer(old.size),
                "fromRoot": .string(old.root.base64), "to": .integer(new.size), "toRoot": .string(new.root.base64),
                "cosigned": cosigned?.json,
            ]),
            words: """
                holds    the log only grew
                origin   \(new.origin)
                from     size \(old.size), root \(old.root.base64)
                to       size \(new.size), root \(new.root.base64)
                """ + (cosigned.map { "\ntrusted  \($0.words)" } ?? ""))
    }
}
