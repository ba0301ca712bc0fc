import ArgumentParser
import Encodings
import SharingModel

struct InvolvementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "involvement", abstract: "That your service is involved with a person.",
        discussion: """
            See `sharectl subject involved` for who is.

            EXAMPLE
              sharectl involvement start - --service "School nursing"
            """,
        subcommands: [InvolvementStart.self, InvolvementEnd.self])
}

struct InvolvementStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Record that your service is involved.",
        discussion: """
            A sensitive service is recorded only with the person's consent or because of significant harm, and is shown to \
            nobody but your agency.

            EXAMPLE
              sharectl involvement start - --service "Sexual health clinic" --sensitive --consent ID
            """)

    @OptionGroup var fact: FactOptions
    @Option(help: "The service, in words.")
    var service: String
    @Flag(help: "That it is involved says something in itself.")
    var sensitive = false
    @Option(help: "Id of the consent that it rests on.")
    var consent: String?
    @Option(help: "Who would come to which significant harm.")
    var significantHarm: String?

    func run() async throws {
        try await fact.record(
            .involvementStarted, "involvement",
            [
                "service": .string(service), "sensitive": .bool(sensitive),
                "consent": try consent.map { .string(try UniqueID(argument: $0).description) },
                "significantHarm": significantHarm.map(JSON.string),
            ])
    }
}

struct InvolvementEnd: AsyncParsableCommand {
    static let configuration = EndingOptions.about(
        "end", "involvement", "Record that your service is no longer involved.")
    @OptionGroup var ending: EndingOptions
    func run() async throws { try await ending.record(.involvementEnded, "end", member: "involvement") }
}

struct LeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lead", abstract: "The lead professional for a person.",
        discussion: """
            EXAMPLE
              sharectl lead assign - --professional jo.bloggs --professional-role social-worker
            """,
        subcommands: [LeadAssign.self, LeadEnd.self])
}

struct LeadAssign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Record who leads; all involved are told.",
        discussion: """
            EXAMPLE
              sharectl lead assign - --professional jo.bloggs --professional-role social-worker
            """)

    @OptionGroup var fact: FactOptions
    @Option(help: "Who leads: the identifier your agency knows them by.")
    var professional: String
    @Option(help: "What they do there, such as social-worker.")
    var professionalRole: String

    func run() async throws {
        let role = try RoleCode(argument: professionalRole, "a role").text
        try await fact.record(
            .leadAssigned, "lead professional",
            ["professional": .object(["id": .string(professional), "role": .string(role)])])
    }
}

struct LeadEnd: AsyncParsableCommand {
    static let configuration = EndingOptions.about("end", "lead", "Record that they no longer lead.")
    @OptionGroup var ending: EndingOptions
    func run() async throws { try await ending.record(.leadEnded, "end", member: "lead") }
}
