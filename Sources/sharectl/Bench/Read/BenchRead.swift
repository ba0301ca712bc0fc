import ArgumentParser
import Encodings
import EventStore
import Foundation
import SharingClient
import SharingModel
import SharingService

struct BenchRead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Ask a site that `bench fill` has filled what its users ask, and say how long each answer takes.",
        discussion: """
            One question at a time over one connection, so that what is told is how long somebody waits, not how much the machine can do. \
            The persons and the places in the log are drawn at random: nearly every question is about somebody else.

            EXAMPLE
              sharectl bench read --server http://127.0.0.1:8420 --key ./agency.jwk --as ods:BENCH --events 1000000
            """)

    @Option(help: "How many events the site was filled with.")
    var events = 1_000_000
    @Option(help: "How many there are about each person, as it was filled.")
    var eventsPerPerson = 4
    @Option(help: "How many questions to ask of each kind.")
    var questions = 1_000
    @Option(help: "What the questions are drawn from.")
    var seed: UInt64 = 20_261_123
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...100_000_000).contains(events), (1...1_000).contains(eventsPerPerson),
            (1...1_000_000).contains(questions)
        else {
            throw ValidationError(
                "--events is from 1 to 100000000, --events-per-person from 1 to 1000, --questions from 1 to 1000000")
        }
    }

    func run() async throws {
        let context = try connection.resolved()
        guard let server = context.server, let path = context.key, let agency = context.agency else {
            throw Failure.usage("asking a site needs `--server`, `--key` and `--as`")
        }
        let address = try Failure.no { try BenchAddress(url: server) }
        let origin = try await connection.visit { try await $0.client.origin() }
        let asker = try Failure.no {
            ReadAsker(
                address: address, connection: try BenchConnection(to: address), key: try KeyFile.signingKey(path),
                agency: agency, origin: origin)
        }
        let people = BenchFill.people(events, eventsPerPerson: eventsPerPerson)
        var reading = ReadQuestions(
            asker: asker, persons: BenchPeople.identifiers(people, from: BenchFill.firstPerson), events: events,
            seed: seed)
        let kinds = try Failure.no { try reading.ask(questions) }
        output.show(
            .object([
                "events": .integer(Int64(events)), "questions": .integer(Int64(questions)),
                "kinds": .object(
                    JSONObject(
                        kinds.map { name, latencies in
                            (
                                name,
                                JSON.object(JSONObject(latencies.milliseconds.map { ($0.name, JSON.number($0.value)) }))
                            )
                        })),
            ]),
            words: kinds.map { name, latencies in
                name.padding(toLength: 22, withPad: " ", startingAt: 0)
                    + latencies.milliseconds.map { "\($0.name) " + String(format: "%.2f ms", $0.value) }
                    .joined(separator: ", ")
            }.joined(separator: "\n"))
    }
}
