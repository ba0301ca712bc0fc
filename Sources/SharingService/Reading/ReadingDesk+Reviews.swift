package import Encodings
import EventStore
import Projections
import SharingModel

extension ReadingDesk {
    /// For IG leads of both sides: what was shared first, behind broken glass or on a decision of the holder's own, when it must be looked at
    /// again, and what came of it.
    /// - Parameter isDue: only what still waits, or only what was reviewed.
    package func reviews(for reader: Reader, isDue: Bool?, _ page: Page) throws -> JSON {
        try reader.require([.igLead])
        return try projections.read { projections in
            let rows = try projections.reviews(of: reader.agency, from: page.from, limit: page.limit)
            let baseline = try baseline(projections)
            let wanted = rows.filter { row in isDue.map { $0 == (row.completion == nil) } ?? true }
            let shown = try wanted.compactMap { try json($0, for: reader.agency, baseline, projections) }
            return Self.page("reviews", shown, next: page.next(after: rows.map(\.index)))
        }
    }

    /// Nil where the reader was offered something and got nothing.
    private func json(
        _ row: ReviewRow, for agency: AgencyID, _ baseline: Baseline?, _ projections: ProjectionReader
    ) throws -> JSON? {
        guard let disclosure = try projections.disclosure(of: row.decided),
            try canSee(disclosure, agency, projections)
        else { return nil }
        let clock = baseline.map {
            Clock.review(
                row.kind, .init(started: row.started, ended: row.completion?.recorded), $0, asOf: now)
        }
        let source = try projections.source(of: row.index)
        return .object([
            "event": .text(row.decided), "index": .integer(source.position), "log": source.log,
            "of": .string(row.kind.rawValue),
            "from": .text(row.sender), "to": .text(row.recipient), "purpose": .text(disclosure.purpose),
            "subject": .text(disclosure.subject), "decisionId": .text(orNull: disclosure.decision),
            "decided": .text(row.started), "due": .text(orNull: clock?.due),
            "state": clock.map { .string($0.state.rawValue) } ?? .null,
            "overdue": .bool(clock?.isOverdue ?? false),
            "outcome": row.completion.map { .string($0.outcome.rawValue) } ?? .null,
            "review": .text(orNull: row.completion?.event),
        ])
    }
}
