package import Encodings
import Foundation
import GRDB
package import SharingModel

/// An entry of the disclosure register.
package struct DisclosureRow: Sendable, Hashable {
    /// The event that was decided.
    package let event: UniqueID
    package let index: Int64
    package let kind: DisclosureKind
    package let subject: SubjectReference
    /// The holder.
    package let sender: AgencyID
    package let recipient: AgencyID
    package let purpose: PurposeCode
    /// As asked or offered.
    package let items: [ItemCode]
    /// Of whoever acted.
    package let role: RoleCode?
    /// For a delivery, the request it answers; for a resolution, the event it settles.
    package let request: UniqueID?
    package let referral: UniqueID?
    /// The event whose content it is about: its own, or for a redirect that of the referral; nil for a request.
    package let content: UniqueID?
    /// Whether the holder recorded a decision of its own to share once.
    package let isOneOff: Bool
    /// Whether the person was told, where the event says so.
    package let informed: Bool?
    package let kid: String
    package let recorded: Instant
    /// `recorded` where nothing was decided here.
    package let outcome: String
    package let decision: UniqueID?
    /// Whether people of the holder have something to settle.
    package let isReferred: Bool
    /// Position of the decision on what they settled last.
    package let resolved: Int64?
    package let delivered: Int64?
    package let receipted: Int64?
    package let disputed: Int64?
    package let recalled: Int64?

    /// The event that holds the content: its own id where there is none.
    package var contentEvent: UniqueID { content ?? event }
}

/// A decision as it was signed, everything in it disclosed.
package struct DecisionRow: Sendable, Hashable {
    package let event: UniqueID
    package let index: Int64
    /// The event decided.
    package let request: UniqueID
    package let decision: Decision
}

extension ProjectionReader {
    /// The register's entry for the event that was decided.
    package func disclosure(of event: UniqueID) throws -> DisclosureRow? {
        try statements.first(
            "SELECT * FROM disclosure WHERE idx = (SELECT idx FROM event WHERE id = ?)", [event.blob],
            of: "disclosure", Self.disclosureRow)
    }

    /// Entries from position `from` on to which `agency` is a party; of everybody when nil. A push that was not released does not show to
    /// the one it was meant for.
    package func disclosures(of agency: AgencyID?, from: Int64, limit: Int) throws -> [DisclosureRow] {
        guard let agency else {
            return try statements.all(
                "SELECT * FROM disclosure WHERE idx >= ? ORDER BY idx LIMIT ?", [from, limit], of: "disclosure",
                Self.disclosureRow)
        }
        return try statements.all(
            """
            SELECT * FROM (
                SELECT * FROM disclosure WHERE sender = ?1 AND idx >= ?2
                UNION SELECT d.* FROM disclosure d WHERE recipient = ?1 AND idx >= ?2
                    AND (kind IN ('request', 'recorded') OR (kind = 'resolution' AND content IS NULL) OR EXISTS (SELECT 1 FROM decision c JOIN audience a ON a.via = c.event
                        WHERE c.request = d.event AND a.agency = ?1))
            ) ORDER BY idx LIMIT ?3
            """, [agency.text, from, limit], of: "disclosure", Self.disclosureRow)
    }

    /// The deliveries that answer a request, in the order of the log.
    package func deliveries(answering request: UniqueID) throws -> [DisclosureRow] {
        try statements.all(
            "SELECT * FROM disclosure WHERE request = ? AND kind = 'delivery' ORDER BY idx", [request.blob],
            of: "disclosure", Self.disclosureRow)
    }

    package func decision(_ event: UniqueID) throws -> DecisionRow? {
        try first("SELECT * FROM decision WHERE idx = (SELECT idx FROM event WHERE id = ?)", [event.blob]).map(
            Self.decisionRow)
    }

    package func decision(on request: UniqueID) throws -> DecisionRow? {
        try first("SELECT * FROM decision WHERE request = ?", [request.blob]).map(Self.decisionRow)
    }

    /// Who received something resting on a fact, a consent for example.
    package func recipients(restingOn fact: UniqueID) throws -> [AgencyID] {
        try all(
            """
            SELECT DISTINCT d.recipient AS agency FROM decision_fact f JOIN decision d ON d.event = f.decision
            WHERE f.fact = ? AND d.outcome IN ('permitted', 'partly-permitted') ORDER BY 1
            """, [fact.blob]
        ).map { try Column(table: "decision").agency($0, "agency") }
    }

    static func decisionRow(_ row: Row) throws -> DecisionRow {
        let column = Column(table: "decision")
        guard let decision = try? Decision(json: column.json(row, "decision")) else {
            throw ProjectionError.damaged(table: "decision")
        }
        return DecisionRow(
            event: try column.id(row, "event"), index: row["idx"], request: try column.id(row, "request"),
            decision: decision)
    }

    /// A row of all columns, in the order of the schema.
    static func disclosureRow(_ row: Cells) throws -> DisclosureRow {
        guard let purpose = PurposeCode(try row.text(6)) else { throw row.damaged }
        return DisclosureRow(
            event: try row.id(1), index: row.number(0), kind: try row.value(2),
            subject: SubjectReference(try row.id(3)),
            sender: try row.agency(4), recipient: try row.agency(5), purpose: purpose,
            items: try row.list(7, ItemCode.init), role: row.optionalText(8).flatMap(RoleCode.init),
            request: try row.optionalID(9), referral: try row.optionalID(10), content: try row.optionalID(11),
            isOneOff: row.flag(12), informed: row.optionalNumber(13).map { $0 != 0 }, kid: try row.text(14),
            recorded: Instant(milliseconds: row.number(15)), outcome: try row.text(16),
            decision: try row.optionalID(17), isReferred: row.flag(18), resolved: row.optionalNumber(19),
            delivered: row.optionalNumber(20), receipted: row.optionalNumber(21), disputed: row.optionalNumber(22),
            recalled: row.optionalNumber(23))
    }
}
