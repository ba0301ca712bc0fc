import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct AgreementPropose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Propose an agreement to its parties.",
        discussion: """
            By any party. Check it first with `sharectl agreement check`; what every party signs is the digest of this very file.

            EXAMPLE
              sharectl agreement propose config/agreements/liverpool-mash.yaml
            """)

    @Argument(help: "The agreement, a YAML file.")
    var file: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let document = try InputFile.text(file)
        let agreement = try Agreement.parse(yaml: document, file: file)
        try await connection.visit { session in
            let receipt = try await session.post(EventDraft(.agreementProposed, data: ["document": .string(document)]))
            try output.show(receipt, "proposal of \(agreement.id)/\(agreement.version), event")
        }
    }
}
