import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingService

struct KeyRotateHPKE: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-hpke", abstract: "Give a site another key that shipments to it are sealed to.",
        discussion: """
            With the daemon stopped, every 30 days or so. Makes a new X25519 key and has the log announce it to every peer. The one before is \
            kept for 30 days, for what is sealed to it and still on its way, and is then destroyed when the site is next opened. If it is \
            interrupted, run it again, or start the daemon.

            With --destroy-old it makes no new key: it destroys those that were replaced, at once. What was sealed to them and has not come \
            yet, a file on a stick say, then opens for nobody, and has to be exported again.

            Afterwards: copy DIR/keys to its third place again, and destroy what you keep there of old keys.

            EXAMPLE
              sharectl key rotate-hpke --data ./site
              sharectl key rotate-hpke --data ./site --destroy-old
            """)

    @Option(help: "The site's data folder.")
    var data: String
    @Flag(help: "Make no new key, and destroy those that were replaced.")
    var destroyOld = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = DataFolder(path: data)
        if destroyOld {
            let count = try Failure.no { try ReceivingKeyChange.destroyReplaced(folder) }
            output.show(
                .object(["destroyed": .integer(Int64(count))]),
                words: counted(count, "replaced receiving key") + " destroyed")
            return
        }
        let result = try Failure.no { try ReceivingKeyChange.run(folder, now: .now) }
        output.show(
            .object([
                "index": .integer(result.index), "hpke": result.new.jwk,
                "thumbprint": .string(Base64.url.encode(result.new.thumbprintBytes)),
                "destroyed": .integer(Int64(result.destroyed)),
            ]),
            words: """
                entry \(result.index) announces the new receiving key
                thumbprint:  \(Base64.url.encode(result.new.thumbprintBytes))
                destroyed:   \(result.destroyed) that had been kept for 30 days

                next: copy \(folder.keys) to its third place again, and start the daemon
                """)
    }
}
