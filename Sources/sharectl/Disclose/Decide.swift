import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct Decide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Would this be permitted? Asks the site; nothing is recorded.",
        discussion: """
            For the holder only. Actor and role are the asker's. Exit code 0 if something would be permitted, 4 if refused, 1 if a \
            person would have to decide.

            EXAMPLE
              echo nhs:9476719931 | sharectl decide --subject - --to gss:E08000012 \\
                  --purpose early-help --item health.summary --actor jo.bloggs \\
                  --role social-worker
            """)

    @Option(help: "The person, such as nhs:…; `-` reads standard input.")
    var subject: String
    @Option(help: "Who would receive it.")
    var to: String
    @Option(help: "What for, such as early-help.")
    var purpose: String
    @Option(help: "An item. May be repeated, or with commas between.")
    var item: [String]
    @Option(help: "Id of the referral it would belong to.")
    var referral: String?
    @OptionGroup(title: "Who would ask") var actor: ActorOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let subject = try PersonIdentifier(argument: subject)
        let to = try AgencyID(to)
        let referral = try referral.map { try UniqueID(argument: $0) }
        try await connection.visit { session in
            let answer = try await session.client.ask(
                "/v1/decisions",
                .object([
                    "subject": .string(subject.text), "from": .string(try session.agency().text),
                    "to": .string(to.text),
                    "purpose": .string(purpose), "items": .strings(listed(item)),
                    "actor": try actor.json(session.context), "referral": referral.map { .string($0.description) },
                ]))
            let decision = try Decision(json: answer)
            output.show(answer, words: String(DecisionWords(decision).text.dropLast()))
            try output.end(with: decision.outcome.rawValue)
        }
    }
}
