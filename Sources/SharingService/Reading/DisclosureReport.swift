package import Encodings
import Projections
import SharingModel

extension ReadingDesk {
    /// The IG lead's report of disclosures (DOMAIN section 6): who got what about whom, why, on which basis, who said yes.
    package func disclosureReport(for reader: Reader?, _ page: Page) throws -> Report {
        let agency =
            try reader.map { reader throws -> AgencyID? in
                try reader.require([.igLead])
                return try reader.register()
            } ?? nil
        return try projections.read { projections in
            var shelf = PolicyShelf()
            let rows = try projections.disclosures(of: agency, from: page.from, limit: page.limit)
            return Report(
                name: "disclosures", columns: DisclosureReportRow.columns,
                rows: try rows.map { try line($0, for: agency, projections, &shelf) },
                next: page.next(after: rows.map(\.index)))
        }
    }

    private func line(
        _ row: DisclosureRow, for agency: AgencyID?, _ projections: ProjectionReader, _ shelf: inout PolicyShelf
    ) throws -> [String] {
        let decision = try self.decision(on: row, for: agency, projections)
        let flows = (decision?["items"]?.array ?? []).compactMap { item -> String? in
            item["result"]?.string == "permitted" ? item["flow"]?.string : nil
        }
        let distinct = Set(flows).sorted()
        let isShareFirst = decision?["shareFirst"]?.bool == true
        return DisclosureReportRow(
            recorded: row.recorded.description, from: row.sender.text, to: row.recipient.text,
            role: row.role?.text ?? "", person: row.subject.description,
            items: try items(of: row, for: agency, projections).map(\.text).joined(separator: " "),
            purpose: row.purpose.text,
            basis: isShareFirst
                ? "share-first" : try distinct.map { try basis(of: $0, projections, &shelf) }.joined(separator: "; "),
            flow: distinct.joined(separator: " "), outcome: row.outcome, decision: row.decision?.description ?? "",
            delivered: row.delivered != nil ? "yes" : "no", receipted: row.receipted != nil ? "yes" : "no",
            openedBy: "", informed: row.informed.map { $0 ? "yes" : "no" } ?? ""
        ).cells
    }

    /// The basis of a flow in words, from the agreement's document.
    private func basis(
        of flow: String, _ projections: ProjectionReader, _ shelf: inout PolicyShelf
    ) throws -> String {
        let parts = flow.split(separator: "/", maxSplits: 2).map(String.init)
        guard parts.count == 3, let id = AgreementID(parts[0]), let version = Int64(parts[1]),
            let row = try projections.agreement(id, version: version),
            let basis = shelf.agreement(row)?.flows.first(where: { $0.id == parts[2] })?.basis
        else { return "" }
        let words: [String?] = [
            basis.article6.text, basis.power?.text, basis.special.map { "article 9 \($0.article9.text)" },
            basis.special?.schedule1.map { "schedule 1 \($0.text)" },
            "confidentiality \(basis.confidentiality.gateway.text)",
        ]
        return words.compactMap(\.self).joined(separator: ", ")
    }
}

/// One row of the report, by the names of its columns.
private struct DisclosureReportRow {
    let recorded: String
    let from: String
    let to: String
    let role: String
    let person: String
    let items: String
    let purpose: String
    let basis: String
    let flow: String
    let outcome: String
    let decision: String
    let delivered: String
    let receipted: String
    /// Filled when reading of content is recorded.
    let openedBy: String
    let informed: String

    static let columns = [
        "recorded", "from", "to", "role", "person", "items", "purpose", "basis", "flow", "outcome", "decision",
        "delivered",
        "receipted", "openedBy", "informed",
    ]

    var cells: [String] {
        [
            recorded, from, to, role, person, items, purpose, basis, flow, outcome, decision, delivered, receipted,
            openedBy,
            informed,
        ]
    }
}

/// A table for an IG lead.
package struct Report: Sendable, Hashable {
    package let name: String
    package let columns: [String]
    package let rows: [[String]]
    /// Where the next page begins.
    package let next: Int64?

    package var json: JSON {
        .object([
            "report": .string(name), "columns": .strings(columns),
            "rows": .array(rows.map { .object(JSONObject(zip(columns, $0.map(JSON.string)))) }),
            "next": next.map { .integer($0) } ?? .null,
        ])
    }

    /// RFC 4180, with a header. Cells that a spreadsheet would take for a formula are quoted with an apostrophe.
    package var csv: String {
        ([columns] + rows).map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        let safe = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
