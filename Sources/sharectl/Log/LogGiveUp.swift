import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingClient
import SharingService

struct LogGiveUp: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "give-up",
        abstract: "Go on from an older copy of the log, and say so in it for ever.",
        discussion: """
            A site whose log is shorter than what its witnesses have seen refuses events (`log-set-back`). Look for a newer backup first. \
            Where there is none, this writes down the decision to give up the entries from FROM, the log's size, up to TO, the largest size that \
            it signed before. At its next start the daemon records it, with both checkpoints as evidence, as the first event after FROM: \
            everybody enrolled can read it. Witnesses that have seen more go on refusing this log until their operators decide otherwise.

            The daemon must not be running. Both sizes are shown by `sharectl doctor`.

            EXAMPLE
              sharectl log give-up 4711 4803 --data ./site --reason 'disk lost on 3 March; newest backup of 2 March'
            """)

    @Argument(help: "The log's size as it is.")
    var from: Int64
    @Argument(help: "The largest size that it signed before.")
    var to: Int64
    @Option(help: "The site's data folder.")
    var data: String
    @Option(help: "Why; it is recorded, so name no person.")
    var reason: String
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard from > 0, from < to else { throw ValidationError("FROM is the smaller of the two, and not 0") }
        guard !reason.isEmpty, reason.utf8.count <= 4096 else {
            throw ValidationError("the reason has 1 to 4096 bytes")
        }
    }

    func run() throws {
        let evidence = try Failure.no {
            try GivingUp.decide(DataFolder(path: data), from: from, to: to, reason: reason, now: .now)
        }
        output.show(
            .object(["from": .integer(from), "to": .integer(to), "evidence": .array(evidence.map(\.json))]),
            words: """
                given up  entries from \(from) up to \(to)
                next      start the daemon: it records this first, and takes events again
                then      tell every agency; what they hold receipts for and is missing, they can post again
                """)
    }
}
