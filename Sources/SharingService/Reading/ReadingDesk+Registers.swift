package import Encodings
import EventStore
import Projections
package import SharingModel

extension ReadingDesk {
    /// What to look for among referrals.
    package struct ReferralFilter: Sendable, Hashable {
        /// The other agency.
        package var party: AgencyID?
        package var status: ReferralState?
        /// Whether somebody is late with it.
        package var overdue: Bool?

        package init(party: AgencyID? = nil, status: ReferralState? = nil, overdue: Bool? = nil) {
            self.party = party
            self.status = status
            self.overdue = overdue
        }
    }

    /// The referrals that the reader's agency sent, or that reached it.
    package func referrals(for reader: Reader, _ filter: ReferralFilter, _ page: Page) throws -> JSON {
        let agency = try reader.register()
        return try projections.read { projections in
            let rows = try projections.referrals(of: agency, from: page.from, limit: page.limit)
            let baseline = try baseline(projections)
            var shown: [JSON] = []
            for row in rows {
                guard filter.party.map({ $0 == row.sender || $0 == row.recipient }) ?? true,
                    filter.status.map({ $0 == row.life.state }) ?? true
                else { continue }
                let clocks = try clocks(of: row, baseline, projections)
                guard filter.overdue.map({ $0 == clocks.contains(where: \.isOverdue) }) ?? true else { continue }
                shown.append(.object(try json(row, clocks, projections)))
            }
            return Self.page("referrals", shown, next: page.next(after: rows.map(\.index)))
        }
    }

    /// The clocks of a children's or a safeguarding referral that has arrived, as they stand now.
    func clocks(
        of row: ReferralRow, _ baseline: Baseline?, _ projections: ProjectionReader
    ) throws -> [Clock] {
        guard row.isSafeguarding || row.isChildrens, let baseline, let released = row.released,
            let arrived = try projections.recorded(at: released),
            let firstArrived = try projections.recorded(at: row.firstReleased ?? released)
        else { return [] }
        let steps = try projections.steps(of: row.event)
        func course(_ steps: some Sequence<ReferralStepRow>) -> [ReferralCourse.Step] {
            steps.compactMap { step in ReferralVerb(rawValue: step.verb).map { .init($0, step.recorded) } }
        }
        return ReferralCourse(
            urgency: row.urgency, isSafeguarding: row.isSafeguarding, isChildrens: row.isChildrens,
            firstArrived: firstArrived, arrived: arrived, earlier: course(steps.filter { $0.index < released }),
            steps: course(steps.filter { $0.index > released }),
            assessed: try projections.casework(on: row.event).first { $0.verb == .assessmentCompleted }?.recorded
        ).clocks(baseline, asOf: now)
    }

    /// One referral with the steps of its life.
    package func referral(_ id: UniqueID, for reader: Reader) throws -> JSON {
        let agency = try reader.register()
        return try projections.read { projections in
            guard let row = try projections.referral(id), try isShown(row, to: agency, projections) else {
                throw Self.nothingHere
            }
            var members = try json(row, clocks(of: row, baseline(projections), projections), projections)
            members["steps"] = .array(
                try projections.steps(of: id).map { step in
                    .object(
                        JSONObject(
                            try position(step.index, projections) + [
                                ("event", .text(step.event)), ("verb", .string(step.verb)),
                                ("author", .text(step.author)), ("role", .text(orNull: step.role)),
                                ("recorded", .text(step.recorded)), ("state", .string(step.state)),
                            ]))
                })
            members["work"] = .array(
                try projections.casework(on: id).map { step in
                    .object(
                        JSONObject(
                            try position(step.index, projections) + [
                                ("event", .text(step.event)), ("verb", .string(step.verb.rawValue)),
                                ("author", .text(step.author)), ("role", .string(step.role)),
                                ("recorded", .text(step.recorded)),
                            ]))
                })
            return .object(members)
        }
    }

    /// Former recipients of a redirected referral can still read it by its events; the board shows it to its two present parties.
    private func isShown(_ row: ReferralRow, to agency: AgencyID?, _ projections: ProjectionReader) throws -> Bool {
        guard let agency else { return true }
        return row.sender == agency || (row.recipient == agency && row.released != nil)
    }

    private func json(_ row: ReferralRow, _ clocks: [Clock], _ projections: ProjectionReader) throws -> JSONObject {
        JSONObject(
            [("id", .text(row.event))] + (try position(row.index, projections)) + [
                ("subject", .text(row.subject)),
                ("from", .text(row.sender)), ("to", .text(row.recipient)), ("purpose", .text(row.purpose)),
                ("urgency", .string(row.urgency.rawValue)), ("state", .string(row.life.state.rawValue)),
                ("acknowledged", .bool(row.life.acknowledged)), ("escalated", .bool(row.life.escalated)),
                ("withdrawalNoted", .bool(row.life.withdrawalNoted)), ("recorded", .text(row.recorded)),
                ("outcome", .string(row.outcome)), ("decision", .text(orNull: row.decision)),
                ("clocks", .array(clocks.map(\.json))),
            ])
    }

    /// A person's consents that the reader may read.
    package func consents(about subject: SubjectReference, for reader: Reader) throws -> JSON {
        let agency = try reader.register()
        return try projections.read { projections in
            let zone = try baseline(projections)?.timeZone ?? .utc
            let rows = try projections.persons(with: subject).flatMap { try projections.consents(of: $0) }.filter {
                row in
                try agency.map { try projections.mayRead(row.index, $0) } ?? true
            }
            return .object(["consents": .array(try rows.map { try consent($0, zone, projections) })])
        }
    }

    private func consent(_ row: ConsentRow, _ zone: SiteTimeZone, _ projections: ProjectionReader) throws -> JSON {
        let source = try projections.source(of: row.index)
        return .object([
            "id": .text(row.event), "index": .integer(source.position), "log": source.log,
            "subject": .text(row.subject), "author": .text(row.author),
            "kind": .string(row.kind.rawValue), "giver": .string(row.giver.rawValue),
            "purposes": .strings(row.purposes.map(\.text)), "items": row.items.json, "recipients": row.recipients.json,
            "holders": row.holders.map { .strings($0.map(\.text)) } ?? .null,
            "exceptions": .array(row.exceptions.map { .object(["to": $0.to.json, "items": $0.items.json]) }),
            "method": .string(row.method.rawValue), "from": .text(row.from),
            "until": .text(orNull: row.until), "recorded": .text(row.recorded),
            "state": .string(row.state(in: zone, at: now)),
            "withdrawn": row.withdrawal.map {
                .object(["event": .text($0.event), "recorded": .text($0.recorded)])
            } ?? .null,
        ])
    }

    /// Everybody enrolled, for everybody enrolled.
    package func agencies() throws -> JSON {
        try projections.read { projections in
            let byAgency = Dictionary(grouping: keys.keys, by: \.value.agency)
            return .object([
                "agencies": .array(
                    try projections.agencies().map { row in
                        let own = (byAgency[row.agency] ?? []).sorted {
                            ($0.value.enrolled, $0.key) < ($1.value.enrolled, $1.key)
                        }
                        return .object([
                            "agency": .text(row.agency), "name": .string(row.name), "kind": .string(row.kind.rawValue),
                            "publicAuthority": .bool(row.publicAuthority), "site": .text(orNull: row.site),
                            "contacts": .object([
                                "dpo": row.dpo.map(JSON.string), "safeguarding": row.safeguarding.map(JSON.string),
                                "breach": row.breach.map(JSON.string),
                            ]), "ended": .bool(row.ended != nil),
                            "keys": .array(
                                own.map { kid, key in
                                    .object([
                                        "kid": .text(kid),
                                        "roles": .strings(key.roles.map(\.rawValue).sorted()),
                                        "valid": .bool(key.isValid),
                                    ])
                                }),
                        ])
                    })
            ])
        }
    }

    /// The baseline in force, as the log has it.
    func baseline(_ projections: ProjectionReader) throws -> Baseline? {
        var shelf = PolicyShelf(library)
        return try shelf.baseline(projections)
    }
}
