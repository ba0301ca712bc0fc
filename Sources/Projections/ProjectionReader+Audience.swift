package import Encodings
import Foundation
import GRDB
package import SharingModel

/// What may be read of an event, by whom, is a question of rows: `audience` holds who its entry names and whom a decision released it to.
extension ProjectionReader {
    /// Whether an entry names the agency (or everybody), or a decision released it to the agency.
    package func mayRead(_ index: Int64, _ agency: AgencyID) throws -> Bool {
        // Two looks: for a list of agencies SQLite would make a table each time.
        try statements.has("SELECT 1 FROM audience WHERE agency = ? AND idx = ?", [agency.text, index])
            || isPublic(index)
    }

    /// Whether the entry is for everybody enrolled.
    package func isPublic(_ index: Int64) throws -> Bool {
        try statements.has("SELECT 1 FROM audience WHERE idx = ? AND agency = '*'", [index])
    }

    /// The agencies that an event's audience names; none where it is not in the log, or for everybody.
    package func readers(of event: UniqueID) throws -> [AgencyID] {
        guard let index = try index(of: event) else { return [] }
        return try all("SELECT agency FROM audience WHERE idx = ? AND agency <> '*' ORDER BY agency", [index]).map {
            try Column(table: "audience").agency($0, "agency")
        }
    }

    /// Whether the agency is party to the event, readable to it or not.
    package func isParty(_ index: Int64, _ agency: AgencyID) throws -> Bool {
        try statements.has("SELECT 1 FROM party WHERE idx = ? AND agency = ?", [index, agency.text])
    }

    /// The items of an event's content that were released to an agency; nil if nothing was.
    package func releasedItems(of event: UniqueID, to agency: AgencyID) throws -> [ItemCode]? {
        try first("SELECT items FROM release WHERE event = ? AND agency = ?", [event.blob, agency.text]).map {
            try Column(table: "release").list($0, "items", ItemCode.init)
        }
    }

    /// The agencies to which an event's content was released, by code.
    package func recipients(of content: UniqueID) throws -> [AgencyID] {
        try all("SELECT agency FROM release WHERE event = ? ORDER BY agency", [content.blob]).map {
            try Column(table: "release").agency($0, "agency")
        }
    }

    /// Whether all of these items of an event's content were released to one agency, which so has the whole event in hand.
    package func isReleasedWhole(_ event: UniqueID, _ items: [ItemCode]) throws -> Bool {
        try all("SELECT items FROM release WHERE event = ?", [event.blob]).contains { row in
            Set(items).isSubset(of: try Column(table: "release").list(row, "items", ItemCode.init))
        }
    }

    /// What to look for among events.
    package struct EventFilter: Sendable, Hashable {
        package var type: String?
        package var author: String?
        /// Events about the person with this reference. Those that were merged with it are whoever asks' to add.
        package var subject: SubjectReference?
        /// Further references of the same person.
        package var merged: [SubjectReference] = []

        package init(type: String? = nil, author: String? = nil, subject: SubjectReference? = nil) {
            self.type = type
            self.author = author
            self.subject = subject
        }
    }

    /// Whose events to list.
    package enum EventScope: Sendable, Hashable {
        /// Every entry: an auditor's view.
        case all
        /// Those for everybody only: an operator's.
        case everybody
        /// Those an agency may read and, for its IG lead, those it is party to.
        case agency(AgencyID, asParty: Bool)
    }

    /// Indexes from `from` on, ascending.
    package func events(_ scope: EventScope, _ filter: EventFilter, from: Int64, limit: Int) throws -> [Int64] {
        if filter == EventFilter(), case .agency(let agency, let asParty) = scope {
            return try readable(to: agency, asParty: asParty, from: from, limit: limit)
        }
        var conditions = ["e.idx >= :from"]
        var arguments: [String: (any DatabaseValueConvertible)?] = ["from": from, "limit": limit]
        if let type = filter.type {
            conditions.append("e.type = :type")
            arguments["type"] = type
        }
        if let author = filter.author {
            conditions.append("e.author = :author")
            arguments["author"] = author
        }
        if let subject = filter.subject {
            let references = [subject] + filter.merged
            let names = references.indices.map { "subject\($0)" }
            conditions.append("e.subject IN (" + names.map { ":" + $0 }.joined(separator: ", ") + ")")
            for (name, reference) in zip(names, references) { arguments[name] = reference.id.blob }
        }
        switch scope {
        case .all: break
        case .everybody:
            conditions.append("EXISTS (SELECT 1 FROM audience a WHERE a.agency = '*' AND a.idx = e.idx)")
        case .agency(let agency, let asParty):
            arguments["agency"] = agency.text
            let readable = "EXISTS (SELECT 1 FROM audience a WHERE a.agency IN (:agency, '*') AND a.idx = e.idx)"
            let party = "EXISTS (SELECT 1 FROM party p WHERE p.agency = :agency AND p.idx = e.idx)"
            conditions.append(asParty ? "(\(readable) OR \(party))" : readable)
        }
        let sql = "SELECT e.idx FROM event e WHERE \(conditions.joined(separator: " AND ")) ORDER BY e.idx LIMIT :limit"
        return try Int64.fetchAll(db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }

    /// Walks the rows of one reader only, so that a page costs the same however long the log is.
    private func readable(to agency: AgencyID, asParty: Bool, from: Int64, limit: Int) throws -> [Int64] {
        var sql = """
            SELECT idx FROM audience WHERE agency = ?1 AND idx >= ?2 UNION SELECT idx FROM audience WHERE agency = '*' AND idx >= ?2
            """
        if asParty { sql += " UNION SELECT idx FROM party WHERE agency = ?1 AND idx >= ?2" }
        return try Int64.fetchAll(
            db.cachedStatement(sql: sql + " ORDER BY idx LIMIT ?3"), arguments: [agency.text, from, limit])
    }

    /// Whether the agency may read any event about the person: the same answer as whether ``events(_:_:from:limit:)`` lists one, found
    /// in the same time however many there are that it may not read.
    package func mayReadAbout(_ subject: SubjectReference, _ scope: EventScope) throws -> Bool {
        switch scope {
        case .all: try first("SELECT 1 FROM event WHERE subject = ? LIMIT 1", [subject.id.blob]) != nil
        case .everybody: try isKnown(subject, to: "*", asParty: false)
        case .agency(let agency, let asParty):
            try isKnown(subject, to: agency.text, asParty: asParty) || isKnown(subject, to: "*", asParty: false)
        }
    }

    private func isKnown(_ subject: SubjectReference, to agency: String, asParty: Bool) throws -> Bool {
        try statements.has(
            "SELECT 1 FROM known_to WHERE subject = ? AND agency = ? AND readable >= ?",
            [subject.id.blob, agency, !asParty])
    }
}

/// An event as the index of events has it.
package struct EventRow: Sendable, Hashable {
    package let index: Int64
    package let id: UniqueID
    package let type: String
}

extension ProjectionReader {
    package func eventID(at index: Int64) throws -> UniqueID? {
        try statements.first("SELECT id FROM event WHERE idx = ?", [index], of: "event") { try $0.id(0) }
    }

    /// Who posted an event.
    package func author(of event: UniqueID) throws -> AgencyID? {
        try first("SELECT author FROM event WHERE id = ?", [event.blob]).map {
            try Column(table: "event").agency($0, "author")
        }
    }

    /// When the event at a position was recorded.
    package func recorded(at index: Int64) throws -> Instant? {
        try first("SELECT recorded FROM event WHERE idx = ?", [index]).map {
            Column(table: "event").instant($0, "recorded")
        }
    }

    package func index(of event: UniqueID) throws -> Int64? {
        try statements.first("SELECT idx FROM event WHERE id = ?", [event.blob], of: "event") { $0.number(0) }
    }

    /// An event with when it was recorded.
    package func heading(of event: UniqueID) throws -> (event: EventRow, recorded: Instant)? {
        try first("SELECT idx, id, type, recorded FROM event WHERE id = ?", [event.blob]).map { row in
            let column = Column(table: "event")
            return (
                EventRow(index: row["idx"], id: try column.id(row, "id"), type: row["type"]),
                column.instant(row, "recorded")
            )
        }
    }

    /// The site's own events right behind an event that name it as their cause.
    package func followers(of event: UniqueID, at index: Int64, by site: AgencyID) throws -> [EventRow] {
        try all(
            "SELECT idx, id, type FROM event WHERE idx > ? AND idx <= ? AND cause = ? AND author = ? ORDER BY idx",
            [index, index + Self.followersAtMost, event.blob, site.text]
        ).map { EventRow(index: $0["idx"], id: try Column(table: "event").id($0, "id"), type: $0["type"]) }
    }

    /// Everything the site appends because of an event stands right behind it; today that is one decision.
    private static let followersAtMost: Int64 = 8
}
