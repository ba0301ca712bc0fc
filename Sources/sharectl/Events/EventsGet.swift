import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct EventsGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Read one event: its entry, and the body as far as it is yours.",
        discussion: """
            EXAMPLE
              sharectl events get ID --format json
              sharectl events get ID --proof > event.proof
            """)

    @Argument(help: "Id of the event.")
    var event: String
    @Flag(help: "Print its inclusion proof (tlog-proof) against the newest checkpoint instead.")
    var proof = false
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try UniqueID(argument: event)
        try await connection.visit { session in
            if proof { return Output.raw(try await session.client.text("/v1/events/\(id)/proof")) }
            let answer = try await session.client.get("/v1/events/\(id)")
            try output.show(answer, words: words(answer, id))
        }
    }

    private func words(_ answer: JSON, _ id: UniqueID) throws -> String {
        var lines = ["index: \(answer.cell("index"))"]
        for member in answer["entry"]?.object?.members ?? [] where member.name != "v" {
            lines.append("\(member.name): \(member.value.cell)")
        }
        if let jws = answer["jws"]?.string {
            let record = try SignedRecord(jws: jws, disclosures: answer["disclosures"], expecting: id)
            lines.append("data: \(record.data.text)")
            if !record.withheld.isEmpty { lines.append("withheld from you: \(record.withheld.count)") }
        } else {
            lines.append("body: \(answer["state"] == "erased" ? "erased" : "not for this reader")")
        }
        return lines.map { TextTable.printable($0) }.joined(separator: "\n")
    }
}
