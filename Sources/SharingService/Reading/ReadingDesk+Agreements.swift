package import Encodings
import Projections
package import SharingModel
import SharingPolicy

extension ReadingDesk {
    /// The agreements that the reader's agency is party to, with the clock of their review.
    package func agreements(for reader: Reader) throws -> JSON {
        let agency = try reader.register()
        return try projections.read { projections in
            var shelf = PolicyShelf(library)
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
            var shelf = PolicyShelf(library)
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
        let baseline = try shelf.baseline(projections)
        let standing = standing(
            of: row, agreement, isInForce: inForce.contains { $0.name == row.id && $0.version == row.version },
            baseline?.timeZone ?? .utc)
        let clock = try reviewClock(of: row, agreement, standing, baseline, projections)
        let signatures = try signatures(of: row).map { signature in
            let source = try projections.source(of: signature.index)
            return JSON.object([
                "agency": .text(signature.agency), "event": .text(signature.event),
                "index": .integer(source.position), "log": source.log,
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
            ("title", agreement.map { .string($0.title) } ?? .null), ("state", .string(standing.rawValue)),
            ("digest", .string(row.digest)), ("parties", .strings(row.parties.map(\.text))),
            ("signed", .array(signatures)), ("unsigned", .strings(unsigned(row).map(\.text))),
            ("inForce", dates ?? .null), ("clocks", .array([clock].compactMap { $0?.json })),
        ])
    }
}
