package import Encodings
import Foundation
import GRDB
package import SharingModel

/// What reports ask for beyond the registers.
extension ProjectionReader {
    /// What a decision let an agency have of an event's content.
    package struct Release: Sendable, Hashable {
        package let decision: UniqueID
        /// Of the decision.
        package let index: Int64
        package let items: [ItemCode]
    }

    /// The newest release of an event's content to an agency; nil if there is none.
    package func release(of event: UniqueID, to agency: AgencyID) throws -> Release? {
        try first("SELECT * FROM release WHERE event = ? AND agency = ?", [event.blob, agency.text]).map { row in
            let column = Column(table: "release")
            return Release(
                decision: try column.id(row, "decision"), index: row["idx"],
                items: try column.list(row, "items", ItemCode.init))
        }
    }

    /// Consents from position `from` on that an agency can read; everybody's when nil.
    package func consents(readableTo agency: AgencyID?, from: Int64, limit: Int) throws -> [ConsentRow] {
        guard let agency else {
            return try all("SELECT * FROM consent WHERE idx >= ? ORDER BY idx LIMIT ?", [from, limit]).map(
                Self.consentRow)
        }
        return try all(
            """
            SELECT * FROM consent c WHERE idx >= ?1 AND EXISTS (SELECT 1 FROM audience a WHERE a.agency IN (?2, '*') AND a.idx = c.idx)
            ORDER BY idx LIMIT ?3
            """, [from, agency.text, limit]
        ).map(Self.consentRow)
    }

    /// The decisions under which somebody received something that rests on a fact, in the order of the log.
    package func decisions(restingOn fact: UniqueID) throws -> [DecisionRow] {
        try all(
            """
            SELECT d.* FROM decision_fact f JOIN decision d ON d.event = f.decision
            WHERE f.fact = ? AND d.outcome IN ('permitted', 'partly-permitted') ORDER BY d.idx
            """, [fact.blob]
        ).map(Self.decisionRow)
    }

    /// How many decisions of an agency (of all when nil) there are of a kind, and the newest of them.
    package typealias CountedDecisions = (count: Int, events: [UniqueID])

    /// Those that let something pass through a flow of a version of an agreement, `name/version`.
    package func decisions(
        permittingUnder agreement: String, for agency: AgencyID?, listing: Int
    ) throws -> CountedDecisions {
        try counted(
            agency, listing,
            "(?1 IS NULL OR sender = ?1 OR recipient = ?1) AND "
                + "EXISTS (SELECT 1 FROM json_each(decision, '$.items') i WHERE i.value ->> '$.flow' LIKE ?2 || '/%' "
                + "AND i.value ->> '$.result' = 'permitted')", agreement)
    }

    /// Those of a holder in which something did not pass, and a flow of the agreement came nearest. An asker may not be told which.
    package func decisions(
        failingNear agreement: String, for holder: AgencyID?, listing: Int
    ) throws -> CountedDecisions {
        try counted(
            holder, listing, "(?1 IS NULL OR sender = ?1) AND decision ->> '$.nearest.flow' LIKE ?2 || '/%'", agreement)
    }

    private func counted(
        _ agency: AgencyID?, _ listing: Int, _ condition: String, _ agreement: String
    ) throws -> CountedDecisions {
        let rows = "FROM decision WHERE \(condition)"
        let arguments: StatementArguments = [agency?.text, agreement]
        let count = try Int.fetchOne(db.cachedStatement(sql: "SELECT COUNT(*) \(rows)"), arguments: arguments) ?? 0
        let newest = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT event \(rows) ORDER BY idx DESC LIMIT \(listing)"), arguments: arguments)
        return (count, try newest.map { try Column(table: "decision").id($0, "event") })
    }

    /// The events of a type, in the order of the log.
    package func events(of type: String) throws -> [UniqueID] {
        try all("SELECT id FROM event WHERE type = ? ORDER BY idx", [type]).map {
            try Column(table: "event").id($0, "id")
        }
    }
}
