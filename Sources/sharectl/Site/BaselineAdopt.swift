import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct BaselineAdopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Adopt a baseline for the whole site.",
        discussion: """
            For operators. The file is checked first; errors are printed with line and column. From its position in the log on, \
            decisions are taken by it.

            EXAMPLE
              sharectl baseline adopt config/baseline.yaml --context operator
            """)

    @Argument(help: "The baseline, a YAML file.")
    var file: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let document = try InputFile.text(file)
        let baseline = try Baseline.parse(yaml: document, file: file)
        try await connection.visit { session in
            let receipt = try await session.post(EventDraft(.baselineAdopted, data: ["document": .string(document)]))
            try output.show(receipt, "baseline \(baseline.id)/\(baseline.version), event")
        }
    }
}
