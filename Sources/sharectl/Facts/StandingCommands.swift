import ArgumentParser
import Encodings
import SharingModel

struct RepresentativeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "representative", abstract: "Who may speak for a person.",
        discussion: """
            EXAMPLE
              sharectl representative record - --basis parental-responsibility
            """,
        subcommands: [RepresentativeRecord.self, RepresentativeEnd.self])
}

struct RepresentativeRecord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record that somebody may speak for a person.",
        discussion: """
            EXAMPLE
              sharectl representative record - --basis attorney-health-welfare --until 2027-12-31
            """)

    @OptionGroup var fact: FactOptions
    @Option(
        help:
            "On what ground: parental-responsibility, attorney-health-welfare, deputy-health-welfare, local-authority.")
    var basis: RepresentativeBasis
    @Option(help: "The last day.")
    var until: String?

    func run() async throws {
        try await fact.record(
            .representativeRecorded, "representative",
            ["basis": .string(basis.rawValue), "until": until.map(JSON.string)])
    }
}

struct RepresentativeEnd: AsyncParsableCommand {
    static let configuration = EndingOptions.about("end", "representative", "Record that they no longer may.")
    @OptionGroup var ending: EndingOptions
    func run() async throws { try await ending.record(.representativeEnded, "end", member: "representative") }
}

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "A person's legal status, such as looked-after.",
        discussion: """
            EXAMPLE
              sharectl status record - --status looked-after --from 2026-01-31
            """,
        subcommands: [StatusRecord.self, StatusEnd.self])
}

struct StatusRecord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record a status.",
        discussion: """
            EXAMPLE
              sharectl status record - --status child-protection-plan --from 2026-01-31
            """)

    @OptionGroup var fact: FactOptions
    @Option(help: "The status: looked-after, child-protection-plan and so on.")
    var status: String
    @Option(help: "Its first day.")
    var from: String

    func run() async throws {
        try await fact.record(.statusRecorded, "status", ["status": .string(status), "from": .string(from)])
    }
}

struct StatusEnd: AsyncParsableCommand {
    static let configuration = EndingOptions.about("end", "status", "Record that a status has ended.")
    @OptionGroup var ending: EndingOptions
    func run() async throws { try await ending.record(.statusEnded, "end", member: "status") }
}

extension RepresentativeBasis: ExpressibleByArgument {}
