import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingService
import Timestamping

struct LogTimestamps: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timestamps",
        abstract: "List what outside authorities stated over the log's checkpoints.",
        discussion: """
            Each is checked: that it is over the checkpoint it stands beside, that the site signed that, with --data that it is a checkpoint \
            of this very log, and with --tsa-ca that the authority signed it. Exit code 1 if something is wrong with any.

            EXAMPLE
              sharectl log timestamps --data ./site --tsa-ca tsa-root.pem
              sharectl log timestamps --server https://sharing.example --vkey "$(cat vkey)" --tsa-ca tsa-root.pem
            """)

    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Read a site's data folder instead of asking a server.")
    var data: String?
    @Option(help: "How many, the newest first; 1 to \(ServiceLimits.timestampPage).")
    var limit = ServiceLimits.defaultTimestampPage

    func validate() throws {
        guard (1...ServiceLimits.timestampPage).contains(limit) else {
            throw ValidationError("`--limit` is 1 to \(ServiceLimits.timestampPage)")
        }
    }

    func run() async throws {
        let trusted = try trust.trusted()
        let (stamps, log, key) = if let data { try stored(in: data) } else { try await fetched() }
        let check = key.map { TimestampCheck(log: log, key: $0, trusted: trusted) }
        if trusted == nil { StandardError.line("signatures not checked: give the authority's root with `--tsa-ca`") }
        if key == nil { StandardError.line("not verified: give the site's verifier key with `--vkey`") }
        var isSound = true
        let rows = stamps.map { stored in
            let row = TimestampJSON.row(stored)
            var problem: String?
            if case .failure(let wrong)? = check?.check(stored) { problem = wrong.finding.description }
            if problem != nil { isSound = false }
            let ok = problem == nil && check != nil && trusted != nil
            return JSON.object([
                "size": .integer(stored.size), "time": row["time"], "authority": row["authority"],
                "policy": row["policy"], "serial": row["serial"],
                "ok": .string(problem.map { _ in "no" } ?? (ok ? "yes" : "not checked")),
                "wrong": problem.map(JSON.string), "received": row["received"],
            ])
        }
        output.show(
            TextTable(
                rows,
                columns: [
                    ("size", "size"), ("time", "time"), ("ok", "ok"), ("authority", "authority"), ("wrong", "wrong"),
                ]),
            json: .object(["timestamps": .array(rows)]), none: "nothing was stamped")
        guard isSound else { throw Quiet(status: .no) }
    }

    private func stored(in path: String) throws -> ([StoredTimestamp], (any LogReader)?, VerifierKey?) {
        let folder = try LogFolder(path, vkey: connection.vkey)
        let stamps = try Failure.no {
            try TimestampStore.readOnly(path: folder.folder.timestamps)?.newest(limit: limit) ?? []
        }
        return (stamps, try folder.log(), folder.verifierKey)
    }

    private func fetched() async throws -> ([StoredTimestamp], (any LogReader)?, VerifierKey?) {
        try await connection.visit { session in
            let text = try await session.client.openText("/log/timestamps?limit=\(limit)")
            let rows = try Failure.no { try JSON.parse(Array(text.utf8)).rows("timestamps") }
            let stamps = try rows.map { row in
                guard let stored = TimestampJSON.parse(row) else {
                    throw Failure(
                        .no, "the server's answer is not a list of timestamps; is it sharingd, of this release?")
                }
                return stored
            }
            let pinned = session.client.settings.verifierKey
            return (stamps, nil, try pinned.map { pinned in try Failure.no { try VerifierKey(parsing: pinned.text) } })
        }
    }
}
