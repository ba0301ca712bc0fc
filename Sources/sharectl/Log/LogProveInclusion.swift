import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingService

struct LogProveInclusion: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inclusion",
        abstract: "Write a proof that an event is in the log (c2sp.org/tlog-proof).",
        discussion: """
            The proof holds the event's entry too, as the `extra` of its format: with the site's verifier key anybody can check it without \
            the site. The entry has no personal data but the site's reference for the person, and who may read the event. With a verifier \
            key here, the proof is checked before it is written.

            EXAMPLE
              sharectl log prove inclusion 0192f3c4-1111-4222-8333-444455556666 --out event.proof
              sharectl log prove inclusion 0192f3c4-1111-4222-8333-444455556666 --data ./site --vkey "$(cat vkey)"
            """)

    @Argument(help: "The event's id.")
    var id: String
    @OptionGroup var connection: ConnectionOptions
    @Option(help: "Read a site's data folder instead of asking a server.")
    var data: String?
    @Option(help: "Write the proof to a new file instead of standard output.")
    var out: String?

    /// A proof with what it is about.
    private struct Proven: Sendable {
        let proof: TlogProof
        let entry: [UInt8]
        let key: VerifierKey?
    }

    func run() async throws {
        let event = try UniqueID(argument: id)
        let proven = if let data { try stored(event, in: data) } else { try await fetched(event) }
        if let key = proven.key {
            let checkpoint = try Failure.no {
                guard try Entry(parsing: proven.entry).id == event else {
                    throw Failure(.no, "do not rely on this answer: the entry is another event's")
                }
                return try proven.proof.verified(entry: proven.entry, by: key)
            }
            StandardError.line("verified: in the log of \(checkpoint.origin), size \(checkpoint.size)")
        } else {
            StandardError.line("not verified: give the site's verifier key with `--vkey`")
        }
        let text = TlogProof(
            index: proven.proof.index, hashes: proven.proof.hashes, checkpoint: proven.proof.checkpoint,
            extra: proven.entry
        ).text
        if let out { try FreshFile(out).write(text) } else { Output.raw(text) }
    }

    private func fetched(_ event: UniqueID) async throws -> Proven {
        try await connection.visit { session in
            let text = try await session.client.text("/v1/events/\(event)/proof")
            let answer = try await session.client.get("/v1/events/\(event)")
            guard let entry = answer["entryBytes"]?.string.flatMap({ Base64.standard.decode($0) }) else {
                throw Failure(.no, "the server's answer has no entry in it; is it sharingd, of this release?")
            }
            let pinned = session.client.settings.verifierKey
            return Proven(
                proof: try Failure.no { try TlogProof(parsing: text) }, entry: entry,
                key: try pinned.map { pinned in try Failure.no { try VerifierKey(parsing: pinned.text) } })
        }
    }

    private func stored(_ event: UniqueID, in path: String) throws -> Proven {
        let folder = try LogFolder(path, vkey: connection.vkey)
        let log = try folder.log()
        return try Failure.no {
            guard let index = try log.index(of: event) else {
                throw Failure(.no, "there is no event with this id in the log")
            }
            // With the witnesses' cosignatures where they have some already; an event that is newer goes without.
            let known = try? CosignatureBook(readingAt: folder.folder.cosignatures)?.checkpoints().first
            let cosigned = known.flatMap { $0.checkpoint.size > index && holds($0, log) ? $0 : nil }
            return Proven(
                proof: try log.tlogProof(index, against: cosigned), entry: try log.entry(at: index).bytes,
                key: folder.keys.current)
        }
    }

    /// Whether a cosigned checkpoint is of the log as it is.
    private func holds(_ checkpoint: SignedCheckpoint, _ log: ReadOnlyLog) -> Bool {
        (try? log.contradiction(with: checkpoint)) == .some(.none)
    }
}
