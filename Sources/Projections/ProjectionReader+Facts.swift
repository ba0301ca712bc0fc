package import Encodings
import Foundation
import GRDB
package import SharingModel

/// Facts about persons, each list in the order of the log, ended ones included.
extension ProjectionReader {
    package func deaths(of subject: SubjectReference) throws -> [DeathRow] {
        try facts(.death, of: subject) { row, head, column in
            DeathRow(head: head, date: try column.date(row, "date"), isVerified: row["verified"])
        }
    }

    package func shields(of subject: SubjectReference) throws -> [ShieldRow] {
        try facts(.shield, of: subject) { row, head, column in
            guard let against = SubjectShield.Against(json: try column.json(row, "against")) else {
                throw ProjectionError.damaged(table: column.table)
            }
            return ShieldRow(head: head, lifts: row["lifts"], holders: try column.holders(row), against: against)
        }
    }

    package func representatives(of subject: SubjectReference) throws -> [RepresentativeRow] {
        try facts(.representative, of: subject) { row, head, column in
            RepresentativeRow(
                head: head, basis: try column.value(row, "basis"), until: try column.optionalDate(row, "valid_until"))
        }
    }

    package func capacities(of subject: SubjectReference) throws -> [CapacityRow] {
        try facts(.capacity, of: subject) { row, head, column in
            CapacityRow(head: head, outcome: try column.value(row, "outcome"), basis: try column.value(row, "basis"))
        }
    }

    package func bestInterests(of subject: SubjectReference) throws -> [BestInterestsRow] {
        try facts(.bestInterests, of: subject) { row, head, column in
            BestInterestsRow(
                head: head, purposes: try column.list(row, "purposes", PurposeCode.init),
                items: try column.items(row, "items"), recipients: try column.recipients(row, "recipients"))
        }
    }

    package func courtOrders(of subject: SubjectReference) throws -> [CourtOrderRow] {
        try facts(.courtOrder, of: subject) { row, head, column in
            CourtOrderRow(
                head: head, effect: try column.value(row, "effect"), items: try column.items(row, "items"),
                recipients: try column.recipients(row, "recipients"), holders: try column.holders(row),
                until: try column.optionalDate(row, "valid_until"))
        }
    }

    package func statuses(of subject: SubjectReference) throws -> [StatusRow] {
        try facts(.status, of: subject) { row, head, column in
            StatusRow(head: head, status: row["status"], from: try column.date(row, "valid_from"))
        }
    }

    package func objections(of subject: SubjectReference) throws -> [ObjectionRow] {
        try facts(.objection, of: subject) { row, head, column in
            ObjectionRow(
                head: head, purposes: try column.list(row, "purposes", PurposeCode.init),
                items: try column.items(row, "items"), recipients: try column.recipients(row, "recipients"),
                holders: try column.holders(row), changes: try changes(of: head.event))
        }
    }

    package func involvements(of subject: SubjectReference) throws -> [InvolvementRow] {
        try facts(.involvement, of: subject) { row, head, column in
            InvolvementRow(
                head: head, isSensitive: row["sensitive"], consent: try column.optionalID(row, "consent"))
        }
    }

    package func leads(of subject: SubjectReference) throws -> [LeadRow] {
        try facts(.lead, of: subject) { row, head, column in
            guard let role = RoleCode(row["role"] as String) else {
                throw ProjectionError.damaged(table: column.table)
            }
            return LeadRow(head: head, role: role)
        }
    }

    /// The assessments and plans of a referral, step by step.
    package func casework(on referral: UniqueID) throws -> [CaseworkRow] {
        try all("SELECT * FROM casework WHERE referral = ? ORDER BY idx", [referral.blob]).map { row in
            let column = Column(table: "casework")
            return CaseworkRow(
                index: row["idx"], event: try column.id(row, "event"), verb: try column.value(row, "verb"),
                kind: row["kind"], author: try column.agency(row, "author"), role: row["role"],
                recorded: column.instant(row, "recorded"))
        }
    }

    /// The agencies openly involved with a person now, by code. Those of sensitive services are not named to anybody.
    package func involvedAgencies(with subject: SubjectReference) throws -> [AgencyID] {
        let open = try involvements(of: subject).filter { !$0.isSensitive && $0.head.endings.isEmpty }
        return Set(open.map(\.head.author)).sorted { $0.text < $1.text }
    }

    /// Everybody to whom anything about a person was released, by code.
    package func recipients(ofAnythingAbout subject: SubjectReference) throws -> [AgencyID] {
        try all(
            """
            SELECT DISTINCT agency FROM release WHERE subject = ? ORDER BY 1
            """, [subject.id.blob]
        ).map { try Column(table: "release").agency($0, "agency") }
    }

    private func changes(of objection: UniqueID) throws -> [ObjectionRow.Change] {
        try all("SELECT * FROM objection_change WHERE objection = ? ORDER BY idx", [objection.blob]).map { row in
            let column = Column(table: "objection_change")
            return ObjectionRow.Change(
                verb: try column.value(row, "verb"), event: try column.id(row, "event"), index: row["idx"],
                kid: row["kid"], recorded: column.instant(row, "recorded"))
        }
    }

    /// What there is anything of about a person. Ask for nothing else in vain.
    package func nouns(about subject: SubjectReference) throws -> Set<FactNoun> {
        Set(
            try all("SELECT noun FROM known_about WHERE subject = ?", [subject.id.blob]).map {
                try Column(table: "known_about").value($0, "noun")
            })
    }

    /// The fact of a noun that an event recorded; nil where it recorded none.
    package func fact(_ noun: FactNoun, _ event: UniqueID) throws -> FactHead? {
        let sql = "SELECT * FROM \(noun.rawValue) WHERE idx = (SELECT idx FROM event WHERE id = ?)"
        return try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [event.blob]).map {
            try head($0, Column(table: noun.rawValue))
        }
    }

    private func facts<Fact>(
        _ noun: FactNoun, of subject: SubjectReference, _ make: (Row, FactHead, Column) throws -> Fact
    ) throws -> [Fact] {
        let column = Column(table: noun.rawValue)
        let sql = "SELECT * FROM \(noun.rawValue) WHERE subject = ? ORDER BY idx"
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [subject.id.blob]).map { row in
            try make(row, head(row, column), column)
        }
    }

    private func head(_ row: Row, _ column: Column) throws -> FactHead {
        let event = try column.id(row, "event")
        return FactHead(
            event: event, index: row["idx"], subject: SubjectReference(try column.id(row, "subject")),
            author: try column.agency(row, "author"), kid: row["kid"], recorded: column.instant(row, "recorded"),
            endings: try all("SELECT * FROM ending WHERE record = ? ORDER BY idx", [event.blob]).map { row in
                let column = Column(table: "ending")
                return FactHead.Ending(
                    event: try column.id(row, "event"), index: row["idx"], kid: row["kid"],
                    recorded: column.instant(row, "recorded"))
            })
    }
}

/// What there are facts of, by the name of its table.
package enum FactNoun: String, Sendable, Hashable, CaseIterable {
    case death, shield, representative, capacity
    case bestInterests = "best_interests"
    case courtOrder = "court_order"
    case status, objection, involvement, lead
}

extension Column {
    func date(_ row: Row, _ column: String) throws -> DateOrTime {
        guard let date = DateOrTime(row[column] as String) else { throw ProjectionError.damaged(table: table) }
        return date
    }

    func optionalDate(_ row: Row, _ column: String) throws -> DateOrTime? {
        try (row[column] as String?).map { text in
            guard let date = DateOrTime(text) else { throw ProjectionError.damaged(table: table) }
            return date
        }
    }
}
