import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct ConsentGive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "give", abstract: "Record a consent.",
        discussion: """
            By the agency that took it. Kinds are not interchangeable: engagement (to being served), confidentiality (lifts confidence), \
            gdpr (Article 6 or 9 consent; names its recipients).

            EXAMPLE
              echo nhs:9476719931 | sharectl consent give --subject - \\
                  --kind confidentiality --purpose early-help \\
                  --item identity,health.summary --recipient gss:E08000012 \\
                  --holder ods:RBS25 --method verbal
            """)

    @Option(help: "The person, such as nhs:…; `-` reads standard input.")
    var subject: String
    @Option(help: "What it is to: engagement, confidentiality or gdpr.")
    var kind: ConsentKind
    @Option(help: "Who gave it: self, or the representative's basis.")
    var giver: ConsentGiver = .`self`
    @Option(help: "A purpose it is for. May be repeated, or with commas between.")
    var purpose: [String]
    @Option(help: "An item it covers, or '*'. May be repeated, or with commas between.")
    var item: [String]
    @Option(help: "Who may receive: an agency, a kind of agency, or '*'. May be repeated, or with commas between.")
    var recipient: [String]
    @Option(help: "An agency whose data it is about; any holder if left out. May be repeated.")
    var holder: [String] = []
    @Option(
        help: ArgumentHelp("Items withheld from some recipients. May be repeated.", valueName: "recipient=item,item"))
    var except: [String] = []
    @Option(help: "How it was given: written, verbal or electronic.")
    var method: ConsentMethod
    @Option(help: "From when on: a date or a time; now if left out.")
    var from: String?
    @Option(help: "Until when: a date or a time.")
    var until: String?
    @Option(help: ArgumentHelp("The privacy notice the person was given.", valueName: "ref:version"))
    var notice: String?
    @Option(help: "A file that shows it, such as a signed form; its digest is recorded, not the file.")
    var evidence: String?
    @OptionGroup(title: "Who took it") var actor: ActorOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let subject = try PersonIdentifier(argument: subject)
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(.consentGiven, subject: subject, data: try data(session.context)))
            try output.show(receipt, "consent")
        }
    }

    private func data(_ context: Contexts.Context) throws -> JSON {
        .object([
            "kind": .string(kind.rawValue), "giver": .string(giver.rawValue), "purposes": .strings(listed(purpose)),
            "items": .strings(listed(item)), "recipients": .strings(listed(recipient)),
            "holders": holder.isEmpty ? nil : .strings(listed(holder)),
            "exceptions": except.isEmpty ? nil : .array(try except.map(exception)), "method": .string(method.rawValue),
            "from": .string(from ?? Instant.now.description), "until": until.map { .string($0) },
            "takenBy": try actor.optional(context), "notice": try notice.map(reference),
            "evidence": try evidence.map { .object(["sha256": .string(digestText(of: try InputFile.bytes($0)))]) },
        ])
    }

    private func exception(_ text: String) throws(Failure) -> JSON {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw .usage("`--except` expects RECIPIENT=ITEM,ITEM, such as police=health") }
        return .object(["to": .strings(listed([parts[0]])), "items": .strings(listed([parts[1]]))])
    }

    private func reference(_ text: String) throws(Failure) -> JSON {
        guard let colon = text.lastIndex(of: ":") else {
            throw .usage("`--notice` expects REF:VERSION, such as PN-7:2")
        }
        return .object([
            "ref": .string(String(text[..<colon])), "version": .string(String(text[text.index(after: colon)...])),
        ])
    }
}

extension ConsentKind: ExpressibleByArgument {}
extension ConsentGiver: ExpressibleByArgument {}
extension ConsentMethod: ExpressibleByArgument {}
