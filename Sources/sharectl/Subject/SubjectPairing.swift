import ArgumentParser
import Encodings
import SharingClient
import SharingModel

/// The second person, and what shows it.
struct PairingOptions: ParsableArguments {
    @Option(
        help:
            "The other identifier, or the site's reference (subject lookup); `-` reads the next line of standard input."
    )
    var other: String
    @Option(help: "What shows it.")
    var evidence: String

    /// Signs and posts that two are one, or must never be known together.
    /// - Parameter noun: what was recorded, in words.
    func record(_ type: EventType, _ noun: String, _ fact: FactOptions) async throws {
        let person = try PersonIdentifier(argument: fact.person)
        let second = try UniqueID(other)?.description ?? PersonIdentifier(argument: other).text
        try await fact.connection.visit { session in
            let receipt = try await session.post(
                EventDraft(
                    type, subject: person, data: ["other": .string(second), "evidence": .string(evidence)]))
            try fact.output.show(receipt, noun)
        }
    }
}

struct SubjectMerge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Record that two references are one person.",
        discussion: """
            From then on what is known of one counts for the other. Needs an IG lead's key, and events about both that you can read. \
            Two that were severed are never merged again.

            EXAMPLE
              printf 'nhs:9476719931\\nlocal:gss:E08000012:LCS-1042\\n' | sharectl subject merge - --other - \\
                  --evidence "same birth certificate"
            """)

    @OptionGroup var fact: FactOptions
    @OptionGroup var pairing: PairingOptions

    func run() async throws { try await pairing.record(.subjectMerged, "merging", fact) }
}

struct SubjectSever: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sever", abstract: "Record that two references must never be known together again.",
        discussion: """
            For an adopted child's two identities, and where two persons were taken for one. It is for good: they are not merged again, neither \
            directly nor through a third. Needs an IG lead's key, and events about both that you can read.

            EXAMPLE
              printf 'nhs:9476719931\\nnhs:9434765919\\n' | sharectl subject sever - --other - --evidence "adoption order"
            """)

    @OptionGroup var fact: FactOptions
    @OptionGroup var pairing: PairingOptions

    func run() async throws { try await pairing.record(.subjectSevered, "severing", fact) }
}
