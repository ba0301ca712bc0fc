import ArgumentParser
import Encodings
import SharingClient

struct DiscloseContent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "content", abstract: "Read what was released to you.",
        discussion: """
            Every item printed was checked against the digests in the author's signed event; what was withheld is only counted.

            EXAMPLE
              sharectl disclose content ID
            """)

    @Argument(help: "Id of the request, referral or delivery.")
    var disclosure: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try UniqueID(argument: disclosure)
        try await connection.visit { session in
            let (deliveries, answer) = try await session.deliveries(of: id)
            switch output.format {
            case .json: Output.json(answer)
            case .csv: Output.raw(table(deliveries).csv)
            case .table: for delivery in deliveries { Output.raw(words(delivery)) }
            }
        }
    }

    private func table(_ deliveries: [Delivery]) -> TextTable {
        var table = TextTable(["delivery", "item", "value"])
        for delivery in deliveries {
            for item in delivery.items { table.add([delivery.id.description, item.name, item.value.cell]) }
        }
        return table
    }

    private func words(_ delivery: Delivery) -> String {
        var text = "delivery \(delivery.id) at \(delivery.index), from \(delivery.record.payload.cell("source"))\n"
        for item in delivery.items {
            let value = item.value == .null ? "none known" : item.value.cell
            // Values may have many lines; each is told from the next item by its indentation.
            let lines = value.split(separator: "\n", omittingEmptySubsequences: false).map {
                TextTable.printable(String($0))
            }
            text += "  \(item.name): " + lines.joined(separator: "\n    ") + "\n"
        }
        let withheld = delivery.record.withheld.count
        if withheld > 0 {
            text += "  \(withheld) further \(withheld == 1 ? "item was" : "items were") not released to you\n"
        }
        return text
    }
}
