import ArgumentParser
import Encodings
import EventStore
import SharingService

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a site together again from the backups of its log, its vault and its keys.",
        discussion: """
            Copies all three into a new folder, verifies everything there, and draws the projections. Take the newest log, and the newest \
            vault: it may be newer than the log, and must not be older.

            What the site recorded after the log's backup is gone from the restored one. Witnesses and partner sites that have seen \
            more will say so: look for a newer copy before you serve.

            EXAMPLE
              sharectl restore --log-from /backup/log/2026-11-22 --vault-from /vaults/2026-11-22 \\
                  --keys-from /safe/keys --data ./site
            """)

    @Option(help: ArgumentHelp("Folder with the backup log.sqlite.", valueName: "DIR"))
    var logFrom: String
    @Option(help: ArgumentHelp("Folder with the backup vault.sqlite.", valueName: "DIR"))
    var vaultFrom: String
    @Option(help: ArgumentHelp("Folder with the copies of the site's keys.", valueName: "DIR"))
    var keysFrom: String
    @Option(help: ArgumentHelp("The site's new data folder; new or empty.", valueName: "DIR"))
    var data: String
    @Option(help: "The site's verifier key, pinned by other means; else it comes from the keys restored.")
    var vkey: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let key = try vkey.map { vkey in try Failure.no { try VerifierKey(parsing: vkey) } }
        let bar = ProgressBar("verifying")
        defer { bar.finish() }
        let report: VerificationReport
        do {
            report = try await SiteRestore.run(
                .init(logFolder: logFrom, vaultFolder: vaultFrom, keysFolder: keysFrom), to: DataFolder(path: data),
                key: key
            ) { bar.update($0.entries, of: $0.total) }
        } catch {
            throw Failure(.no, "\(error)")
        }
        bar.finish()
        let printing = VerificationPrinting(report: report)
        let end =
            report.isSound
            ? "restored     in \(data), projections drawn; start `sharingd --data \(data)`"
            : "not served   \(data) is left for you to look at; do not serve from it, take another backup"
        output.show(
            printing.json(adding: [("data", .string(data))]),
            words: (printing.lines + [printing.verdict, end]).joined(separator: "\n"))
        guard report.isSound else { throw Quiet(status: .no) }
    }
}
