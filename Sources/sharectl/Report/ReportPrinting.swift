import ArgumentParser
import Encodings
import SharingClient
import SharingModel
import SharingService

extension ReportName: ExpressibleByArgument {}

extension ReportCommand {
    /// Rows of one page.
    private static let pageRows = 1_000

    /// Gathers the pages and prints them, or writes them with their proofs.
    func tell(_ question: ReportQuestion, from source: some ReportSource) async throws {
        var question = question
        var (rows, next): ([JSON], Int64?) = ([], from)
        var left = limit
        while let start = next, left != 0 {
            let size = min(left ?? Self.pageRows, Self.pageRows)
            question.page = Page(from: start, limit: size)
            let page = try await source.page(question)
            rows += try page.rows("rows")
            next = page["next"]?.integer
            left = left.map { $0 - size }
        }
        let report = JSON.object([
            "report": .string(name.rawValue), "columns": .strings(name.columns), "rows": .array(rows),
            "next": next.map { .integer($0) } ?? .null,
        ])
        if let proof {
            let folder = try EvidenceFolder(proof)
            let events = try await folder.write(report, table(rows), from: source)
            StandardError.line("\(rows.count) rows, resting on \(events) events, in \(proof)")
        } else {
            output.show(table(rows), json: report, none: "nothing to report that this reader may see")
        }
        if let next, output.format == .table { StandardError.line("there is more: --from \(next)") }
    }

    private func table(_ rows: [JSON]) -> TextTable {
        let columns = name.columns + (output.format == .csv || proof != nil ? ["events"] : [])
        return TextTable(rows, columns: columns.map { (heading: $0, member: $0) })
    }
}
