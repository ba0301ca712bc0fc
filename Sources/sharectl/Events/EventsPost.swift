import ArgumentParser
import Encodings
import SharingClient

struct EventsPost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "post", abstract: "Post events that are already signed.",
        discussion: """
            One signed event a line: JWS, or JWS~disclosure~…~ . Posting again what is there already is safe. Prints a line for each; exit \
            code 4 if any was not accepted.

            EXAMPLE
              sharectl events post signed.jws
              my-signer | sharectl events post -
            """)

    @Argument(help: "The file; `-` is standard input.")
    var file: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let lines = try InputFile.bytes(file).split(separator: UInt8(ascii: "\n")).map { line in
            line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
        }
        guard let first = lines.first else { throw Failure.usage("there is no event in \(file)") }
        try await connection.visit { session in
            if lines.count == 1 { return try output.show(try await session.client.post(first), "event") }
            let progress = ProgressBar("posting")
            var answers: [Result<PostedReceipt, ClientError>] = []
            for batch in Self.batches(lines) {
                answers += try await session.client.post(many: batch)
                progress.update(Int64(answers.count), of: Int64(lines.count))
            }
            progress.finish()
            show(answers)
            let isRefused = answers.contains { if case .failure = $0 { true } else { false } }
            if isRefused { throw Quiet(status: .refused) }
        }
    }

    /// As many as one request may hold, by number and by size.
    private static func batches(_ lines: [[UInt8]]) -> [[[UInt8]]] {
        var batches: [[[UInt8]]] = []
        var batch: [[UInt8]] = []
        var size = 0
        for line in lines {
            if !batch.isEmpty, batch.count == ClientLimits.batchEvents || size + line.count >= ClientLimits.batchBytes {
                batches.append(batch)
                (batch, size) = ([], 0)
            }
            batch.append(line)
            size += line.count + 1
        }
        return batches + [batch]
    }

    private func show(_ answers: [Result<PostedReceipt, ClientError>]) {
        var table = TextTable(["line", "id", "index", "outcome", "problem"])
        for (line, answer) in answers.enumerated() {
            switch answer {
            case .success(let receipt):
                if output.format == .json { Output.json(receipt.json) }
                table.add([String(line + 1), receipt.id.description, String(receipt.index), receipt.outcome])
            case .failure(let error):
                if output.format == .json {
                    Output.json(.object(["line": .integer(Int64(line + 1)), "problem": .string(error.description)]))
                }
                table.add([String(line + 1), "", "", "not accepted", error.description])
            }
        }
        switch output.format {
        case .json: break
        case .csv: Output.raw(table.csv)
        case .table: Output.raw(table.aligned(width: Terminal.standardOutput.width))
        }
    }
}
