import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct DiscloseDeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliver", abstract: "Pass information on: in answer to a request, or unasked.",
        discussion: """
            By the holder. It is decided again, as things stand now; only what is permitted reaches the recipient. With --request, \
            person, recipient and purpose are taken from the request.

            EXAMPLE
              sharectl disclose deliver --request ID --content items.json \\
                  --public-interest "risk of significant harm" \\
                  --office caldicott-guardian --actor n.okafor --role nurse
            """)

    @Option(help: "Id of the request answered.")
    var request: String?
    @Option(help: "The person, if there is no request; `-` reads standard input.")
    var subject: String?
    @Option(help: "The recipient, if there is no request.")
    var to: String?
    @Option(help: "What for, if there is no request.")
    var purpose: String?
    @OptionGroup(title: "Content") var content: ContentOptions
    @OptionGroup(title: "Sharing without consent") var records: RecordOptions
    @OptionGroup(title: "Who delivers") var actor: ActorOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    /// Whom it is about, who receives it and what for.
    private struct Frame {
        let request: UniqueID?
        let subject: PersonIdentifier
        let to: String
        let purpose: String
    }

    func run() async throws {
        let content = try content.read(besides: subject)
        try await connection.visit { session in
            let frame = try await frame(session)
            let actor = try actor.json(session.context)
            var data = JSONObject()
            data["request"] = frame.request.map { .string($0.description) }
            data["from"] = .string(try session.agency().text)
            data["to"] = .string(frame.to)
            data["purpose"] = .string(frame.purpose)
            data["actor"] = actor
            try records.add(to: &data, by: actor)
            let receipt = try await session.post(
                EventDraft(
                    .disclosureDelivered, subject: frame.subject, cause: frame.request, data: .object(data),
                    content: content))
            try output.show(receipt, "delivery")
        }
    }

    private func frame(_ session: Session) async throws -> Frame {
        if let request {
            let id = try UniqueID(argument: request)
            let asked = try await session.recorded(id)
            guard asked.type == .disclosureRequested else { throw Failure.usage("that event is no disclosure request") }
            return Frame(
                request: id, subject: try asked.subject(), to: try to ?? asked.text("to"),
                purpose: try purpose ?? asked.text("purpose"))
        }
        guard let subject, let to, let purpose else {
            throw Failure.usage("give `--request`, or `--subject`, `--to` and `--purpose`")
        }
        return Frame(
            request: nil, subject: try PersonIdentifier(argument: subject), to: try AgencyID(to).text, purpose: purpose)
    }
}
