import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct DiscloseRequest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Ask a holder for information about a person.",
        discussion: """
            By the asker. Prints the decision: per item permitted or not, and what you may know of why. Exit code 0 if something is \
            permitted, 4 if refused, 1 if a person at the holder has to decide.

            EXAMPLE
              echo nhs:9476719931 | sharectl disclose request --subject - \\
                  --from ods:RBS25 --purpose safeguarding-children \\
                  --item identity,health.summary --reason "section 47 enquiry" \\
                  --actor jo.bloggs --role social-worker
            """)

    @Option(help: "The person, such as nhs:…; `-` reads standard input.")
    var subject: String
    @Option(help: "The holder.")
    var from: String
    @Option(help: "What for, such as early-help.")
    var purpose: String
    @Option(help: "An item asked for. May be repeated, or with commas between.")
    var item: [String]
    @Option(help: "Why it is necessary.")
    var reason: String
    @Option(help: "Id of the referral it belongs to.")
    var referral: String?
    @Option(help: "Why your public task needs it.")
    var publicTask: String?
    @Option(help: "Code under which you cannot wait for the holder; needs --justification, is reviewed.")
    var breakGlass: String?
    @Option(help: "Why you cannot wait.")
    var justification: String?
    @OptionGroup(title: "Who asks") var actor: ActorOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let subject = try PersonIdentifier(argument: subject)
        let from = try AgencyID(from)
        let referral = try referral.map { try UniqueID(argument: $0) }
        guard (breakGlass == nil) == (justification == nil) else {
            throw Failure.usage("`--break-glass` and `--justification` go together")
        }
        try await connection.visit { session in
            let data = JSON.object([
                "from": .string(from.text), "to": .string(try session.agency().text), "purpose": .string(purpose),
                "items": .strings(listed(item)), "reason": .string(reason), "actor": try actor.json(session.context),
                "referral": referral.map { .string($0.description) }, "publicTask": publicTask.map { .string($0) },
                "breakGlass": breakGlass.map { code in
                    .object(["code": .string(code), "justification": .string(justification ?? "")])
                },
            ])
            let receipt = try await session.post(
                EventDraft(.disclosureRequested, subject: subject, cause: referral, data: data))
            try output.show(receipt, "request")
        }
    }
}
