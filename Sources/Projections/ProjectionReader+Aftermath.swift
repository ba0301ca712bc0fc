package import Encodings
import Foundation
import GRDB
package import SharingModel

/// What people of the holder settled.
package struct ResolutionRow: Sendable, Hashable {
    package let event: UniqueID
    package let index: Int64
    /// The event that was decided.
    package let decided: UniqueID
    package let author: AgencyID
    package let role: String
    package let kid: String
    package let recorded: Instant
}

/// That a recipient read content.
package struct OpeningRow: Sendable, Hashable {
    package let event: UniqueID
    package let index: Int64
    package let agency: AgencyID
    package let role: String
    package let items: [ItemCode]
    package let recorded: Instant

    /// A person who reads, without the identifier that its agency has for it.
    package static func reader(_ actor: Actor) -> String { Digest.base64url(of: actor.role.text + "\n" + actor.id) }
}

/// Something that must be looked at again, and what came of it.
package struct ReviewRow: Sendable, Hashable {
    package struct Completion: Sendable, Hashable {
        package let event: UniqueID
        package let outcome: ReviewCompleted.Outcome
        package let recorded: Instant
    }

    /// The event that was decided.
    package let decided: UniqueID
    package let kind: Clock.Review
    /// Of the decision.
    package let index: Int64
    package let sender: AgencyID
    package let recipient: AgencyID
    package let started: Instant
    package let completion: Completion?
}

extension ProjectionReader {
    /// In the order of the log.
    package func resolutions(of decided: UniqueID) throws -> [ResolutionRow] {
        try all("SELECT * FROM resolution WHERE decided = ? ORDER BY idx", [decided.blob]).map { row in
            let column = Column(table: "resolution")
            return ResolutionRow(
                event: try column.id(row, "event"), index: row["idx"], decided: try column.id(row, "decided"),
                author: try column.agency(row, "author"), role: row["role"], kid: row["kid"],
                recorded: column.instant(row, "recorded"))
        }
    }

    /// The decision that stands on an event: the one on its last resolution, or its own.
    package func standingDecision(on decided: UniqueID) throws -> DecisionRow? {
        for resolution in try resolutions(of: decided).reversed() {
            if let decision = try decision(on: resolution.event) { return decision }
        }
        return try decision(on: decided)
    }

    /// The register's entries of a holder that people of it have to settle, from position `from` on.
    package func referredDisclosures(of holder: AgencyID, from: Int64, limit: Int) throws -> [DisclosureRow] {
        try statements.all(
            "SELECT * FROM disclosure WHERE referred = 1 AND sender = ? AND idx >= ? ORDER BY idx LIMIT ?",
            [holder.text, from, limit], of: "disclosure", Self.disclosureRow)
    }

    /// Who read an event's content, in the order of the log.
    package func openings(of content: UniqueID) throws -> [OpeningRow] {
        try all("SELECT * FROM opening WHERE content = ? ORDER BY idx", [content.blob]).map(Self.openingRow)
    }

    /// The last time that a reader of an agency read an event's content.
    package func lastOpening(of content: UniqueID, by agency: AgencyID, _ actor: Actor) throws -> OpeningRow? {
        try first(
            "SELECT * FROM opening WHERE content = ? AND agency = ? AND reader = ? ORDER BY idx DESC LIMIT 1",
            [content.blob, agency.text, OpeningRow.reader(actor)]
        ).map(Self.openingRow)
    }

    package func review(_ kind: Clock.Review, of decided: UniqueID) throws -> ReviewRow? {
        try first("SELECT * FROM review WHERE decided = ? AND kind = ?", [decided.blob, kind.rawValue]).map(
            Self.reviewRow)
    }

    /// What an agency has to review as holder, or may know of as recipient, by position of the decision.
    package func reviews(of agency: AgencyID, from: Int64, limit: Int) throws -> [ReviewRow] {
        try all(
            """
            SELECT * FROM (
                SELECT * FROM review WHERE sender = ?1 AND idx >= ?2 UNION SELECT * FROM review WHERE recipient = ?1 AND idx >= ?2
            ) ORDER BY idx, kind LIMIT ?3
            """, [agency.text, from, limit]
        ).map(Self.reviewRow)
    }

    /// What agencies received about a person and may not pass on, with the agency that gave it.
    package func receivedForItselfOnly(
        _ subject: SubjectReference
    ) throws -> [(event: UniqueID, index: Int64, by: AgencyID, from: AgencyID, items: [ItemCode])] {
        try all(
            """
            SELECT e.id AS event, e.idx AS idx, r.agency AS agency, d.sender AS sender, d.decision AS decision FROM release r
                JOIN event e ON e.id = r.event JOIN decision d ON d.idx = r.idx
            WHERE r.subject = ? AND r.onward = 'none' ORDER BY e.idx
            """, [subject.id.blob]
        ).map { row in
            let column = Column(table: "decision")
            guard let decision = try? Decision(json: column.json(row, "decision")) else {
                throw ProjectionError.damaged(table: "decision")
            }
            return (
                try Column(table: "event").id(row, "event"), row["idx"], try column.agency(row, "agency"),
                try column.agency(row, "sender"), decision.permittedItems
            )
        }
    }

    /// Until when a recipient is to keep what was released to it; nil where nothing was said.
    package func retainUntil(_ event: UniqueID, by agency: AgencyID) throws -> Instant? {
        try first(
            "SELECT retain_until FROM release WHERE event = ? AND agency = ? AND retain_until IS NOT NULL",
            [event.blob, agency.text]
        ).map { Column(table: "release").instant($0, "retain_until") }
    }

    private static func openingRow(_ row: Row) throws -> OpeningRow {
        let column = Column(table: "opening")
        return OpeningRow(
            event: try column.id(row, "event"), index: row["idx"], agency: try column.agency(row, "agency"),
            role: row["role"], items: try column.list(row, "items", ItemCode.init),
            recorded: column.instant(row, "recorded"))
    }

    private static func reviewRow(_ row: Row) throws -> ReviewRow {
        let column = Column(table: "review")
        let completion: ReviewRow.Completion? =
            if let event = try column.optionalID(row, "event") {
                .init(
                    event: event, outcome: try column.value(row, "outcome"),
                    recorded: column.instant(row, "completed"))
            } else {
                nil
            }
        return ReviewRow(
            decided: try column.id(row, "decided"), kind: try column.value(row, "kind"), index: row["idx"],
            sender: try column.agency(row, "sender"), recipient: try column.agency(row, "recipient"),
            started: column.instant(row, "started"), completion: completion)
    }
}
