package import Encodings

/// A table for an IG lead (DOMAIN section 6): a value, whose every row says which events of the log it rests on.
package struct Report: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        /// As many as the report has columns.
        package let cells: [String]
        /// What the row was drawn from, as far as the reader may see it: each can be proved to stand in the log.
        package let events: [UniqueID]

        package init(cells: [String], events: [UniqueID]) {
            self.cells = cells
            self.events = events
        }
    }

    package let name: ReportName
    package let rows: [Row]
    /// The log index at which the next page begins; nil after the last.
    package let next: Int64?

    package init(name: ReportName, rows: [Row], next: Int64?) {
        self.name = name
        self.rows = rows
        self.next = next
    }

    package var columns: [String] { name.columns }

    package var json: JSON {
        .object([
            "report": .string(name.rawValue), "columns": .strings(columns),
            "rows": .array(
                rows.map { row in
                    var members = JSONObject(zip(columns, row.cells.map(JSON.string)))
                    members["events"] = .strings(row.events.map(\.description))
                    return .object(members)
                }), "next": next.map { .integer($0) } ?? .null,
        ])
    }

    /// RFC 4180, with a header; the events are the last column. Cells that a spreadsheet would take for a formula are quoted with an
    /// apostrophe.
    package var csv: String {
        let lines =
            [columns + ["events"]] + rows.map { $0.cells + [$0.events.map(\.description).joined(separator: " ")] }
        return lines.map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        let safe = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
