import ArgumentParser
import Encodings
import SharingModel

struct ObjectionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "objection", abstract: "A person objects; the holder upholds or overrides.",
        discussion: """
            EXAMPLE
              sharectl objection raise - --purpose early-help --item health --recipient '*'
              sharectl objection uphold ID --reason "no risk outweighs it"
            """,
        subcommands: [ObjectionRaise.self, ObjectionUphold.self, ObjectionOverride.self, ObjectionLift.self])
}

struct ObjectionRaise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "raise", abstract: "Record that a person objects.",
        discussion: """
            EXAMPLE
              sharectl objection raise - --purpose early-help --item health --recipient '*' --holder ods:RBS25
            """)

    @OptionGroup var fact: FactOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var holders: HolderOptions

    func run() async throws {
        try await fact.record(
            .objectionRaised, "objection",
            [
                "purposes": .strings(listed(scope.purpose)), "items": .strings(listed(scope.item)),
                "recipients": .strings(listed(scope.recipient)), "holders": holders.json,
            ])
    }
}

struct ObjectionUphold: AsyncParsableCommand {
    static let configuration = EndingOptions.about(
        "uphold", "objection", "Uphold an objection: it stops flows from now on.")
    @OptionGroup var ending: EndingOptions
    func run() async throws { try await ending.record(.objectionUpheld, "upholding", member: "objection") }
}

struct ObjectionOverride: AsyncParsableCommand {
    static let configuration = EndingOptions.about("override", "objection", "Override an objection: it stops nothing.")
    @OptionGroup var ending: EndingOptions
    func run() async throws { try await ending.record(.objectionOverridden, "overriding", member: "objection") }
}

struct ObjectionLift: AsyncParsableCommand {
    static let configuration = EndingOptions.about(
        "lift", "objection", "Record that an objection was taken back, for good.")
    @OptionGroup var ending: EndingOptions
    func run() async throws { try await ending.record(.objectionLifted, "lifting", member: "objection") }
}

extension EndingOptions {
    /// What the commands that end something say of themselves.
    static func about(_ name: String, _ noun: String, _ abstract: String) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: """
                EXAMPLE
                  sharectl \(noun) \(name) ID --reason "what led to it"
                """)
    }
}
