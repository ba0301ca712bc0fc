import ArgumentParser
import Encodings
import SharingModel

struct CapacityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity", abstract: "Whether a person can decide for themselves.",
        discussion: """
            EXAMPLE
              sharectl capacity assess - --decision "sharing with the council" --outcome has \\
                  --basis gillick --assessor "A. Nurse"
            """,
        subcommands: [CapacityAssess.self])
}

struct CapacityAssess: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assess", abstract: "Record an assessment of capacity.",
        discussion: """
            EXAMPLE
              sharectl capacity assess - --decision "sharing with the council" --outcome lacks \\
                  --basis mca --assessor "A. Doctor"
            """)

    @OptionGroup var fact: FactOptions
    @Option(help: "What there was to decide.")
    var decision: String
    @Option(help: "has or lacks.")
    var outcome: CapacityAssessed.Outcome
    @Option(help: "gillick for a child's understanding, mca for the Mental Capacity Act 2005.")
    var basis: CapacityAssessed.Basis
    @Option(help: "Who assessed it.")
    var assessor: String

    func run() async throws {
        try await fact.record(
            .capacityAssessed, "assessment",
            [
                "decision": .string(decision), "outcome": .string(outcome.rawValue), "basis": .string(basis.rawValue),
                "assessor": .string(assessor),
            ])
    }
}

struct BestInterestsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "best-interests", abstract: "Decisions for adults who lack capacity.",
        discussion: """
            EXAMPLE
              sharectl best-interests record - --purpose direct-care --item health --recipient nhs \\
                  --decider "A. Doctor" --consulted "a sister"
            """,
        subcommands: [BestInterestsRecord.self])
}

struct BestInterestsRecord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record what is shared in a person's best interests.",
        discussion: """
            EXAMPLE
              sharectl best-interests record - --purpose direct-care --item health --recipient nhs \\
                  --decider "A. Doctor" --consulted "a sister"
            """)

    @OptionGroup var fact: FactOptions
    @OptionGroup var scope: ScopeOptions
    @Option(help: "Who decided.")
    var decider: String
    @Option(help: "Who was asked. May be repeated.")
    var consulted: [String] = []

    func run() async throws {
        try await fact.record(
            .bestInterestsDecided, "decision",
            [
                "purposes": .strings(listed(scope.purpose)), "items": .strings(listed(scope.item)),
                "recipients": .strings(listed(scope.recipient)), "decider": .string(decider),
                "consulted": .strings(consulted),
            ])
    }
}

extension CapacityAssessed.Outcome: ExpressibleByArgument {}
extension CapacityAssessed.Basis: ExpressibleByArgument {}
