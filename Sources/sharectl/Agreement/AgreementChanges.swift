import ArgumentParser
import Encodings
import SharingClient
import SharingModel

/// What the three verbs that change an agreement's force have in common.
struct AgreementChangeOptions: ParsableArguments {
    @Argument(help: "The agreement's name.")
    var agreement: String
    @Option(help: "Its version; the newest if left out.")
    var version: Int64?
    @Option(help: "Why.")
    var reason: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func post(_ type: EventType, _ noun: String) async throws {
        try await connection.visit { session in
            let version =
                if let version { version } else { try await session.agreement(agreement, version: nil).version }
            let receipt = try await session.post(
                EventDraft(
                    type,
                    data: [
                        "agreement": .string(agreement), "version": .integer(version), "reason": .string(reason),
                    ]))
            try output.show(receipt, "\(noun) of \(agreement)/\(version), event")
        }
    }
}

struct AgreementSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Suspend an agreement: nothing more flows under it.",
        discussion: """
            By any party, with a key of the role ig-lead.

            EXAMPLE
              sharectl agreement suspend liverpool-mash \\
                  --reason "breach under investigation"
            """)

    @OptionGroup var change: AgreementChangeOptions

    func run() async throws { try await change.post(.agreementSuspended, "suspension") }
}

struct AgreementResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Resume a suspended agreement.",
        discussion: """
            By any party, with a key of the role ig-lead.

            EXAMPLE
              sharectl agreement resume liverpool-mash --reason "investigation closed"
            """)

    @OptionGroup var change: AgreementChangeOptions

    func run() async throws { try await change.post(.agreementResumed, "resumption") }
}

struct AgreementTerminate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminate", abstract: "End an agreement for good.",
        discussion: """
            By any party, with a key of the role ig-lead. Decisions already taken stand.

            EXAMPLE
              sharectl agreement terminate liverpool-mash \\
                  --reason "replaced by a regional hub"
            """)

    @OptionGroup var change: AgreementChangeOptions

    func run() async throws { try await change.post(.agreementTerminated, "termination") }
}
