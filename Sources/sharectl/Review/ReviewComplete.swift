import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct ReviewComplete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete", abstract: "Record what a review found.",
        discussion: """
            By the IG lead of the agency that held the information; nobody reviews its own asking.

            EXAMPLE
              sharectl review complete ID --of break-glass --outcome justified-gap --note "a flow is missing"
            """)

    @Argument(help: "Id of the event that was decided.")
    var event: String
    @Option(help: "What is reviewed: break-glass, share-first or one-off.")
    var of: ReviewCompleted.Subject
    @Option(help: "What it found: justified, justified-gap or unjustified.")
    var outcome: ReviewCompleted.Outcome
    @Option(help: "Why.")
    var note: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let event = try UniqueID(argument: event)
        try await connection.visit { session in
            let person = try await session.recorded(event).subject()
            let receipt = try await session.post(
                EventDraft(
                    .reviewCompleted, subject: person, cause: event,
                    data: [
                        "event": .string(event.description), "of": .string(of.rawValue),
                        "outcome": .string(outcome.rawValue), "note": .string(note),
                    ]))
            try output.show(receipt, "review")
        }
    }
}

extension ReviewCompleted.Subject: ExpressibleByArgument {}
extension ReviewCompleted.Outcome: ExpressibleByArgument {}
