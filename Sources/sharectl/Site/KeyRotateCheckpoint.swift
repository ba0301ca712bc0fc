import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingService

struct KeyRotateCheckpoint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-checkpoint", abstract: "Give a site's log another checkpoint key.",
        discussion: """
            With the daemon stopped. Makes a new key, has the log announce it under a checkpoint that both keys sign, and destroys the old \
            one. Whoever pins an earlier key can follow to the new one by what the log says. If it is interrupted, run it again, or start \
            the daemon.

            Afterwards: copy DIR/keys to its third place again, hand out the new verifier key, and have witnesses and partners add it.

            EXAMPLE
              sharectl key rotate-checkpoint --data ./site
            """)

    @Option(help: "The site's data folder.")
    var data: String
    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = DataFolder(path: data)
        let result = try Failure.no { try CheckpointKeyChange.run(folder, now: .now) }
        output.show(
            .object(["old": .text(result.old), "vkey": .text(result.new), "index": .integer(result.index)]),
            words: """
                entry \(result.index) announces the new checkpoint key, and the old one is gone

                verifier key, for everybody who verifies the log:
                  \(result.new)
                before:
                  \(result.old)

                next: copy \(folder.keys) to its third place again, and start the daemon
                """)
    }
}
