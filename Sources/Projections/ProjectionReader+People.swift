package import Encodings
import Foundation
import GRDB
package import SharingModel

/// When a person was born, or is expected to be, and which event says so.
package struct BirthRow: Sendable, Hashable {
    package let date: DateOrTime
    package let isExpected: Bool
    package let event: UniqueID
    package let index: Int64
}

/// A consent with its withdrawal, if there is one.
package struct ConsentRow: Sendable, Hashable {
    package struct Exception: Sendable, Hashable {
        package let to: [RecipientSelector]
        package let items: ItemSelection
    }

    package struct Withdrawal: Sendable, Hashable {
        package let event: UniqueID
        package let index: Int64
        package let recorded: Instant
    }

    package let event: UniqueID
    package let index: Int64
    package let subject: SubjectReference
    package let author: AgencyID
    package let kid: String
    package let recorded: Instant
    package let kind: ConsentKind
    package let giver: ConsentGiver
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let holders: [AgencyID]?
    package let exceptions: [Exception]
    package let method: ConsentMethod
    package let from: DateOrTime
    package let until: DateOrTime?
    package let withdrawal: Withdrawal?
}

/// A refusal.
package struct RefusalRow: Sendable, Hashable {
    package let event: UniqueID
    package let index: Int64
    package let recorded: Instant
    package let giver: ConsentGiver
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let holders: [AgencyID]?
}

extension ProjectionReader {
    /// The date of birth last described, or the day on which the person is expected; nil if nothing is known.
    package func birth(of subject: SubjectReference) throws -> BirthRow? {
        guard let row = try first("SELECT * FROM person WHERE subject = ?", [subject.id.blob]) else { return nil }
        let column = Column(table: "person")
        let born = try column.optionalDate(row, "birth_date")
        guard let date = try born ?? column.optionalDate(row, "expected_date") else { return nil }
        return BirthRow(
            date: date, isExpected: born == nil, event: try column.id(row, "event"), index: row["idx"])
    }

    package func consent(_ event: UniqueID) throws -> ConsentRow? {
        try first("SELECT * FROM consent WHERE idx = (SELECT idx FROM event WHERE id = ?)", [event.blob]).map(
            Self.consentRow)
    }

    /// A person's consents in the order of the log, withdrawn ones too.
    package func consents(of subject: SubjectReference) throws -> [ConsentRow] {
        try all("SELECT * FROM consent WHERE subject = ? ORDER BY idx", [subject.id.blob]).map(Self.consentRow)
    }

    package func refusals(of subject: SubjectReference) throws -> [RefusalRow] {
        try all("SELECT * FROM refusal WHERE subject = ? ORDER BY idx", [subject.id.blob]).map { row in
            let column = Column(table: "refusal")
            return RefusalRow(
                event: try column.id(row, "event"), index: row["idx"], recorded: column.instant(row, "recorded"),
                giver: try column.value(row, "giver"), purposes: try column.list(row, "purposes", PurposeCode.init),
                items: try column.items(row, "items"), recipients: try column.recipients(row, "recipients"),
                holders: try column.holders(row))
        }
    }

    static func consentRow(_ row: Row) throws -> ConsentRow {
        let column = Column(table: "consent")
        guard let from = DateOrTime(row["valid_from"] as String) else {
            throw ProjectionError.damaged(table: "consent")
        }
        let withdrawal: ConsentRow.Withdrawal? =
            if let index = row["withdrawn"] as Int64?, let event = try column.optionalID(row, "withdrawn_event") {
                .init(event: event, index: index, recorded: column.instant(row, "withdrawn_at"))
            } else {
                nil
            }
        return ConsentRow(
            event: try column.id(row, "event"), index: row["idx"],
            subject: SubjectReference(try column.id(row, "subject")), author: try column.agency(row, "author"),
            kid: row["kid"], recorded: column.instant(row, "recorded"), kind: try column.value(row, "kind"),
            giver: try column.value(row, "giver"), purposes: try column.list(row, "purposes", PurposeCode.init),
            items: try column.items(row, "items"), recipients: try column.recipients(row, "recipients"),
            holders: try column.holders(row), exceptions: try column.exceptions(row),
            method: try column.value(row, "method"), from: from,
            until: (row["valid_until"] as String?).flatMap(DateOrTime.init), withdrawal: withdrawal)
    }
}

extension Column {
    func items(_ row: Row, _ column: String) throws -> ItemSelection {
        guard let items = ItemSelection(json: try json(row, column)) else {
            throw ProjectionError.damaged(table: table)
        }
        return items
    }

    func recipients(_ row: Row, _ column: String) throws -> [RecipientSelector] {
        guard let recipients = [RecipientSelector](json: try json(row, column)) else {
            throw ProjectionError.damaged(table: table)
        }
        return recipients
    }

    func holders(_ row: Row) throws -> [AgencyID]? {
        guard row["holders"] as String? != nil else { return nil }
        return try list(row, "holders") { try? AgencyID($0) }
    }

    fileprivate func exceptions(_ row: Row) throws -> [ConsentRow.Exception] {
        guard let array = try json(row, "exceptions").array else { throw ProjectionError.damaged(table: table) }
        return try array.map {
            guard let to = $0["to"].flatMap([RecipientSelector].init(json:)),
                let items = $0["items"].flatMap(ItemSelection.init(json:))
            else { throw ProjectionError.damaged(table: table) }
            return ConsentRow.Exception(to: to, items: items)
        }
    }
}
