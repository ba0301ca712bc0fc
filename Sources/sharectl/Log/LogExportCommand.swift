import ArgumentParser
import Encodings
import EventStore

struct LogExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the whole log as plain files, for others to verify or serve.",
        discussion: """
            The layout is that of C2SP tlog-tiles (checkpoint, tile/…, tile/entries/…), so any client of it reads the log from the disk or \
            from a plain web server; bodies/INDEX are the signed events (docs/FORMAT.md), and \
            timestamps/SIZE.tsr what outside authorities stated over the checkpoints beside them. `examples/verify.py DIR --vkey KEY` verifies it \
            without this software. The folder must be new or empty. It works beside a running daemon.

            Bodies about people are left out, unless --with-sealed is given: then those that the vault can open are written IN CLEAR. \
            An erasure does not reach them there. Everything is readable for you alone (0700, 0600); before you publish a part, \
            remember that tile/entries says who shares with whom.

            The checkpoint carries the cosignatures that the site's witnesses gave for it. With --policy the export ends at the newest \
            checkpoint that the policy trusts, which may be a little shorter than the log.

            EXAMPLE
              sharectl log export ./exported --data ./site --vkey "$(cat vkey)"
            """)

    @Argument(help: "The folder to write: new or empty.")
    var folder: String
    @Option(help: "The site's data folder.")
    var data: String
    @Option(help: "The site's verifier key, pinned by other means.")
    var vkey: String?
    @Flag(help: "Write bodies about people too, in clear, as far as the vault can open them.")
    var withSealed = false
    @OptionGroup var policy: PolicyOption
    @OptionGroup var output: OutputOptions

    func run() throws {
        let source = try LogFolder(data, vkey: vkey)
        if withSealed, source.kek == nil {
            throw Failure(
                .no, "the key-encryption key is not in \(source.folder.keys), or not yours; leave out `--with-sealed`")
        }
        let log = try Failure.no {
            try ReadOnlyLog(
                folder: source.folder, keys: source.keys, kek: withSealed ? source.kek : nil)
        }
        let end = try source.checkpoint(of: log, trustedUnder: try policy.policy())
        let bar = ProgressBar("exporting")
        let account = try Failure.no {
            try LogExport(of: log, timestamps: try TimestampStore.readOnly(path: source.folder.timestamps)).write(
                to: folder, at: end
            ) { done, total in bar.update(done, of: total) }
        }
        bar.finish()
        let checkpoint = account.checkpoint
        output.show(
            .object([
                "folder": .string(folder), "origin": .string(checkpoint.origin), "size": .integer(checkpoint.size),
                "root": .string(checkpoint.root.base64), "tiles": .integer(account.tiles),
                "bundles": .integer(account.bundles), "bodies": .integer(account.bodies),
                "unavailable": .integer(account.unavailable), "timestamps": .integer(account.timestamps),
            ]),
            words: """
                log      \(checkpoint.origin), size \(checkpoint.size), root \(checkpoint.root.base64)
                tiles    \(account.tiles) of hashes, \(account.bundles) of entries
                bodies   \(account.bodies) written, \(account.unavailable) left out
                stamps   \(account.timestamps) by outside authorities
                verify   examples/verify.py \(folder) --vkey '\(source.verifierKey)'
                """)
    }
}
