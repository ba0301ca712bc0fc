import ArgumentParser
import Encodings
import SharingClient

struct AgreementShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an agreement: its state, its signatures, its text.",
        discussion: """
            EXAMPLE
              sharectl agreement show liverpool-mash
              sharectl agreement show liverpool-mash --version 2 \\
                  --document > mash-2.yaml
            """)

    @Argument(help: "The agreement's name.")
    var agreement: String
    @Option(help: "Its version; the newest if left out.")
    var version: Int64?
    @Flag(help: "Print the document itself, byte for byte, and nothing else.")
    var document = false
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await connection.visit { session in
            let found = try await session.agreement(agreement, version: version)
            if document { return Output.raw(found.document) }
            output.show(found.answer, words: words(found.answer))
        }
    }

    private func words(_ answer: JSON) -> String {
        let dates = answer["inForce"] ?? .null
        var lines = [
            "\(answer.cell("agreement"))/\(answer.cell("version")): \(answer.cell("title"))",
            "state: \(answer.cell("state"))",
            "dates: from \(dates.cell("from"))" + (dates.cell("until").isEmpty ? "" : " until \(dates.cell("until"))")
                + (dates.cell("review").isEmpty ? "" : ", review \(dates.cell("review"))"),
            "digest: \(answer.cell("digest"))", "parties: \(answer.cell("parties"))",
        ]
        for signature in answer["signed"]?.array ?? [] {
            lines.append(
                "signed: \(signature.cell("agency")) at \(signature.cell("index")), event \(signature.cell("event"))")
        }
        if !answer.cell("unsigned").isEmpty { lines.append("to sign: \(answer.cell("unsigned"))") }
        return lines.map { TextTable.printable($0) }.joined(separator: "\n")
    }
}
