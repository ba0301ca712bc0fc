package import Encodings
import Foundation
import GRDB
package import SharingModel

/// An agency as it is registered.
package struct AgencyRow: Sendable, Hashable {
    package let agency: AgencyID
    package let name: String
    package let kind: AgencyKind
    package let publicAuthority: Bool
    /// Origin of the site that hosts it; nil for this one.
    package let site: String?
    package let dpo: String?
    package let safeguarding: String?
    package let breach: String?
    package let registered: Int64
    package let ended: Int64?
}

/// An enrolled key.
package struct KeyRow: Sendable, Hashable {
    package let kid: String
    package let agency: AgencyID
    package let jwk: JSON
    package let roles: [KeyRole]
    package let enrolled: Int64
    /// The key that enrolled it.
    package let enrolledBy: String
    package let enrolledAt: Instant
}

/// That a key is not to be trusted from a moment on.
package struct KeyRevocationRow: Sendable, Hashable {
    package let index: Int64
    package let kid: String
    package let since: Instant
}

/// A baseline as adopted.
package struct BaselineRow: Sendable, Hashable {
    package let event: UniqueID
    package let index: Int64
    package let digest: String
    package let document: String
}

extension ProjectionReader {
    package func agency(_ agency: AgencyID) throws -> AgencyRow? {
        try statements.first(
            """
            SELECT agency, name, kind, public_authority, site, dpo, safeguarding, breach, registered, ended FROM agency
            WHERE agency = ?
            """, [agency.text], of: "agency", Self.agencyRow)
    }

    /// Every agency, by code.
    package func agencies() throws -> [AgencyRow] {
        try statements.all(
            """
            SELECT agency, name, kind, public_authority, site, dpo, safeguarding, breach, registered, ended FROM agency
            ORDER BY agency
            """, [], of: "agency", Self.agencyRow)
    }

    /// Every key ever enrolled, in the order of enrolment.
    package func keys() throws -> [KeyRow] {
        try all("SELECT * FROM agency_key ORDER BY enrolled, kid").map(Self.keyRow)
    }

    static func keyRow(_ row: Row) throws -> KeyRow {
        let column = Column(table: "agency_key")
        return KeyRow(
            kid: row["kid"], agency: try column.agency(row, "agency"), jwk: try column.json(row, "jwk"),
            roles: try column.list(row, "roles", KeyRole.init(rawValue:)), enrolled: row["enrolled"],
            enrolledBy: row["enrolled_by"], enrolledAt: column.instant(row, "enrolled_at"))
    }

    /// Every revocation, in the order of the log. A key may be revoked again, from an earlier moment on.
    package func keyRevocations() throws -> [KeyRevocationRow] {
        try all("SELECT * FROM key_revocation ORDER BY idx").map { row in
            KeyRevocationRow(
                index: row["idx"], kid: row["kid"], since: Column(table: "key_revocation").instant(row, "since"))
        }
    }

    /// The baseline in force: the last one adopted.
    package func baseline() throws -> BaselineRow? {
        try first("SELECT * FROM baseline ORDER BY idx DESC LIMIT 1", []).map { row in
            BaselineRow(
                event: try Column(table: "baseline").id(row, "event"), index: row["idx"], digest: row["digest"],
                document: row["document"])
        }
    }

    /// Whether the baseline in force calls a purpose a safeguarding one, and a children's one.
    func marks(of purpose: PurposeCode) throws -> (safeguarding: Bool, childrens: Bool) {
        guard let row = try first("SELECT safeguarding, childrens FROM baseline ORDER BY idx DESC LIMIT 1", []) else {
            return (false, false)
        }
        let column = Column(table: "baseline")
        return (
            try column.list(row, "safeguarding", PurposeCode.init).contains(purpose),
            try column.list(row, "childrens", PurposeCode.init).contains(purpose)
        )
    }

    /// In the order in which both queries name the columns.
    private static func agencyRow(_ row: Cells) throws -> AgencyRow {
        AgencyRow(
            agency: try row.agency(0), name: try row.text(1), kind: try row.value(2), publicAuthority: row.flag(3),
            site: row.optionalText(4), dpo: row.optionalText(5), safeguarding: row.optionalText(6),
            breach: row.optionalText(7), registered: row.number(8), ended: row.optionalNumber(9))
    }
}

extension ProjectionReader {
    /// How many decisions that released something rest on a consent or an agreement's signature that was recorded under a key from a moment on.
    package func decisions(restingOn kid: String, from since: Instant) throws -> Int64 {
        try first(
            """
            SELECT count(DISTINCT decision) AS n FROM decision_fact WHERE fact IN (
                SELECT event FROM consent WHERE kid = ? AND recorded >= ?
                UNION SELECT event FROM agreement_signature WHERE kid = ? AND recorded >= ?)
            """, [kid, since.milliseconds, kid, since.milliseconds])?["n"] ?? 0
    }

    /// How many consents, agreements' signatures and enrolments were recorded under a key from a moment on.
    package func permitting(under kid: String, from since: Instant) throws -> Int64 {
        try first(
            """
            SELECT (SELECT count(*) FROM consent WHERE kid = ? AND recorded >= ?)
                + (SELECT count(*) FROM agreement_signature WHERE kid = ? AND recorded >= ?)
                + (SELECT count(*) FROM agency_key WHERE enrolled_by = ? AND enrolled_at >= ?) AS n
            """,
            [kid, since.milliseconds, kid, since.milliseconds, kid, since.milliseconds])?["n"] ?? 0
    }
}
