import ArgumentParser
import Encodings
import SharingModel

struct OrderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order", abstract: "Court orders that prohibit or require sharing.",
        discussion: """
            EXAMPLE
              sharectl order record - --effect prohibits --item '*' --recipient police --until 2027-01-31
            """,
        subcommands: [OrderRecord.self, OrderDischarge.self])
}

struct OrderRecord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record a court order about a person.",
        discussion: """
            What an order prohibits, nothing permits.

            EXAMPLE
              sharectl order record - --effect prohibits --item '*' --recipient police --holder ods:RBS25
            """)

    @OptionGroup var fact: FactOptions
    @Option(help: "What it does: prohibits or requires.")
    var effect: CourtOrderRecorded.Effect
    @Option(help: "An item, or '*'. May be repeated, or with commas between.")
    var item: [String]
    @Option(help: "To whom: an agency, a kind, or '*'. May be repeated, or with commas between.")
    var recipient: [String]
    @Option(help: "Its last day.")
    var until: String?
    @OptionGroup var holders: HolderOptions

    func run() async throws {
        try await fact.record(
            .courtOrderRecorded, "court order",
            [
                "holders": holders.json, "effect": .string(effect.rawValue), "items": .strings(listed(item)),
                "recipients": .strings(listed(recipient)), "until": until.map(JSON.string),
            ])
    }
}

struct OrderDischarge: AsyncParsableCommand {
    static let configuration = EndingOptions.about("discharge", "order", "Record that the court discharged an order.")
    @OptionGroup var ending: EndingOptions
    func run() async throws { try await ending.record(.courtOrderDischarged, "discharge", member: "order") }
}

extension CourtOrderRecorded.Effect: ExpressibleByArgument {}
