import SharingModel

/// A matrix as a page of HTML that needs nothing else: no script, no font, no picture.
package struct MatrixPage {
    private let title: String
    private let notes: [String]
    private let rows: [PassageRow]

    package init(title: String, notes: [String], rows: [PassageRow]) {
        self.title = title
        self.notes = notes
        self.rows = rows
    }

    package var html: String {
        var page = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(Self.escaped(title))</title>
            <style>
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 100rem; padding: 0 1rem; color: #1b1b1b }
            h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
            table { border-collapse: collapse; width: 100% }
            th, td { border: 1px solid #bbb; padding: .4rem .5rem; text-align: left; vertical-align: top }
            th { background: #eef1f4 } td.items { min-width: 12rem } p.note { color: #444; margin: .2rem 0 }
            @media print { body { margin: 0 } h2 { break-after: avoid } tr { break-inside: avoid } }
            </style>
            </head>
            <body>
            <h1>\(Self.escaped(title))</h1>

            """
        for note in notes { page += "<p class=\"note\">\(Self.escaped(note))</p>\n" }
        if rows.isEmpty { page += "<p>Nothing can pass.</p>\n" }
        for pair in pairs { page += section(pair) }
        return page + "</body>\n</html>\n"
    }

    /// The two ends, in the order in which they come.
    private var pairs: [[String]] {
        var pairs: [[String]] = []
        for row in rows where !pairs.contains(Array(row.cells.prefix(2))) { pairs.append(Array(row.cells.prefix(2))) }
        return pairs
    }

    private func section(_ pair: [String]) -> String {
        let headings = PassageRow.columns.dropFirst(2)
        var text = "<h2>\(Self.escaped(pair[0])) to \(Self.escaped(pair[1]))</h2>\n<table>\n<thead><tr>"
        text += headings.map { "<th scope=\"col\">\(Self.escaped($0))</th>" }.joined() + "</tr></thead>\n<tbody>\n"
        for row in rows where Array(row.cells.prefix(2)) == pair {
            let cells = row.cells.dropFirst(2).enumerated().map { place, cell in
                "<td\(place == 1 ? " class=\"items\"" : "")>\(Self.escaped(cell))</td>"
            }
            text += "<tr>" + cells.joined() + "</tr>\n"
        }
        return text + "</tbody>\n</table>\n"
    }

    /// As text of an element or of a quoted attribute.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
