package import Encodings
import Projections
package import SharingModel
import SharingPolicy

extension ReadingDesk {
    /// The agreements that the reader's agency is party to.
    package func agreements(for reader: Reader) throws -> JSON {
        let agency = try reader.register()
        return try projections.read { projections in
            var shelf = PolicyShelf()
            let inForce = try inForce(projections, &shelf)
            let rows = try shelf.rows(projections).filter { row in agency.map(row.parties.contains) ?? true }
            return .object([
                "agreements": .array(try rows.map { .object(try summary($0, inForce, projections, &shelf)) })
            ])
        }
    }

    /// One version with its document; the newest where none is named.
    package func agreement(_ id: AgreementID, version: Int64?, for reader: Reader) throws -> JSON {
        let agency = try reader.register()
        return try projections.read { projections in
            guard let version = try version ?? projections.newestVersion(of: id),
                let row = try projections.agreement(id, version: version), agency.map(row.parties.contains) ?? true
            else { throw Self.nothingHere }
            var shelf = PolicyShelf()
            var members = try summary(row, try inForce(projections, &shelf), projections, &shelf)
            members["document"] = .string(row.document)
            return .object(members)
        }
    }

    private func inForce(_ projections: ProjectionReader, _ shelf: inout PolicyShelf) throws -> [AgreementOnRecord] {
        AgreementOnRecord.inForce(
            try shelf.agreements(projections, keys), baseline: try shelf.baseline(projections), clock: now)
    }

    private func summary(
        _ row: AgreementRow, _ inForce: [AgreementOnRecord], _ projections: ProjectionReader, _ shelf: inout PolicyShelf
    ) throws -> JSONObject {
        let agreement = shelf.agreement(row)
        let zone = try shelf.baseline(projections)?.timeZone ?? .utc
        let validSignatures = row.signatures.filter { keys.permits($0.kid, recorded: $0.recorded) }
        let unsigned = row.parties.filter { party in !validSignatures.contains { $0.agency == party } }
        let state =
            if row.status != .proposed {
                row.status.rawValue
            } else if !unsigned.isEmpty {
                "proposed"
            } else if inForce.contains(where: { $0.name == row.id && $0.version == row.version }) {
                "in-force"
            } else if let start = agreement?.inForce.from.start(in: zone), start > now {
                "not-yet"
            } else if let end = agreement?.inForce.until?.end(in: zone), end < now {
                "expired"
            } else {
                "replaced"
            }
        let signatures = validSignatures.map { signature in
            JSON.object([
                "agency": .text(signature.agency), "event": .text(signature.event), "index": .integer(signature.index),
            ])
        }
        let dates = agreement.map { agreement in
            JSON.object([
                "from": .text(agreement.inForce.from), "until": .text(orNull: agreement.inForce.until),
                "review": .text(orNull: agreement.inForce.review),
            ])
        }
        return JSONObject([
            ("agreement", .text(row.id)), ("version", .integer(row.version)),
            ("title", agreement.map { .string($0.title) } ?? .null), ("state", .string(state)),
            ("digest", .string(row.digest)), ("parties", .strings(row.parties.map(\.text))),
            ("signed", .array(signatures)), ("unsigned", .strings(unsigned.map(\.text))), ("inForce", dates ?? .null),
        ])
    }
}
