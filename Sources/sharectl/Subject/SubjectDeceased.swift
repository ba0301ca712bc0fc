import ArgumentParser
import Encodings
import SharingModel

struct SubjectDeceasedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deceased", abstract: "Record that a person died.",
        discussion: """
            All involved and all who received anything about them are told. Only a verified death stops anything.

            EXAMPLE
              sharectl subject deceased - --date 2026-11-02 --source "registrar" --verified
            """)

    @OptionGroup var fact: FactOptions
    @Option(help: "The day, or the time.")
    var date: String
    @Option(help: "Where you know it from.")
    var source: String
    @Flag(help: "It is certain.")
    var verified = false

    func run() async throws {
        try await fact.record(
            .subjectDeceased, "death",
            ["date": .string(date), "source": .string(source), "verified": .bool(verified)])
    }
}
