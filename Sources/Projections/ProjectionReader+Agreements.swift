package import Encodings
import Foundation
import GRDB
package import SharingModel

/// One version of an agreement, with who has signed it.
package struct AgreementRow: Sendable, Hashable {
    package struct Signature: Sendable, Hashable {
        package let agency: AgencyID
        package let event: UniqueID
        package let index: Int64
        package let kid: String
        package let recorded: Instant
    }

    package enum Status: String, Sendable, Hashable {
        case proposed, suspended, terminated
    }

    package let id: AgreementID
    package let version: Int64
    package let digest: String
    package let document: String
    package let proposed: Int64
    /// The event that proposed it.
    package let event: UniqueID
    package let status: Status
    /// The event that made it so.
    package let statusEvent: UniqueID
    package let statusIndex: Int64
    package let parties: [AgencyID]
    package let signatures: [Signature]

    /// The parties whose signature is missing.
    package var unsigned: [AgencyID] { parties.filter { party in !signatures.contains { $0.agency == party } } }
}

extension ProjectionReader {
    /// Every version of every agreement, by name and version.
    package func agreements() throws -> [AgreementRow] {
        let parties = try all("SELECT * FROM agreement_party ORDER BY agreement, version, agency")
        let signatures = try all("SELECT * FROM agreement_signature ORDER BY agreement, version, idx")
        return try all(
            """
            SELECT a.*, e.idx AS status_idx FROM agreement a JOIN event e ON e.id = a.status_event ORDER BY a.agreement, a.version
            """
        ).map { try Self.agreementRow($0, parties: parties, signatures: signatures) }
    }

    package func agreement(_ id: AgreementID, version: Int64) throws -> AgreementRow? {
        let key: [any DatabaseValueConvertible] = [id.text, version]
        let row = try first(
            """
            SELECT a.*, e.idx AS status_idx FROM agreement a JOIN event e ON e.id = a.status_event
            WHERE a.agreement = ? AND a.version = ?
            """, StatementArguments(key))
        return try row.map {
            try Self.agreementRow(
                $0,
                parties: try all(
                    "SELECT * FROM agreement_party WHERE agreement = ? AND version = ? ORDER BY agency",
                    StatementArguments(key)),
                signatures: try all(
                    "SELECT * FROM agreement_signature WHERE agreement = ? AND version = ? ORDER BY idx",
                    StatementArguments(key)))
        }
    }

    /// The newest version of an agreement that anybody proposed.
    package func newestVersion(of id: AgreementID) throws -> Int64? {
        try first("SELECT MAX(version) AS version FROM agreement WHERE agreement = ?", [id.text])?["version"]
    }

    private static func agreementRow(_ row: Row, parties: [Row], signatures: [Row]) throws -> AgreementRow {
        let column = Column(table: "agreement")
        guard let id = AgreementID(row["agreement"] as String) else {
            throw ProjectionError.damaged(table: "agreement")
        }
        let version: Int64 = row["version"]
        func isOfThis(_ other: Row) -> Bool {
            (other["agreement"] as String) == id.text && (other["version"] as Int64) == version
        }
        return AgreementRow(
            id: id, version: version, digest: row["digest"], document: row["document"], proposed: row["proposed"],
            event: try column.id(row, "event"), status: try column.value(row, "status"),
            statusEvent: try column.id(row, "status_event"), statusIndex: row["status_idx"],
            parties: try parties.filter(isOfThis).map { try column.agency($0, "agency") },
            signatures: try signatures.filter(isOfThis).map { signature in
                AgreementRow.Signature(
                    agency: try column.agency(signature, "agency"), event: try column.id(signature, "event"),
                    index: signature["idx"], kid: signature["kid"], recorded: column.instant(signature, "recorded"))
            })
    }
}
