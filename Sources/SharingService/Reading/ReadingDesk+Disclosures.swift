package import Encodings
import EventStore
import Projections
package import SharingModel
import SharingPolicy

extension ReadingDesk {
    /// The register of what the reader's agency gave, asked for or got.
    /// - Parameter isReferred: only what waits for people of the reader's agency to settle.
    package func disclosures(for reader: Reader, isReferred: Bool = false, _ page: Page) throws -> JSON {
        let agency = try reader.register()
        return try projections.read { projections in
            let rows =
                isReferred
                ? try projections.referredDisclosures(of: reader.agency, from: page.from, limit: page.limit)
                : try projections.disclosures(of: agency, from: page.from, limit: page.limit)
            let baseline = try baseline(projections)
            return Self.page(
                "disclosures", try rows.map { .object(try json($0, for: agency, baseline, projections)) },
                next: page.next(after: rows.map(\.index)))
        }
    }

    /// One entry with the decision as the reader may see it.
    /// - Parameter id: of the event decided, or of the decision.
    package func disclosure(_ id: UniqueID, for reader: Reader) throws -> JSON {
        let agency = try reader.register()
        return try projections.read { projections in
            let row = try self.row(id, of: agency, projections)
            var members = try json(row, for: agency, baseline(projections), projections)
            let decision = try decision(on: row, for: agency, projections)
            members["decision"] = decision ?? .null
            members["events"] = .array(try decision.map { try events(namedIn: $0, projections) } ?? [])
            members["deliveries"] = .strings(
                try projections.deliveries(answering: row.event).filter { delivery in
                    try agency.map { try canSee(delivery, $0, projections) } ?? true
                }.map(\.event.description))
            return .object(members)
        }
    }

    /// What was released under an entry: for a request, by the deliveries that answer it.
    package func content(_ id: UniqueID, for reader: Reader) throws -> JSON {
        try reader.require([.agency, .igLead])
        return try projections.read { projections in
            let row = try self.row(id, of: reader.agency, projections)
            let asked = row.kind == .resolution && row.content == nil ? row.request : row.event
            let sources = row.content == nil ? try projections.deliveries(answering: asked ?? row.event) : [row]
            let deliveries = try sources.compactMap { try released($0, to: reader, projections) }
            guard !deliveries.isEmpty else { throw Self.nothingHere }
            return .object(["disclosure": .text(row.event), "deliveries": .array(deliveries)])
        }
    }

    /// The holder's question: would this be permitted now? Nothing is recorded.
    package func wouldPermit(_ asked: AskedDecision, for reader: Reader) throws -> JSON {
        try reader.require([.agency, .igLead])
        guard reader.agency == asked.from else {
            throw Rejection(
                .forbidden, "holder-only", "only the holder may ask what would be decided about its information")
        }
        return try projections.read { projections in
            for (agency, pointer) in [(asked.from, "/from"), (asked.to, "/to")] {
                guard try projections.agency(agency) != nil else {
                    throw Rejection.invalid(pointer, "unknown-agency", "no such agency is registered here")
                }
            }
            let subject = SubjectReference(try vault?.reference(for: asked.subject.text) ?? UniqueID.random())
            if let id = asked.referral {
                guard let referral = try projections.referral(id), referral.subject == subject,
                    referral.released != nil,
                    Set([referral.sender, referral.recipient]) == Set([asked.from, asked.to])
                else {
                    throw Rejection.invalid(
                        "/referral", "unknown-reference", "no such referral is known between the two")
                }
            }
            let size = try projections.position().size
            let gathering = FactGathering(
                reader: projections, keys: keys, replicas: try replicas.standings(projections))
            let task = DecisionTask(
                kind: .request, holder: asked.from, recipient: asked.to, purpose: asked.purpose,
                items: asked.items.map { Question.Item($0) }, role: asked.actor.role)
            var shelf = PolicyShelf(library)
            let question = try gathering.question(
                task, about: EventReference(id: UniqueID.random(), index: projections.place(ofOwn: size)))
            let facts = try gathering.facts(about: subject, for: question, at: size, now: now, shelf: &shelf)
            return Judge.decide(question, facts).json
        }
    }

    /// What the events are on which a decision rests, as far as the reader is told of them: nothing of what they say.
    private func events(namedIn decision: JSON, _ projections: ProjectionReader) throws -> [JSON] {
        let facts = (decision["facts"]?.array ?? []) + [decision["nearest"]?["fact"]].compactMap(\.self)
        return try Set(facts.compactMap { $0.string.flatMap(UniqueID.init) }).compactMap {
            try projections.heading(of: $0)
        }.sorted { $0.event.index < $1.event.index }.map { event, recorded in
            .object(
                JSONObject(
                    [("id", .text(event.id))] + (try position(event.index, projections)) + [
                        ("type", .string(event.type)), ("recorded", .text(recorded)),
                    ]))
        }
    }

    private func row(_ id: UniqueID, of agency: AgencyID?, _ projections: ProjectionReader) throws -> DisclosureRow {
        let decided = try projections.decision(id)?.request ?? id
        guard let row = try projections.disclosure(of: decided),
            try agency.map({ try canSee(row, $0, projections) }) ?? true
        else { throw Self.nothingHere }
        return row
    }

    /// The holder sees all of its own; the other side, what it asked for and what was released to it.
    func canSee(_ row: DisclosureRow, _ agency: AgencyID, _ projections: ProjectionReader) throws -> Bool {
        if row.sender == agency { return true }
        guard row.recipient == agency else { return false }
        if row.content == nil { return true }
        return try released(by: row, to: agency, projections) != nil
    }

    /// The names released to an agency by this very entry.
    private func released(
        by row: DisclosureRow, to agency: AgencyID, _ projections: ProjectionReader
    ) throws -> [ItemCode]? {
        try projections.releasedItems(of: row.contentEvent, to: agency)
    }

    func decision(
        on row: DisclosureRow, for agency: AgencyID?, _ projections: ProjectionReader
    ) throws -> JSON? {
        guard let decision = try projections.decision(on: row.event)?.decision else { return nil }
        // An auditor reads metadata: what was decided and why, as the holder would.
        guard let agency else { return decision.json }
        guard let viewer = DecisionSight.viewer(agency, of: row) else { return nil }
        return try DecisionSight(reader: projections).json(decision, as: viewer, agency: agency)
    }

    private func released(
        _ row: DisclosureRow, to reader: Reader, _ projections: ProjectionReader
    ) throws -> JSON? {
        let agency = reader.agency
        let event = row.contentEvent
        // The holder sees what the recipient was given.
        guard let items = try projections.releasedItems(of: event, to: row.recipient),
            agency == row.sender || agency == row.recipient, let found = try known(projections).find(event),
            let body = found.body, let opened = try found.event()
        else { return nil }
        let content = ReleasedContent(jws: body.jws, inOrder: opened.resolved.inOrder, items: items)
        if agency != row.sender {
            try note(openingOf: event, opened.payload, content.disclosures, by: reader, projections)
        }
        return .object(
            JSONObject(
                [("event", .text(event))] + found.source.members + [
                    ("jws", .string(String(decoding: content.jws, as: UTF8.self))),
                    ("salt", .string(Base64.url.encode(body.salt))),
                    ("disclosures", .strings(content.disclosures.map { String(decoding: $0.encoded, as: UTF8.self) })),
                    ("digest", .string(content.digest)),
                    ("retainUntil", .text(orNull: try projections.retainUntil(event, by: row.recipient))),
                    (
                        "items",
                        .object(
                            JSONObject(
                                content.disclosures.compactMap { disclosure in
                                    disclosure.name.map { ($0, disclosure.value) }
                                }))
                    ),
                ]))
    }

    /// The items that a reader may know of: of a push, its recipient knows what it got and not what there was.
    func items(of row: DisclosureRow, for agency: AgencyID?, _ projections: ProjectionReader) throws -> [ItemCode] {
        guard row.content != nil, let agency, agency != row.sender else { return row.items }
        return try projections.releasedItems(of: row.contentEvent, to: agency) ?? []
    }

    private func json(
        _ row: DisclosureRow, for agency: AgencyID?, _ baseline: Baseline?, _ projections: ProjectionReader
    ) throws -> JSONObject {
        let clocks = try clocks(of: row, for: agency, baseline, projections)
        let resolution =
            row.content == nil || agency == row.sender ? try projections.resolutions(of: row.event).last : nil
        return JSONObject(
            [("id", .text(row.event))] + (try position(row.index, projections)) + [
                ("kind", .string(row.kind.rawValue)),
                ("subject", .text(row.subject)), ("from", .text(row.sender)),
                ("to", .text(row.recipient)), ("purpose", .text(row.purpose)),
                ("items", .strings(try items(of: row, for: agency, projections).map(\.text))),
                ("role", .text(orNull: row.role)),
                ("request", .text(orNull: row.request)),
                ("referral", .text(orNull: row.referral)),
                ("recorded", .text(row.recorded)), ("outcome", .string(row.outcome)),
                ("decisionId", .text(orNull: row.decision)),
                ("delivered", .bool(row.delivered != nil)), ("receipted", .bool(row.receipted != nil)),
                ("disputed", .bool(row.disputed != nil)), ("recalled", .bool(row.recalled != nil)),
                ("resolved", .text(orNull: resolution?.event)),
                ("clocks", .array(clocks.map(\.json))),
                ("escalated", .bool(clocks.contains { $0.name == .referred && $0.isOverdue })),
            ])
    }
}

/// A question that a holder asks without recording it.
package struct AskedDecision: Sendable, Hashable {
    package let subject: PersonIdentifier
    package let from: AgencyID
    package let to: AgencyID
    package let purpose: PurposeCode
    package let items: [ItemCode]
    package let actor: Actor
    package let referral: UniqueID?

    package init(
        subject: PersonIdentifier, from: AgencyID, to: AgencyID, purpose: PurposeCode, items: [ItemCode], actor: Actor,
        referral: UniqueID? = nil
    ) {
        self.subject = subject
        self.from = from
        self.to = to
        self.purpose = purpose
        self.items = items
        self.actor = actor
        self.referral = referral
    }
}
