package import Encodings
import EventStore
import Projections
package import SharingModel

extension ReadingDesk {
    /// Who is involved with a person, as far as the reader may know (DOMAIN section 7).
    ///
    /// Whoever has no part in the person's affairs gets the same answer as for somebody who is not known here: nobody, and the same closing
    /// line as everybody. A sensitive service is told to nobody but the agency that recorded it, and somebody from whom the person is
    /// shielded learns of no one else. The same steps are taken whether the person is known or not.
    package func involved(with identifier: PersonIdentifier, for reader: Reader) throws -> JSON {
        try reader.require([.agency, .igLead])
        let agency = reader.agency
        let known = try vault?.reference(for: identifier.text)
        let subject = SubjectReference(known ?? UniqueID.random())
        return try projections.read { projections in
            let persons = try projections.persons(with: subject)
            let involvements = try persons.flatMap { try projections.involvements(of: $0) }.filter(
                \.head.endings.isEmpty)
            let leads = try persons.flatMap { try projections.leads(of: $0) }.filter(\.head.endings.isEmpty)
            var isInside = try persons.contains { try projections.mayReadAbout($0, reader.scope) }
            if identifier.scheme == .upn {
                let kind = try projections.agency(agency)?.kind
                isInside = isInside && (kind == .education || kind == .council)
            }
            isInside = try isInside && !isShielded(from: agency, persons.flatMap { try projections.shields(of: $0) })
            func isShown(_ head: FactHead, isSensitive: Bool = false) -> Bool {
                head.author == agency || (isInside && !isSensitive)
            }
            return .object([
                "involved": .array(
                    try involvements.filter { isShown($0.head, isSensitive: $0.isSensitive) }.map {
                        try json($0, projections)
                    }),
                "leads": .array(try leads.filter { isShown($0.head) }.map { try json($0, projections) }),
                "notice": .string("others may be involved; ask \(try contact(projections))"),
            ])
        }
    }

    /// Whether a shield against the agency stands: whoever put it up has not taken it down for every holder that it names.
    private func isShielded(from agency: AgencyID, _ rows: [ShieldRow]) -> Bool {
        let words = rows.filter { $0.against.covers(agency) }
        let lifts = words.filter { $0.lifts && keys.permits($0.head.kid, recorded: $0.head.recorded) }
        return words.contains { shield in
            !shield.lifts
                && !lifts.contains { lift in
                    lift.head.author == shield.head.author && lift.head.index > shield.head.index
                        && lift.coversHolders(of: shield.holders)
                }
        }
    }

    private func json(_ row: InvolvementRow, _ projections: ProjectionReader) throws -> JSON {
        var service: String?
        if case .involvementStarted(let data)? = try event(of: row.head, projections)?.data { service = data.service }
        return .object([
            "event": .text(row.head.event), "agency": .text(row.head.author),
            "service": .text(orNull: service), "sensitive": .bool(row.isSensitive), "since": .text(row.head.recorded),
        ])
    }

    private func json(_ row: LeadRow, _ projections: ProjectionReader) throws -> JSON {
        var professional: Actor?
        if case .leadAssigned(let data)? = try event(of: row.head, projections)?.data {
            professional = data.professional
        }
        return .object([
            "event": .text(row.head.event), "agency": .text(row.head.author),
            "professional": professional?.json ?? .null, "since": .text(row.head.recorded),
        ])
    }

    /// The words stand in the body only.
    private func event(of head: FactHead, _ projections: ProjectionReader) throws -> SharingEvent? {
        try known(projections).event(head.event)
    }

    /// One and the same for everybody, whoever is asked about: the first council's safeguarding contact, or the first there is.
    private func contact(_ projections: ProjectionReader) throws -> String {
        let agencies = try projections.agencies().filter { $0.ended == nil }.sorted { $0.registered < $1.registered }
        return agencies.first { $0.kind == .council && $0.safeguarding != nil }?.safeguarding
            ?? agencies.compactMap(\.safeguarding).first ?? agencies.compactMap(\.dpo).first ?? "the site's operator"
    }
}

extension ShieldRow {
    /// Whether it speaks of all these holders; nil is any.
    func coversHolders(of others: [AgencyID]?) -> Bool {
        guard let holders else { return true }
        return others.map { Set($0).isSubset(of: holders) } ?? false
    }
}

extension SubjectShield.Against {
    fileprivate func covers(_ agency: AgencyID) -> Bool {
        switch self {
        case .everybody: true
        case .agencies(let agencies): agencies.contains(agency)
        }
    }
}
