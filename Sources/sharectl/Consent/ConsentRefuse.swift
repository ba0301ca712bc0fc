import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct ConsentRefuse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse", abstract: "Record that a person refuses.",
        discussion: """
            EXAMPLE
              sharectl consent refuse --subject - --purpose early-help --item health \\
                  --recipient council
            """)

    @Option(help: "The person, such as nhs:…; `-` reads standard input.")
    var subject: String
    @Option(help: "A purpose. May be repeated, or with commas between.")
    var purpose: [String]
    @Option(help: "An item, or '*'. May be repeated, or with commas between.")
    var item: [String]
    @Option(help: "Who shall not receive: an agency, a kind, or '*'. May be repeated, or with commas between.")
    var recipient: [String]
    @Option(help: "Who refuses: self, or the representative's basis.")
    var by: ConsentGiver = .`self`
    @Option(help: "An agency whose data it is about; any holder if left out. May be repeated.")
    var holder: [String] = []
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let subject = try PersonIdentifier(argument: subject)
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(
                    .consentRefused, subject: subject,
                    data: [
                        "purposes": .strings(listed(purpose)), "items": .strings(listed(item)),
                        "recipients": .strings(listed(recipient)), "by": .string(by.rawValue),
                        "holders": holder.isEmpty ? nil : .strings(listed(holder)),
                    ]))
            try output.show(receipt, "refusal")
        }
    }
}
