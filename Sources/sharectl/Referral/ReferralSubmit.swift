import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct ReferralSubmit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Refer a person.",
        discussion: """
            Needs at least the item referral.summary. Prints what was permitted and, for the rest, why not. Exit code 4 if nothing \
            reaches the recipient, 1 if a person has to decide first.

            EXAMPLE
              echo nhs:9476719931 | sharectl referral submit --subject - \\
                  --to gss:E08000012 --purpose safeguarding-children \\
                  --item referral.summary="Unexplained injuries" \\
                  --item contact=@contact.txt --told no \\
                  --told-reason "would put child at risk"
            """)

    @Option(help: "The person, such as nhs:…; `-` reads standard input.")
    var subject: String
    @Option(help: "The agency referred to.")
    var to: String
    @Option(help: "What for, such as early-help.")
    var purpose: String
    @Option(help: "routine, urgent or emergency.")
    var urgency: Urgency = .routine
    @OptionGroup(title: "Content") var content: ContentOptions
    @Option(help: "Whether the person was told: yes or no.")
    var told: YesNo?
    @Option(help: "Why they were not told.")
    var toldReason: String?
    @Option(
        help: ArgumentHelp("Another person the content is about. May be repeated.", valueName: "relation=person"))
    var about: [String] = []
    @OptionGroup(title: "Sharing without consent") var records: RecordOptions
    @OptionGroup(title: "Who refers") var actor: ActorOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let content = try content.read(besides: subject)
        let subject = try PersonIdentifier(argument: subject)
        let to = try AgencyID(to)
        try await connection.visit { session in
            let actor = try actor.json(session.context)
            var data = JSONObject([
                ("from", .string(try session.agency().text)), ("to", .string(to.text)),
                ("urgency", .string(urgency.rawValue)), ("purpose", .string(purpose)), ("actor", actor),
            ])
            if let told {
                data["informed"] = .object(["told": .bool(told == .yes), "reason": toldReason.map { .string($0) }])
            }
            if !about.isEmpty { data["about"] = .array(try about.map(Self.person)) }
            try records.add(to: &data, by: actor)
            let receipt = try await session.post(
                EventDraft(.referralSubmitted, subject: subject, data: .object(data), content: content))
            try output.show(receipt, "referral")
        }
    }

    private static func person(_ text: String) throws -> JSON {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Failure.usage("`--about` expects RELATION=PERSON, such as sibling=nhs:…") }
        return .object(["person": .string(try PersonIdentifier(parts[1]).text), "relation": .string(parts[0])])
    }
}

enum YesNo: String, ExpressibleByArgument, CaseIterable {
    case yes, no
}

extension Urgency: ExpressibleByArgument {}
