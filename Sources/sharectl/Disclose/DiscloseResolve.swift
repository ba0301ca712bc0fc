import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct DiscloseResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Settle what was referred to your agency.",
        discussion: """
            For a role that the flow names under `decide`. It is decided again, with what you settle, and released.
            Where a duty to share is in force, withholding names the duty's own exception: ITEM=withheld:EXCEPTION.

            EXAMPLE
              sharectl disclose resolve ID --item health.mental=permitted \\
                  --item health.sexual=withheld:person-objects --reason "weighed with the family" \\
                  --actor a.guardian --role caldicott-guardian
            """)

    @Argument(help: "Id of the request, referral or delivery.")
    var disclosure: String
    @Option(help: "What is settled: ITEM=permitted, ITEM=withheld or ITEM=withheld:EXCEPTION. May be repeated.")
    var item: [String]
    @Option(help: "Why.")
    var reason: String
    @Option(help: "Why without consent: cannot-be-given, not-reasonable-to-obtain, would-prejudice-protection.")
    var withoutConsent: WithoutConsent?
    @Option(help: "Why the public interest outweighs confidence; needs `--office`.")
    var publicInterest: String?
    @Option(help: "The office in which you decide, such as \"Caldicott Guardian\".")
    var office: String?
    @OptionGroup(title: "Who decides") var actor: ActorOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try UniqueID(argument: disclosure)
        let items = try item.map(Self.settled)
        if publicInterest != nil, office == nil { throw Failure.usage("`--public-interest` needs `--office`") }
        try await connection.visit { session in
            let person = try await session.recorded(id).subject()
            let by = try actor.json(session.context)
            let interest = publicInterest.map { grounds in
                JSON.object(["grounds": .string(grounds), "by": by, "office": office.map(JSON.string)])
            }
            let receipt = try await session.post(
                EventDraft(
                    .disclosureResolved, subject: person, cause: id,
                    data: [
                        "request": .string(id.description), "items": .array(items), "reason": .string(reason),
                        "by": by, "publicInterest": interest,
                        "withoutConsent": withoutConsent.map { .string($0.rawValue) },
                    ]))
            try output.show(receipt, "resolution")
        }
    }

    /// `health.mental=withheld:person-objects` as it stands in the event.
    private static func settled(_ text: String) throws(Failure) -> JSON {
        let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
        let parts = halves.count == 2 ? halves[1].split(separator: ":", maxSplits: 1).map(String.init) : []
        guard let result = parts.first, ["permitted", "withheld"].contains(result) else {
            throw .usage("`--item` is ITEM=permitted, ITEM=withheld or ITEM=withheld:EXCEPTION")
        }
        return .object([
            "item": .string(halves[0]), "result": .string(result),
            "exception": parts.count == 2 ? .string(parts[1]) : nil,
        ])
    }
}

extension WithoutConsent: ExpressibleByArgument {}
