import ArgumentParser
import Encodings
import EventStore

struct LogCheckProof: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-proof",
        abstract: "Check a proof that was carried away, without the site.",
        discussion: """
            Takes what `sharectl log prove inclusion` and `sharectl log prove consistency` write, and any c2sp.org/tlog-proof. Exit code 0 if it holds, 1 \
            if not. It asks nobody: get the verifier key by other means than the proof.

            A proof of inclusion is about an entry, which ours hold themselves. Where one does not, or where the entry came another way, \
            give it with --entry: its bytes, as the log has them.

            EXAMPLE
              sharectl log check-proof event.proof --vkey "$(cat vkey)"
              sharectl log check-proof event.proof --vkey "$(cat vkey)" --entry entry.json
            """)

    @Argument(help: "The proof; `-` reads standard input.")
    var file: String
    @Option(help: "The site's verifier key, pinned by other means.")
    var vkey: String
    @Option(help: "File with the bytes of the entry that is to be in the log.")
    var entry: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        let text = try InputFile.text(file)
        let key = try Failure.no { try VerifierKey(parsing: vkey) }
        if text.hasPrefix(ConsistencyProof.header) { try consistency(text, key) } else { try inclusion(text, key) }
    }

    private func inclusion(_ text: String, _ key: VerifierKey) throws {
        let given = try entry.map { try InputFile.bytes($0) }
        let proof = try Failure.no { try TlogProof(parsing: text) }
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
            ]),
            words: """
                holds    the entry is in the log
                origin   \(checkpoint.origin)
                index    \(proof.index) of \(checkpoint.size)
                root     \(checkpoint.root.base64)
                """ + (entry.map { "\n" + words($0) } ?? ""))
    }

    private func words(_ entry: Entry) -> String {
        """
        event    \(entry.id)
        type     \(entry.type)
        author   \(entry.author)
        recorded \(entry.recorded)
        """
    }

    private func consistency(_ text: String, _ key: VerifierKey) throws {
        guard entry == nil else {
            throw Failure.usage("this is a proof of consistency, which is about no entry; leave out `--entry`")
        }
        let (old, new) = try Failure.no { try ConsistencyProof(parsing: text).verified(by: key) }
        output.show(
            .object([
                "holds": true, "kind": "consistency", "origin": .string(new.origin), "from": .integer(old.size),
                "fromRoot": .string(old.root.base64), "to": .integer(new.size), "toRoot": .string(new.root.base64),
            ]),
            words: """
                holds    the log only grew
                origin   \(new.origin)
                from     size \(old.size), root \(old.root.base64)
                to       size \(new.size), root \(new.root.base64)
                """)
    }
}
