import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct ConsentWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Record that a consent was withdrawn.",
        discussion: """
            From the receipt on no decision rests on it. What was shared before stays shared; those who received are told.

            EXAMPLE
              sharectl consent withdraw ID --reason "family changed its mind"
            """)

    @Argument(help: "Id of the consent.")
    var consent: String
    @Option(help: "Who withdraws: self, or the representative's basis.")
    var by: ConsentGiver = .`self`
    @Option(help: "Why, if they said so.")
    var reason: String?
    @Option(help: "The person, if the consent's own event is not for you to read; `-` reads standard input.")
    var subject: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let consent = try UniqueID(argument: consent)
        let given = try subject.map { try PersonIdentifier(argument: $0) }
        try await connection.visit { session in
            let person = if let given { given } else { try await session.recorded(consent).subject() }
            let receipt = try await session.post(
                EventDraft(
                    .consentWithdrawn, subject: person, cause: consent,
                    data: [
                        "consent": .string(consent.description), "by": .string(by.rawValue),
                        "reason": reason.map { .string($0) },
                    ]))
            try output.show(receipt, "withdrawal")
        }
    }
}
