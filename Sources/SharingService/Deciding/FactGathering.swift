import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

/// Brings the judge what the projections know at this position. It decides nothing.
struct FactGathering {
    let reader: ProjectionReader
    let keys: KeyBook
    let site: AgencyID

    func question(_ task: DecisionTask, about event: EventReference) throws -> Question {
        let settling = task.resolving.map { [ResolutionOnRecord($0, event: event)] } ?? []
        return Question(
            kind: task.kind, event: event, holder: try party(task.holder), recipient: try party(task.recipient),
            purpose: task.purpose, items: task.items, role: task.role,
            revokedKey: try task.requestKey.flatMap(Thumbprint.init).flatMap { try revocation(of: $0) },
            records: task.records, breakGlass: task.breakGlass, isNeededForPublicTask: task.isNeededForPublicTask,
            resolutions: task.resolutions + settling, isPersonInformed: task.isPersonInformed)
    }

    func facts(
        about subject: SubjectReference, for question: Question, at index: Int64, now: Instant, shelf: inout PolicyShelf
    ) throws -> Facts {
        let agreements = try shelf.agreements(reader, keys)
        let persons = try reader.persons(with: subject)
        var facts = Facts(
            at: index, clock: now, policy: try shelf.digest(reader, agreements, now: now),
            baseline: try shelf.baseline(reader), agreements: agreements,
            prepared: try shelf.policy(reader, agreements),
            birth: try persons.compactMap { try reader.birth(of: $0) }.max { $0.index < $1.index }.map {
                BirthOnRecord(
                    date: $0.date, event: EventReference(id: $0.event, index: $0.index), isExpected: $0.isExpected)
            },
            consents: try persons.flatMap { try reader.consents(of: $0) }.map(onRecord),
            refusals: try persons.flatMap { try reader.refusals(of: $0) }.map(onRecord),
            openReferrals: try persons.flatMap { try reader.referrals(of: $0) }.filter(\.isOpen).map {
                ReferralOnRecord(
                    event: EventReference(id: $0.event, index: $0.index), from: $0.sender, to: $0.recipient)
            },
            received: try persons.flatMap {
                try reader.receivedForItselfOnly($0, by: question.holder.agency)
            }.map {
                ReceivedOnRecord(
                    event: EventReference(id: $0.event, index: $0.index), from: $0.from, items: $0.items)
            })
        for person in persons { try add(factsAbout: person, to: &facts) }
        return facts
    }

    private func party(_ agency: AgencyID) throws -> Question.Party {
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
