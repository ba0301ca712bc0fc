import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingClient
import SharingService

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look a site over: files, keys, log, vault, projections, agreements, clock, disk, backups.",
        discussion: """
            With --data it looks at a site's data folder, beside a running daemon or without one, and changes nothing. Without, it looks at \
            the site behind --server, as far as that can be seen from there: whether it answers and takes events, whether its newest \
            checkpoint verifies, whether your key is let in.

            A glance, in seconds: `sharectl log verify` checks the whole log, `sharectl replay --check` all projections.

            Exit code 0: no trouble, though there may be warnings. 1: trouble; each line says what to do.

            EXAMPLE
              sharectl doctor --data ./site --vkey "$(cat vkey)"
              sharectl doctor --server https://sharing.example --format json
            """)

    @Option(help: "The site's data folder.")
    var data: String?
    @Option(
        help: ArgumentHelp(
            "With --data: the tlog-policy file that the daemon's configuration names.", valueName: "FILE"))
    var policy: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let findings: [DoctorFinding]
        if let data {
            let pinned = try connection.vkey.map { text in try Failure.no { try VerifierKey(parsing: text) } }
            guard FileManager.default.fileExists(atPath: data) else {
                throw Failure.usage("there is no folder \(data); give the data folder of a founded site")
            }
            findings = Doctor.examine(
                ExaminedSite(
                    folder: DataFolder(path: data), pinned: pinned, policy: policy.map(Self.read), now: .now))
        } else {
            findings = try await connection.visit { await RemoteDoctor(session: $0).examine() }
        }
        let printing = DoctorPrinting(findings: findings)
        if output.format == .table {
            Output.line(printing.words)
        } else {
            output.show(printing.table, json: printing.json)
        }
        guard printing.isWell else { throw Quiet(status: .no) }
    }

    /// What cannot be read is for the doctor to tell.
    private static func read(_ path: String) -> Result<TlogPolicy, any Error> {
        Result {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw StorageError.notThere(path: path)
            }
            return try TlogPolicy(parsing: Array(bytes))
        }
    }
}
