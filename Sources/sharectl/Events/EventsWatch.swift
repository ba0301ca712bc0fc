import ArgumentParser
import Encodings
import Foundation
import SharingClient

struct EventsWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow the events you may see, as they are recorded.",
        discussion: """
            Begins with what is recorded from now on; --from 0 begins with the first event, --after goes on behind an id that an earlier \
            watch ended with. A line that breaks is opened again, and nothing is missed or shown twice. Ctrl-C ends it, and the last id is \
            then said. With --format json, one event a line.

            EXAMPLE
              sharectl events watch
              sharectl events watch --from 0 --format json | jq .entry.type
              sharectl events watch --after 4711
            """)

    @Option(help: "Begin at this index of the log.")
    var from: Int64?
    @Option(help: ArgumentHelp("Go on behind the event with this id of the stream.", valueName: "ID"))
    var after: String?
    @Option(help: "End after so many events.")
    var count: Int?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard from == nil || after == nil else { throw ValidationError("--from and --after exclude each other") }
        guard from.map({ $0 >= 0 }) ?? true, count.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--from is an index from 0 on, --count a number of events from 1 on")
        }
    }

    func run() async throws {
        let watching = Task { try await watch() }
        let interruption = Interruption { watching.cancel() }
        defer { interruption.forget() }
        let lastID = try await watching.value
        if !lastID.isEmpty { StandardError.line("ended; to go on: --after \(lastID)") }
    }

    private func watch() async throws -> String {
        try await connection.visit(connections: 1) { session in
            var lines = EventLines(format: output.format)
            var left = count
            return try await session.client.follow(from: from, after: after) { followed in
                switch followed {
                case .connected: StandardError.line("following \(session.client.settings.server)")
                case .interrupted(let reason, let seconds):
                    StandardError.line(
                        "the line broke: \(reason); trying again in \(String(format: "%.1f", seconds)) s")
                case .event(let event, _):
                    lines.show(event)
                    left = left.map { $0 - 1 }
                }
                return left != 0
            }
        }
    }
}

/// Events one by one: how wide a column is cannot wait for the last row.
private struct EventLines {
    let format: OutputFormat
    private var isFirst = true

    private static let columns = [
        ("index", 9), ("recorded", 24), ("type", 34), ("author", 16), ("subject", 36),
    ]

    init(format: OutputFormat) { self.format = format }

    mutating func show(_ event: JSON) {
        defer { isFirst = false }
        guard format != .json else { return Output.json(event) }
        let entry = event["entry"] ?? .null
        let cells = [event.cell("index")] + Self.columns.dropFirst().map { entry.cell($0.0) }
        switch format {
        case .json: break
        case .csv:
            var table = TextTable(Self.columns.map(\.0))
            table.add(cells)
            let text = table.csv
            Output.raw(isFirst ? text : String(text.drop { $0 != "\r\n" }.dropFirst()))
        case .table:
            if isFirst { Output.line(Self.padded(Self.columns.map { $0.0.uppercased() })) }
            Output.line(Self.padded(cells.map(TextTable.printable)))
        }
    }

    private static func padded(_ cells: [String]) -> String {
        let line = zip(cells, columns).map { cell, column in
            cell + String(repeating: " ", count: max(0, column.1 - cell.count))
        }.joined(separator: "  ")
        return line.replacing(#/ +$/#, with: "")
    }
}
