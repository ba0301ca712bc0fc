import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct AgreementSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign an agreement for your agency.",
        discussion: """
            Needs a key with the role ig-lead. What is signed is the digest of the document as the site holds it; with --file it is \
            compared with the file you read, and a difference refuses the signature (exit code 1).

            EXAMPLE
              sharectl agreement sign liverpool-mash --name "A. Guardian" \\
                  --office "Caldicott Guardian" --file liverpool-mash.yaml
            """)

    @Argument(help: "The agreement's name.")
    var agreement: String
    @Option(help: "Its version; the newest if left out.")
    var version: Int64?
    @Option(help: "Who signs.")
    var name: String
    @Option(help: "In which office.")
    var office: String
    @Option(help: "The document as you read it.")
    var file: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let read = try file.map { try InputFile.bytes($0) }
        try await connection.visit { session in
            let proposal = try await session.agreement(agreement, version: version)
            let digest = digestText(of: Array(proposal.document.utf8))
            if let read, digestText(of: read) != digest {
                throw Failure(
                    .no,
                    "the file is not what was proposed as \(agreement)/\(proposal.version); read `sharectl agreement show \(agreement) --document`"
                )
            }
            let receipt = try await session.post(
                EventDraft(
                    .agreementSigned,
                    data: [
                        "agreement": .string(agreement), "version": .integer(proposal.version),
                        "digest": .string(digest),
                        "signatory": .object(["name": .string(name), "office": .string(office)]),
                    ]))
            try output.show(receipt, "signature of \(agreement)/\(proposal.version), event")
        }
    }
}

extension Session {
    /// An agreement as the site holds it.
    /// - Parameter version: nil for the newest.
    func agreement(_ name: String, version: Int64?) async throws -> (version: Int64, document: String, answer: JSON) {
        let id = try AgreementID(argument: name, "an agreement's name")
        let answer = try await client.get("/v1/agreements/\(id.text)", ["version": version.map(String.init)])
        guard let document = answer["document"]?.string, let version = answer["version"]?.integer else {
            throw ClientError.unexpectedAnswer(status: 200, reason: "`document` or `version` is missing")
        }
        return (version, document, answer)
    }
}
