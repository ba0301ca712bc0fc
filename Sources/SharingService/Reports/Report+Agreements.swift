import Encodings
import Projections
import SharingModel

/// Agreements, and the record of processing that follows from them.
extension ReportRoom {
    mutating func agreementRows() throws -> [Report.Row] {
        let inForce = Set(try agreementsInForce().map { "\($0.row.id)/\($0.row.version)" })
        return try agreements().map { row, agreement in
            let name = "\(row.id)/\(row.version)"
            let shared = try projections.decisions(
                permittingUnder: name, for: agency, listing: ServiceLimits.eventsOfCount)
            let tried = try projections.decisions(failingNear: name, for: agency, listing: ServiceLimits.eventsOfCount)
            let signed = desk.signatures(of: row)
            let standing = desk.standing(
                of: row, agreement, isInForce: inForce.contains(name), baseline?.timeZone ?? .utc)
            let clock = try desk.reviewClock(of: row, agreement, standing, baseline, projections)
            return try self.row(
                [
                    row.id.text, String(row.version), standing.rawValue,
                    row.parties.map(\.text).joined(separator: " "),
                    Set(signed.map(\.agency.text)).sorted().joined(separator: " "),
                    agreement?.inForce.review.map { "\($0)" } ?? "", clock?.state.rawValue ?? "", String(shared.count),
                    String(tried.count),
                ], [row.event, row.statusEvent] + signed.map(\.event) + shared.events + tried.events)
        }
    }

    /// Article 30: one row for each flow in force.
    mutating func recordOfProcessing() throws -> [Report.Row] {
        try agreementsInForce().flatMap { row, agreement in
            try agreement.flows.map { flow in
                try self.row(
                    [
                        "\(row.id)/\(row.version)", flow.id, flow.purpose.text, categories(flow),
                        try ends(flow.from, agreement), try ends(flow.to, agreement), flow.basis.inWords,
                        retention(flow),
                    ], [row.event] + row.signatures.map(\.event))
            }
        }
    }

    /// The items, those of a class with extra protection marked.
    private func retention(_ flow: Flow) -> String { flow.obligations.retention?.text ?? "not stated" }

    private func categories(_ flow: Flow) -> String {
        flow.items.map { item in
            let classes = (baseline?.items.classes(of: item) ?? []).subtracting([.ordinary]).map(\.rawValue).sorted()
            return classes.isEmpty ? item.text : "\(item.text) (\(classes.joined(separator: ", ")))"
        }.joined(separator: " ")
    }

    /// The parties that stand at one end of a flow.
    private func ends(_ end: FlowEnd, _ agreement: Agreement) throws -> String {
        try agreement.parties.filter { party in
            try projections.agency(party.agency).map { end.covers(party.agency, kind: $0.kind) } ?? false
        }.map(\.agency.text).sorted().joined(separator: " ")
    }
}
