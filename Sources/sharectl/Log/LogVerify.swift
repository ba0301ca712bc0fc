import ArgumentParser
import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import SharingService

struct LogVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify the whole log: every entry, tile, root, checkpoint, body and signature.",
        discussion: """
            Reads only, beside a running daemon or without one, on all cores. It does not stop at the first thing that is wrong: all are \
            listed, and the exit code is then 1.

            Without --vkey the verifier key comes from the site's own keys. Whoever could change the log there could change them too: \
            pin the key elsewhere, and give it.

            EXAMPLE
              sharectl log verify --data ./site --vkey "$(cat vkey)"
              sharectl log verify --data ./site --format json
            """)

    @Option(help: "The site's data folder.")
    var data: String
    @Option(help: "The site's verifier key, pinned by other means.")
    var vkey: String?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = try LogFolder(data, vkey: vkey)
        let storage = try Failure.no { try SQLiteLogStorage.readOnly(path: folder.folder.log) }
        let vault = try folder.kek.map { kek in
            try Failure.no { try Vault.readOnly(path: folder.folder.vault, kek: kek) }
        }
        let stopwatch = Stopwatch()
        let bar = ProgressBar("verifying")
        let report = await LogVerifier(
            storage: storage, vault: vault, key: folder.verifierKey, timeline: timeline(folder)
        ).run { bar.update($0.entries, of: $0.total) }
        bar.finish()
        let rate = stopwatch.rate(report.bodies + report.checkpoints)
        output.show(json(report, stopwatch.seconds, rate), words: words(report, stopwatch.seconds, rate))
        guard report.isSound else { throw Quiet(status: .no) }
    }

    /// Which keys were valid where: from the log. A log whose head does not hold cannot be asked; the projections remember, so that the damage at
    /// the head is not reported once more for every signature.
    private func timeline(_ folder: LogFolder) -> any KeyTimeline {
        if let log = try? folder.log() { return LogAuthority(reading: log) }
        let book = try? folder.projections().read { try KeyBook($0) }
        return RememberedKeys(book: book ?? KeyBook())
    }

    private func json(_ report: VerificationReport, _ seconds: Double, _ rate: Double) -> JSON {
        .object([
            "sound": .bool(report.isSound), "origin": report.checkpoint.map { .string($0.origin) },
            "size": report.checkpoint.map { .integer($0.size) },
            "root": report.checkpoint.map { .string($0.root.base64) },
            "entries": .integer(report.entries), "bodies": .integer(report.bodies),
            "unavailable": .integer(report.unavailable), "checkpoints": .integer(report.checkpoints),
            "tiles": .integer(report.tiles), "seconds": .number(seconds),
            "signaturesPerSecond": .number(rate.rounded()),
            "findingCount": .integer(report.findingCount),
            "findings": .array(
                report.findings.map { finding in
                    .object([
                        "kind": .string(finding.kind.rawValue), "index": finding.index.map { .integer($0) },
                        "detail": .string(finding.detail),
                    ])
                }),
        ])
    }

    private func words(_ report: VerificationReport, _ seconds: Double, _ rate: Double) -> String {
        var lines = report.findings.map { Colour.red.apply("wrong") + "  \($0.description)" }
        let unlisted = report.findingCount - Int64(report.findings.count)
        if unlisted > 0 { lines.append("… and \(unlisted) more") }
        if let checkpoint = report.checkpoint {
            lines.append("log          \(checkpoint.origin), size \(checkpoint.size), root \(checkpoint.root.base64)")
        }
        lines.append(
            "entries      \(report.entries), in \(report.tiles) full tiles, under \(report.checkpoints) checkpoints")
        lines.append(
            "bodies       \(report.bodies) opened, each with its author's signature"
                + (report.unavailable > 0 ? "; \(report.unavailable) not opened" : ""))
        lines.append("took         \(Self.seconds(seconds)) s, \(Int(rate)) signatures/s")
        lines.append(
            report.isSound
                ? Colour.green.apply("sound") + ": nothing is wrong"
                : Colour.red.apply("not sound") + ": \(report.findingCount) findings")
        return lines.joined(separator: "\n")
    }

    private static func seconds(_ value: Double) -> String { String(format: "%.1f", value) }
}

/// Keys as the projections remember them.
private struct RememberedKeys: KeyTimeline {
    let book: KeyBook

    func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding {
        guard let key = book[kid], key.enrolled < index || index == 0 else { return .unknown }
        guard key.agency.text == author else { return .otherAuthor }
        if let end = key.end, end.index < index { return .revoked }
        return .valid(key.publicKey)
    }
}
