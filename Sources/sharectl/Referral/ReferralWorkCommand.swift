import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct ReferralWorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Assessments and plans on a referral that was accepted.",
        discussion: """
            By the recipient. Steps: assessment.started, assessment.completed, plan.made, plan.ended.

            EXAMPLE
              sharectl referral work ID assessment.started --kind child-and-family \\
                  --actor jo.bloggs --role social-worker
            """)

    @Argument(help: "Id of the referral.")
    var referral: String
    @Argument(help: "What is done.")
    var step: CaseworkVerb
    @Option(help: "Of which kind, such as child-and-family.")
    var kind: String
    @Option(help: "What came of it.")
    var outcome: String?
    @OptionGroup(title: "Who does it") var actor: ActorOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let referral = try UniqueID(argument: referral)
        guard let type = EventType(rawValue: "sharing.\(step.rawValue).v1") else {
            throw Failure.usage("`\(step.rawValue)` is no step of an assessment or a plan")
        }
        try await connection.visit { session in
            let person = try await session.recorded(referral).subject()
            let receipt = try await session.post(
                EventDraft(
                    type, subject: person, cause: referral,
                    data: [
                        "referral": .string(referral.description), "kind": .string(kind),
                        "actor": try actor.json(session.context), "outcome": outcome.map(JSON.string),
                    ]))
            try output.show(receipt, step.rawValue)
        }
    }
}

extension CaseworkVerb: ExpressibleByArgument {}
