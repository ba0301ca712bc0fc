import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingService

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy a site's log and vault to two places, beside a running daemon, and verify the copies.",
        discussion: """
            The log is copied first and then the vault, each as of one moment, so that the vault is never older than the log. Both are \
            verified where they were written, and get their names only then: a file log.sqlite or vault.sqlite there is a whole backup.

            The keys are not copied: keep a copy of DIR/keys in a third place. Whoever has the vault and the keys can read the bodies in \
            any copy of the log. Keep the vault's copies for a short time only: an erasure is complete when the last older one is gone.

            EXAMPLE
              sharectl backup --data ./site --log-to /backup/log/2026-11-22 --vault-to /vaults/2026-11-22
            """)

    @Option(help: "The site's data folder.")
    var data: String
    @Option(help: ArgumentHelp("Folder that the log goes to; made where it is not there.", valueName: "DIR"))
    var logTo: String
    @Option(help: ArgumentHelp("Folder that the vault goes to; another one.", valueName: "DIR"))
    var vaultTo: String
    @Option(help: "The site's verifier key, pinned by other means.")
    var vkey: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = try LogFolder(data, vkey: vkey)
        guard let kek = folder.kek else {
            throw Failure(
                .no, "the copies cannot be verified without the site's keys; run this as the owner of \(data)/keys")
        }
        let bar = ProgressBar("verifying")
        defer { bar.finish() }
        let result: SiteBackup.Result
        do {
            result = try await SiteBackup.run(
                folder.folder, logTo: logTo, vaultTo: vaultTo, key: folder.verifierKey, kek: kek, now: .now
            ) { bar.update($0.entries, of: $0.total) }
        } catch RecoveryError.samePlace {
            throw Failure.usage("\(RecoveryError.samePlace)")
        } catch {
            throw Failure(.no, "\(error)")
        }
        bar.finish()
        let printing = VerificationPrinting(report: result.report)
        let isKept = result.report.isSound
        output.show(
            printing.json(adding: [
                ("log", isKept ? .string(result.log) : nil), ("vault", isKept ? .string(result.vault) : nil),
            ]),
            words: (printing.lines
                + (isKept
                    ? [
                        "log in       \(result.log)", "vault in     \(result.vault)",
                        "keys         not copied: keep a copy of \(data)/keys in a third place", printing.verdict,
                    ]
                    : [printing.verdict, "nothing was kept: run `sharectl log verify --data \(data)`"]))
                .joined(separator: "\n"))
        guard isKept else { throw Quiet(status: .no) }
    }
}
