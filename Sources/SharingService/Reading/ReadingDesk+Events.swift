package import Encodings
import EventStore
package import Projections
package import SharingModel

extension ReadingDesk {
    /// What the reader may have of one event.
    private enum Access {
        /// The entry, and the body with the disclosures that pass the filter.
        case body(ReaderOfBody)
        case entry
    }

    private enum ReaderOfBody {
        case everything
        case items([ItemCode])
        case decision(DisclosureRow, DecisionRow)
    }

    /// The events that the reader may see, by index; of a person those under every reference that was merged with the one that is asked for.
    package func events(
        for reader: Reader, _ filter: ProjectionReader.EventFilter, _ page: Page
    ) throws -> JSON {
        try projections.read { projections in
            var filter = filter
            if let subject = filter.subject {
                filter.merged = Array(try projections.persons(with: subject).dropFirst())
            }
            let indexes = try projections.events(reader.scope, filter, from: page.from, limit: page.limit)
            var rows: [JSON] = []
            var bytes = 0
            for index in indexes {
                let row = try event(at: index, for: reader, projections)
                rows.append(row)
                bytes += Self.weight(of: row)
                if bytes >= page.bytes, rows.count < indexes.count {
                    return Self.page("events", rows, next: index + 1)
                }
            }
            return Self.page("events", rows, next: page.next(after: indexes))
        }
    }

    /// Bytes of what an author can make long.
    private static func weight(of event: JSON) -> Int {
        let disclosures = (event["disclosures"]?.array ?? []).compactMap { $0.string?.utf8.count }
        return (event["jws"]?.string?.utf8.count ?? 0) + disclosures.reduce(0, +)
    }

    package func event(_ id: UniqueID, for reader: Reader) throws -> JSON {
        try projections.read { projections in
            guard let place = try projections.index(of: id) else { throw Self.nothingHere }
            return try event(at: place, for: reader, projections)
        }
    }

    /// The tlog-proof of an event against the checkpoint that the site shows, with its cosignatures; of an event that is newer, against
    /// the newest. Of a peer's event the peer's log has the proof.
    package func proof(_ id: UniqueID, for reader: Reader) throws -> String {
        guard let index = try log.index(of: id),
            try projections.read({ try access(to: $0.place(ofOwn: index), log.entry(at: index), reader, $0) }) != nil
        else { throw Self.nothingHere }
        let shown = checkpoint.flatMap { $0.checkpoint.size > index ? $0 : nil }
        return try log.tlogProof(index, against: shown).text
    }

    /// The site's reference for a person, if the reader may see an event about them. The same steps are taken whether the person is
    /// known or not.
    package func lookup(_ identifier: PersonIdentifier, for reader: Reader) throws -> JSON {
        let known = try vault?.reference(for: identifier.text)
        let subject = SubjectReference(known ?? UniqueID.random())
        return try projections.read { projections in
            var visible = try projections.persons(with: subject).contains {
                try projections.mayReadAbout($0, reader.scope)
            }
            if identifier.scheme == .upn {
                let kind = try projections.agency(reader.agency)?.kind
                visible = visible && (kind == .education || kind == .council)
            }
            guard known != nil, visible else { throw Self.nothingHere }
            return .object(["subject": .string(subject.description)])
        }
    }

    func event(at place: Int64, for reader: Reader, _ projections: ProjectionReader) throws -> JSON {
        let found = try known(projections).at(place)
        let entry = found.entry
        guard let access = try access(to: place, entry, reader, projections) else { throw Self.nothingHere }
        var body: OpenedBody?
        var disclosures: [Disclosure]?
        if case .body(let part) = access, let event = try found.event() {
            body = found.body
            disclosures = try self.disclosures(of: event, part, reader, projections)
        }
        return .object(
            JSONObject(
                found.source.members + [
                    ("entry", try JSON.parse(entry.bytes)),
                    ("entryBytes", .string(Base64.standard.encode(entry.bytes))),
                    ("jws", body.map { .string(String(decoding: $0.jws, as: UTF8.self)) } ?? .null),
                    ("salt", body.map { .string(Base64.url.encode($0.salt)) } ?? .null),
                    (
                        "disclosures",
                        disclosures.map { .strings($0.map { String(decoding: $0.encoded, as: UTF8.self) }) } ?? .null
                    ), ("state", "present"),
                ]))
    }

    private func disclosures(
        of event: UnverifiedEvent, _ part: ReaderOfBody, _ reader: Reader, _ projections: ProjectionReader
    ) throws -> [Disclosure] {
        switch part {
        case .everything: return event.resolved.inOrder
        case .items(let items):
            let content = ReleasedContent(jws: event.jws.bytes, inOrder: event.resolved.inOrder, items: items)
            if let id = event.payload["id"]?.string.flatMap({ UniqueID($0) }), !content.disclosures.isEmpty {
                try note(openingOf: id, event.payload, content.disclosures, by: reader, projections)
            }
            return content.disclosures
        case .decision(let disclosure, let decision):
            guard let viewer = DecisionSight.viewer(reader.agency, of: disclosure) else { return [] }
            return try DecisionSight(reader: projections).disclosures(
                of: VerifiedOrStoredEvent(payload: event.payload, inOrder: event.resolved.inOrder), decision.decision,
                as: viewer, agency: reader.agency)
        }
    }

    private func access(
        to index: Int64, _ entry: Entry, _ reader: Reader, _ projections: ProjectionReader
    ) throws -> Access? {
        if try projections.isPublic(index) { return .body(.everything) }
        if reader.isOfAgency {
            if try projections.mayRead(index, reader.agency) {
                return .body(try part(of: entry, reader, projections))
            }
            if reader.roles.contains(.igLead), try projections.isParty(index, reader.agency) { return .entry }
        }
        return reader.roles.contains(.auditor) ? .entry : nil
    }

    private func part(of entry: Entry, _ reader: Reader, _ projections: ProjectionReader) throws -> ReaderOfBody {
        if entry.type == EventType.disclosureDecided.rawValue {
            guard let decision = try projections.decision(entry.id),
                let disclosure = try projections.disclosure(of: decision.request)
            else { return .items([]) }
            return .decision(disclosure, decision)
        }
        if entry.audience.contains(reader.agency.text) { return .everything }
        return .items(try projections.releasedItems(of: entry.id, to: reader.agency) ?? [])
    }
}
