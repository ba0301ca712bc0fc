import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService

struct BenchExportEvents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export-events",
        abstract: "Write the events that are posted in a measurement to a file, one a line, for other stores.",
        discussion: """
            Signed consents about invented people, as `bench ingest` posts them: what another store has to keep so that the two can be \
            compared. The key that signed them is gone afterwards.

            EXAMPLE
              sharectl bench export-events --events 20000 --out events.txt
            """)

    @Option(help: "How many events to write.")
    var events = 20_000
    @Option(help: ArgumentHelp("Write them to this new file.", valueName: "FILE"))
    var out: String

    func validate() throws {
        guard (1...1_000_000).contains(events) else { throw ValidationError("--events is from 1 to 1000000") }
    }

    func run() async throws {
        let workload = BenchWorkload(
            agency: try AgencyID(BenchLog.agency), key: .generate(), origin: BenchSite.origin, now: SystemClock().now,
            people: max(1, events / 4))
        let signed = try await workload.events(events)
        let file = try FreshFile(out)
        try Failure.no {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file.path))
            for event in signed { try handle.write(contentsOf: Data(event + [UInt8(ascii: "\n")])) }
            try handle.close()
        }
    }
}
