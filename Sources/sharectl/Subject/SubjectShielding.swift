import ArgumentParser
import Encodings
import SharingModel

/// From whom a person's information is kept.
struct ShieldOptions: ParsableArguments {
    @Option(help: "An agency from which it is kept, or '*'. May be repeated, or with commas between.")
    var against: [String]
    @Option(help: "Why.")
    var reason: String
    @OptionGroup var holders: HolderOptions

    var data: KeyValuePairs<String, JSON?> {
        ["holders": holders.json, "against": .strings(listed(against)), "reason": .string(reason)]
    }
}

struct SubjectShieldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shield", abstract: "Keep a person's information from somebody, whatever flows allow.",
        discussion: """
            Needs an IG lead's key. Nothing lifts it but `subject unshield`.

            EXAMPLE
              sharectl subject shield - --against gss:E08000011 --reason "lives in hiding"
            """)

    @OptionGroup var fact: FactOptions
    @OptionGroup var shield: ShieldOptions

    func run() async throws { try await fact.record(.subjectShielded, "shield", shield.data) }
}

struct SubjectUnshieldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unshield", abstract: "Take down a shield that your agency put up.",
        discussion: """
            EXAMPLE
              sharectl subject unshield - --against gss:E08000011 --reason "the danger is over"
            """)

    @OptionGroup var fact: FactOptions
    @OptionGroup var shield: ShieldOptions

    func run() async throws { try await fact.record(.subjectUnshielded, "unshielding", shield.data) }
}
