import ArgumentParser

/// Messages in HL7 FHIR R4, as NHS systems send them.
struct FHIRCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fhir", abstract: "Take in FHIR R4 messages.",
        discussion: """
            EXAMPLE
              sharectl fhir import referral.json --dry-run
            """,
        subcommands: [FHIRImportCommand.self])
}
