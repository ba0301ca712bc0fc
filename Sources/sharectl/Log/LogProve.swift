import ArgumentParser
import Encodings
import EventStore
import SharingClient

struct LogProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Write a proof that an event is in the log, to carry away (c2sp.org/tlog-proof).",
        discussion: """
            Whoever has the entry and the site's verifier key can check the proof without the site. With a verifier key here, it is checked \
            before it is written.

            EXAMPLE
              sharectl log prove 0192f3c4-1111-4222-8333-444455556666 --out event.proof
              sharectl log prove 0192f3c4-1111-4222-8333-444455556666 --data ./site --vkey "$(cat vkey)"
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
        let text: String
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
                return try TlogProof(parsing: proven.text).verified(entry: proven.entry, by: key)
            }
            StandardError.line("verified: in the log of \(checkpoint.origin), size \(checkpoint.size)")
        } else {
            StandardError.line("not verified: give the site's verifier key with `--vkey`")
        }
        if let out { try FreshFile(out).write(proven.text) } else { Output.raw(proven.text) }
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
                text: text, entry: entry,
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
            return Proven(
                text: try log.tlogProof(index).text, entry: try log.entry(at: index).bytes, key: folder.verifierKey)
        }
    }
}
