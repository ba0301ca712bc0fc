import ArgumentParser
import Encodings
import Foundation
import SharingClient

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv
}

/// How to print.
struct OutputOptions: ParsableArguments {
    @Option(help: "How to print: table for people, json as the site answered, csv for spreadsheets.")
    var format: OutputFormat = .table

    /// Prints rows as a table or CSV, or what they were drawn from as JSON.
    func show(
        _ table: @autoclosure () throws -> TextTable, json: JSON, none: String = "nothing to show"
    ) rethrows {
        switch format {
        case .json: Output.json(json)
        case .csv: Output.raw(try table().csv)
        case .table:
            let table = try table()
            if table.rows.isEmpty {
                StandardError.line(none)
            } else {
                Output.raw(table.aligned(width: Terminal.standardOutput.width))
            }
        }
    }

    /// Prints one thing: in words, or as JSON; as CSV, its members in one row.
    func show(_ json: JSON, words: @autoclosure () throws -> String) rethrows {
        switch format {
        case .table: Output.line(try words())
        case .json: Output.json(json)
        case .csv:
            var table = TextTable(json.object?.names ?? [])
            table.add((json.object?.members ?? []).map { $0.value.cell })
            Output.raw(table.csv)
        }
    }
}

enum Output {
    static func line(_ text: String) { raw(text + "\n") }
    static func json(_ json: JSON) { line(json.text) }
    static func raw(_ text: String) { raw(Array(text.utf8)) }
    /// Whoever reads may have gone (`| head`): then nothing more needs to be said.
    static func raw(_ bytes: [UInt8]) {
        do { try FileHandle.standardOutput.write(contentsOf: Data(bytes)) } catch { exit(ExitStatus.no.rawValue) }
    }
}

extension JSON {
    /// As it stands in a cell of a table: lists joined by spaces, nothing for null.
    var cell: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .bool(let flag): flag ? "yes" : "no"
        case .array(let elements): elements.map(\.cell).joined(separator: " ")
        default: text
        }
    }

    /// The cell of a member; empty where there is none.
    func cell(_ name: String) -> String { self[name]?.cell ?? "" }

    /// The rows of a register: an array member.
    func rows(_ name: String) throws(ClientError) -> [JSON] {
        guard let rows = self[name]?.array else { throw .unexpectedAnswer(status: 200, reason: "`\(name)` is missing") }
        return rows
    }
}

extension TextTable {
    /// A table of the same members of every row.
    init(_ rows: [JSON], columns: [(heading: String, member: String)]) {
        self.init(columns.map(\.heading))
        for row in rows { add(columns.map { row.cell($0.member) }) }
    }

    /// The same of rows that have a position. Where some of them stand in a peer's log, whose positions are others, the last column says in
    /// which.
    init(placed rows: [JSON], columns: [(String, String)]) {
        let log = rows.contains { $0["log"] != nil } ? [("log", "log")] : []
        self.init(rows, columns: (columns + log).map { (heading: $0.0, member: $0.1) })
    }
}
