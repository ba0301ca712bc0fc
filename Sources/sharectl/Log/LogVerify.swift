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
        abstract:
            "Verify the whole log: every entry, tile, root, checkpoint, body and signature, and the vault's rows.",
        discussion: """
            Reads only, beside a running daemon or without one, on all cores. It does not stop at the first thing that is wrong: all are \
            listed, with what is lost and what is still proved, and the exit code is then 1.

            Without --vkey the verifier key comes from the site's own keys. Whoever could change the log there could change them too: \
            pin the key elsewhere, and give it.

            Timestamps by outside authorities are held against the log; with --tsa-ca their signatures are verified too.

            With --policy, a tlog-policy file, a checkpoint of the log must also be cosigned by a quorum of the policy's witnesses, and \
            no cosigned checkpoint that the folder remembers may contradict the log. What is newer than that checkpoint is counted.

            With --repair, and no daemon running, it first rebuilds what follows from the rest: SQLite's indexes, full tiles and triggers of \
            the log, and the projections. It never touches what is evidence: entries, bodies, checkpoints, and the vault.

            EXAMPLE
              sharectl log verify --data ./site --vkey "$(cat vkey)"
              sharectl log verify --data ./site --format json
              sharectl log verify --data ./site --policy trust.policy
              sharectl log verify --data ./site --repair
            """)

    @Option(help: "The site's data folder.")
    var data: String
    @Option(help: "The site's verifier key, pinned by other means.")
    var vkey: String?
    @Flag(help: "First rebuild what is derived; needs the folder without a daemon.")
    var repair = false
    @OptionGroup var policy: PolicyOption
    @OptionGroup var authorities: TrustOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let folder = try LogFolder(data, vkey: vkey)
        let policy = try policy.policy()
        let trusted = try authorities.trusted()
        let lock = repair ? try Failure.no { try DataFolderLock(folder.folder) } : nil
        defer { withExtendedLifetime(lock) {} }
        let repaired = repair ? try LogRepairing(folder: folder).run() : nil
        let storage = try Failure.no { try SQLiteLogStorage.readOnly(path: folder.folder.log) }
        // A vault that does not open hides no finding about the log.
        let vault = folder.kek.map { kek in Result { try Vault.readOnly(path: folder.folder.vault, kek: kek) } }
        var problem: String?
        if case .failure(let error) = vault { problem = "\(error)" }
        let stopwatch = Stopwatch()
        let bar = ProgressBar("verifying")
        let stamps = TimestampCheck(log: try? folder.log(), key: folder.verifierKey, trusted: trusted)
            .run(path: folder.folder.timestamps)
        let authority = authority(folder)
        var report = await LogVerifier(
            storage: storage, vault: try? vault?.get(), keys: keys(folder, authority),
            timeline: authority ?? remembered(folder), vaultProblem: problem, known: authority?.findings ?? []
        ).run { bar.update($0.entries, of: $0.total) }
        bar.finish()
        report.add(stamps?.findings ?? [])
        let trust = policy.map { WitnessedTrust(of: folder, under: $0) }
        let rate = stopwatch.rate(report.bodies + report.checkpoints)
        let revoked = revokedKeys(folder, authority, report)
        let printing = VerificationPrinting(report: report)
        let seconds = String(format: "%.1f", stopwatch.seconds)
        output.show(
            printing.json(adding: [
                ("seconds", .number(stopwatch.seconds)), ("signaturesPerSecond", .number(rate.rounded())),
                ("repaired", repaired.map { .strings($0) }), ("trusted", trust?.json),
                ("timestamps", stamps.map { .integer($0.count) }), ("revokedKeys", .array(revoked.map(\.json))),
                ("residentBytesPeak", Memory.peakBytes.map { .integer($0) }),
            ]),
            words: ((repaired ?? []).map { "repair       \($0)" } + printing.lines + revoked.flatMap(\.lines)
                + [stamps?.line].compactMap { $0 }
                + (trust?.lines ?? []) + [
                    "took         \(seconds) s, \(Int(rate)) signatures/s", printing.verdict,
                ]).joined(separator: "\n"))
        guard report.isSound, trust?.isTrusted ?? true else { throw Quiet(status: .no) }
    }

    /// Which keys were valid where, from the log; nil where its head does not hold, so that it cannot be asked.
    private func authority(_ folder: LogFolder) -> LogAuthority? {
        let log =
            (try? folder.log()) ?? (try? ReadOnlyLog(folder: folder.folder, keys: folder.keys, kek: nil))
        return log.map(LogAuthority.init(reading:))
    }

    /// What revoked keys signed when they were not to be trusted any more.
    private func revokedKeys(
        _ folder: LogFolder, _ authority: LogAuthority?, _ report: VerificationReport
    ) -> [RevokedKeyReport] {
        guard let authority, !authority.distrusted.isEmpty else { return [] }
        let projections = try? folder.projections()
        return RevokedKeyReport.rows(authority, report) { kid, since in
            (try? projections?.read { try $0.decisions(restingOn: kid.description, from: since) }) ?? 0
        }
    }

    /// The checkpoints' keys as all the log's events announce them, if the one that is pinned is among them.
    private func keys(_ folder: LogFolder, _ authority: LogAuthority?) -> CheckpointKeys {
        guard let keys = authority?.checkpointKeys, keys.all.contains(folder.verifierKey) else { return folder.keys }
        return keys
    }

    /// The projections remember the keys, so that damage at the head is not reported once more for every signature.
    private func remembered(_ folder: LogFolder) -> any KeyTimeline {
        let book = try? folder.projections().read { try KeyBook($0) }
        return RememberedKeys(book: book ?? KeyBook())
    }
}

/// What `--repair` does before verifying.
private struct LogRepairing {
    let folder: LogFolder

    /// - Returns: what was done, a line each.
    func run() throws -> [String] {
        let outcome = try Failure.no { try LogRepair.run(path: folder.folder.log, keys: folder.keys) }
        var lines: [String] = []
        lines.append(outcome.indexesLeft.map { "indexes left as they are: \($0)" } ?? "indexes of the log rebuilt")
        if let reason = outcome.tilesLeft {
            lines.append("tiles left as they are, for they may be the last witness: \(reason)")
        } else {
            lines.append(
                "tiles: \(outcome.tilesAdded) added, \(outcome.tilesReplaced) replaced, \(outcome.tilesRemoved) removed"
            )
        }
        if outcome.triggersMade > 0 { lines.append("triggers: \(outcome.triggersMade) made again") }
        lines.append(projections())
        return lines
    }

    private func projections() -> String {
        let bar = ProgressBar("drawing")
        defer { bar.finish() }
        do {
            let size = try SiteRepair.redrawProjections(folder.folder, from: try folder.log()) {
                bar.update($0, of: $1)
            }
            return "projections drawn again from \(size) entries"
        } catch {
            return "projections left as they are: \(error)"
        }
    }
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
