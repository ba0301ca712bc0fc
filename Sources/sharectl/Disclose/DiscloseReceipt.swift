import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct DiscloseReceipt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Confirm what you received.",
        discussion: """
            By the recipient. Fetches what was released, computes its digest and signs that, so that nobody can say later it was more or less.

            EXAMPLE
              sharectl disclose receipt ID
            """)

    @Argument(help: "Id of the delivery, or of the request it answers.")
    var delivery: String
    @Option(help: "A note.")
    var note: String?
    @Flag(help: "Dispute it instead: what came is not what should have.")
    var dispute = false
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try UniqueID(argument: delivery)
        try await connection.visit { session in
            let deliveries = try await session.deliveries(of: id).deliveries
            guard
                let delivery = deliveries.first(where: { $0.id == id })
                    ?? (deliveries.count == 1 ? deliveries.first : nil)
            else {
                throw Failure(
                    .no,
                    deliveries.isEmpty
                        ? "nothing has been delivered yet"
                        : "there are several deliveries; give the id of one: \(deliveries.map(\.id.description).joined(separator: ", "))"
                )
            }
            let receipt = try await session.post(
                EventDraft(
                    dispute ? .disclosureDisputed : .disclosureReceipted, subject: try delivery.record.subject(),
                    cause: delivery.id,
                    data: [
                        "delivery": .string(delivery.id.description), "digest": .string(delivery.digest),
                        "note": note.map { .string($0) },
                    ]))
            try output.show(receipt, dispute ? "dispute" : "confirmation")
        }
    }
}
