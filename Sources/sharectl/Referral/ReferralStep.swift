import ArgumentParser
import Encodings
import SharingClient
import SharingModel

/// What the steps of a referral's life have in common.
struct ReferralStepOptions: ParsableArguments {
    @Argument(help: "Id of the referral.")
    var referral: String
    @Option(help: "Why; needed to decline, redirect, close and withdraw.")
    var reason: String?
    @OptionGroup(title: "Who does it") var actor: ActorOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// Takes a step. The person is read from the referral as it was signed, so nobody has to type an identifier.
    /// - Parameters:
    ///   - to: the new recipient of a redirected referral.
    ///   - content: of information provided.
    func take(_ verb: ReferralVerb, to: AgencyID? = nil, content: [ContentItem] = []) async throws {
        let referral = try UniqueID(argument: referral)
        guard let type = EventType.referral(verb) else {
            throw Failure.usage("`\(verb.rawValue)` is no step of a referral")
        }
        if verb.needsReason, reason == nil { throw Failure.usage("say why, with `--reason`") }
        try await connection.visit { session in
            let person = try await session.recorded(referral).subject()
            let receipt = try await session.post(
                EventDraft(
                    type, subject: person, cause: referral,
                    data: [
                        "referral": .string(referral.description), "actor": try actor.json(session.context),
                        "reason": reason.map { .string($0) }, "to": to.map { .string($0.text) },
                    ], content: content))
            try output.show(receipt, "\(verb.rawValue): event")
        }
    }
}

/// A step that is nothing but a step.
protocol ReferralStep: AsyncParsableCommand {
    static var verb: ReferralVerb { get }
    var step: ReferralStepOptions { get }
}

extension ReferralStep {
    func run() async throws { try await step.take(Self.verb) }

    /// - Parameters:
    ///   - name: of the command.
    ///   - discussion: what it means, before the example.
    ///   - extra: what the example has after the id.
    static func about(_ name: String, _ abstract: String, _ discussion: String, extra: String = "")
        -> CommandConfiguration
    {
        CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: """
                \(discussion)

                EXAMPLE
                  sharectl referral \(name) ID --actor jo.bloggs --role social-worker\(extra)
                """)
    }
}
