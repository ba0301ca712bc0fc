import ArgumentParser
import Encodings
import SharingClient
import SharingFHIR
import SharingModel

struct FHIRImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Turn a FHIR R4 referral message into a signed referral, and post it.",
        discussion: """
            Reads a message Bundle of the NHS Booking and Referral Standard (event servicerequest-request). Says what it understood and what it left \
            out. A Consent in the message is posted before the referral, or it says why it cannot be one. The message's own id becomes the \
            referral's, so that a message is imported once.

            The sender of the message is the referral's author: act as it (--as), with its key.

            EXAMPLE
              sharectl fhir import referral.json --dry-run
              sharectl fhir import referral.json --as ods:RND --key rnd.jwk
              echo nhs:9476719931 | sharectl fhir import referral.json --subject -
            """)

    @Argument(help: "The message, a JSON file; `-` is standard input.")
    var file: String
    @Option(
        help: ArgumentHelp(
            "A verified identifier of the person, in place of the message's own; `-` is standard input.",
            valueName: "scheme:value"))
    var subject: String?
    @Flag(help: "Show what would be posted, and send nothing.")
    var dryRun = false
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard file != "-" || subject != "-" else {
            throw ValidationError("the message and --subject cannot both come from standard input")
        }
    }

    func run() async throws {
        let message = try read()
        let account = FHIRImportAccount(message)
        if output.format == .table { Output.raw(account.words) }
        guard !dryRun else {
            if output.format != .table { output.show(account.json(posted: nil), words: "") }
            return StandardError.line("nothing was sent (--dry-run)")
        }
        let posted = try await connection.visit { try await FHIRPosting(session: $0, message: message).post() }
        switch output.format {
        case .table:
            for consent in posted.consents { Output.line("consent \(consent.id) recorded at \(consent.index)") }
            try output.show(posted.referral, "referral")
        case .json, .csv:
            output.show(account.json(posted: posted), words: "")
            try output.end(with: posted.referral.outcome)
        }
    }

    private func read() throws -> FHIRImport {
        let json = try InputFile.json(file)
        let person = try subject.map { try PersonIdentifier(argument: $0) }
        do throws(FHIRRefusal) {
            return try FHIRImport.read(json, subject: person)
        } catch {
            throw Failure(.no, "\(file) cannot become a referral: \(error) (\(error.code.rawValue))")
        }
    }
}
