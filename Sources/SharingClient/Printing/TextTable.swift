/// Rows under headings, for people (aligned) and for spreadsheets (CSV).
package struct TextTable: Sendable {
    package let headings: [String]
    package private(set) var rows: [[String]] = []

    package init(_ headings: [String]) { self.headings = headings }

    /// A row; missing cells are empty, surplus ones are dropped.
    package mutating func add(_ cells: [String]) {
        rows.append((0..<headings.count).map { $0 < cells.count ? cells[$0] : "" })
    }

    /// Columns two spaces apart, headings in capitals.
    /// - Parameter width: of the terminal, in characters: columns but the first are cut, with an ellipsis, until a row
    ///   fits or all are at their narrowest. Nil: nothing is cut.
    package func aligned(width: Int? = nil) -> String {
        let cells = ([headings.map { Self.words($0).uppercased() }] + rows).map { $0.map(Self.printable) }
        var widths = headings.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        if let width { Self.shrink(&widths, of: cells, to: width) }
        return cells.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let text = cell.count > widths[column] ? cell.prefix(max(widths[column] - 1, 0)) + "…" : Substring(cell)
                line += text
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - text.count + 2) }
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    /// RFC 4180, with a header line. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    package var csv: String {
        ([headings] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    /// A member's name as words: `openedBy` is `opened By`.
    private static func words(_ name: String) -> String {
        var words = ""
        for character in name {
            if character.isUppercase, words.last?.isLowercase == true { words.append(" ") }
            words.append(character)
        }
        return words
    }

    /// Narrowest that a column is cut to.
    private static let narrowest = 8

    /// Cuts columns of several words first, then those of codes; the first column, by which a row is named, never.
    private static func shrink(_ widths: inout [Int], of cells: [[String]], to total: Int) {
        let gaps = 2 * max(widths.count - 1, 0)
        let columns = widths.indices.dropFirst()
        let wordy = columns.filter { column in cells.dropFirst().contains { $0[column].contains(" ") } }
        for candidates in [wordy, Array(columns)] {
            while widths.reduce(gaps, +) > total, let widest = candidates.max(by: { widths[$0] < widths[$1] }),
                widths[widest] > narrowest
            {
                widths[widest] -= 1
            }
        }
    }

    /// Control characters would let recorded text steer the reader's terminal.
    package static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    private static func quoted(_ cell: String) -> String {
        let cell = cell.first.map { "=+-@\t\r".contains($0) } == true ? "'" + cell : cell
        guard cell.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else {
            return cell
        }
        return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
