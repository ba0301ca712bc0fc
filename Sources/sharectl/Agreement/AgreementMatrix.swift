import ArgumentParser
import Encodings
import SharingClient
import SharingModel
import SharingPolicy

struct AgreementMatrix: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix", abstract: "Show who may give what to whom for what, and on which basis.",
        discussion: """
            A row for each flow between two agencies, with the items that it can permit at all: what a flow names and the law of the \
            baseline never lets it give is not shown. As if all parties had signed. The page of --format html is one file that needs nothing \
            else.

            EXAMPLE
              sharectl agreement matrix config/agreements/liverpool-mash.yaml
              sharectl agreement matrix --format html config/agreements/*.yaml > matrix.html
              sharectl agreement matrix --data ./site --format csv > matrix.csv
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json, csv, html }

    @OptionGroup var sources: AgreementSources
    @Option(help: "How to print: table for people, csv for spreadsheets, html for a page to show, json for programs.")
    var format: Format = .table

    func run() async throws {
        let found = try await sources.found()
        let rows = found.space.matrix()
        guard let plain = OutputFormat(rawValue: format.rawValue) else {
            let names = found.agreements.map { "\($0.title) (\($0.id)/\($0.version))" }
            return Output.raw(
                MatrixPage(title: "Who may give what to whom", notes: names + found.notes, rows: rows).html)
        }
        rows.show(as: plain, none: "nothing can pass under these agreements", notes: found.notes)
    }
}

extension [PassageRow] {
    /// Prints the rows; notes go beside them, for people.
    func show(as format: OutputFormat, none: String, notes: [String]) {
        switch format {
        case .json: Output.json(.array(map(\.json)))
        case .csv: Output.raw(table.csv)
        case .table:
            if isEmpty { StandardError.line(none) } else { Output.raw(blocks) }
            for note in notes { StandardError.line(note) }
        }
    }

    private var table: TextTable {
        var table = TextTable(PassageRow.columns)
        for row in self { table.add(row.cells) }
        return table
    }

    /// A block for each row: eleven columns side by side fit no terminal.
    private var blocks: String {
        map { row in
            let named = zip(PassageRow.columns, row.cells).dropFirst(2).filter { !$1.isEmpty }.map { name, cell in
                "  " + (name + ":").padding(to: 17) + TextTable.printable(cell)
            }
            return (["\(row.cells[0]) to \(row.cells[1])"] + named).joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(1, width - count))
    }
}
