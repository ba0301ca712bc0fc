package import Encodings
import EventStore
package import Projections
package import SharingModel
package import SharingPolicy

/// Brings the judge what the projections know at this position. It decides nothing.
package struct FactGathering {
    let reader: ProjectionReader
    let keys: KeyBook
    /// What was read before and still holds; nil where everything is read anew.
    let files: PersonFiles?
    /// How much of peers' logs is known, and as of when.
    let replicas: [Replica]

    package init(
        reader: ProjectionReader, keys: KeyBook, files: PersonFiles? = nil, replicas: [Replica]
    ) {
        self.replicas = replicas
        self.reader = reader
        self.keys = keys
        self.files = files
    }

    package func question(_ task: DecisionTask, about event: EventReference) throws -> Question {
        let settling = task.resolving.map { [ResolutionOnRecord($0, event: event)] } ?? []
        return Question(
            kind: task.kind, event: event, holder: try party(task.holder), recipient: try party(task.recipient),
            purpose: task.purpose, items: task.items, role: task.role,
            revokedKey: try task.requestKey.flatMap(Thumbprint.init).flatMap { try revocation(of: $0) },
            records: task.records, breakGlass: task.breakGlass, isNeededForPublicTask: task.isNeededForPublicTask,
            resolutions: task.resolutions + settling, isPersonInformed: task.isPersonInformed, asked: task.asked)
    }

    /// Everything that the judge may use, as it stands at a position.
    package func facts(
        about subject: SubjectReference, for question: Question, at index: Int64, now: Instant, shelf: inout PolicyShelf
    ) throws -> Facts {
        let agreements = try shelf.agreements(reader, keys)
        let file = try file(of: subject)
        return Facts(
            at: index, clock: now, policy: try shelf.digest(reader, agreements, now: now),
            baseline: try shelf.baseline(reader), agreements: agreements,
            prepared: try shelf.policy(reader, agreements), birth: file.birth, consents: file.consents,
            refusals: file.refusals, openReferrals: file.openReferrals, objections: file.objections,
            courtOrders: file.courtOrders, shields: file.shields, deaths: file.deaths, capacity: file.capacity,
            representatives: file.representatives, bestInterests: file.bestInterests,
            received: file.received[question.holder.agency] ?? [], replicas: replicas)
    }

    private func file(of subject: SubjectReference) throws -> PersonFile {
        if let known = files?[subject] { return known }
        let file = PersonFile(references: try reader.persons(with: subject))
        file.birth = try file.references.compactMap { try reader.birth(of: $0) }.max { $0.index < $1.index }.map {
            BirthOnRecord(
                date: $0.date, event: EventReference(id: $0.event, index: $0.index), isExpected: $0.isExpected)
        }
        for reference in file.references {
            file.consents += try reader.consents(of: reference).map(onRecord)
            file.refusals += try reader.refusals(of: reference).map(onRecord)
            file.openReferrals += try reader.referrals(of: reference).filter(\.isOpen).map {
                ReferralOnRecord(
                    event: EventReference(id: $0.event, index: $0.index), from: $0.sender, to: $0.recipient)
            }
            for row in try reader.receivedForItselfOnly(reference) {
                file.received[row.by, default: []].append(
                    ReceivedOnRecord(
                        event: EventReference(id: row.event, index: row.index), from: row.from, items: row.items))
            }
            try add(factsAbout: reference, to: file)
        }
        files?.keep(file, of: subject)
        return file
    }

    private func party(_ agency: AgencyID) throws -> Question.Party {
        guard let files else { return try read(agency) }
        return try files.party(agency) { try read(agency) }
    }

    private func read(_ agency: AgencyID) throws -> Question.Party {
        guard let row = try reader.agency(agency) else { throw ProjectionError.damaged(table: "agency") }
        return Question.Party(
            agency: agency, kind: row.kind, isPublicAuthority: row.publicAuthority,
            ended: try row.ended.flatMap(reference), dpoContact: row.dpo, safeguardingContact: row.safeguarding)
    }

    /// The event that ended a key, if one did.
    private func revocation(of kid: Thumbprint) throws -> EventReference? {
        guard let end = keys[kid]?.end else { return nil }
        return try reference(to: end.index)
    }

    private func reference(to index: Int64) throws -> EventReference? {
        try reader.eventID(at: index).map { EventReference(id: $0, index: index) }
    }

    private func onRecord(_ row: ConsentRow) -> ConsentOnRecord {
        ConsentOnRecord(
            event: EventReference(id: row.event, index: row.index), recorded: row.recorded, kind: row.kind,
            giver: row.giver, purposes: row.purposes, items: row.items, recipients: row.recipients,
            holders: row.holders, exceptions: row.exceptions.map { .init(to: $0.to, items: $0.items) }, from: row.from,
            until: row.until,
            withdrawal: row.withdrawal.map {
                .init(event: EventReference(id: $0.event, index: $0.index), recorded: $0.recorded)
            }, isUnderRevokedKey: !keys.permits(row.kid, recorded: row.recorded))
    }

    private func onRecord(_ row: RefusalRow) -> RefusalOnRecord {
        RefusalOnRecord(
            event: EventReference(id: row.event, index: row.index), recorded: row.recorded, giver: row.giver,
            purposes: row.purposes, items: row.items, recipients: row.recipients, holders: row.holders)
    }
}
