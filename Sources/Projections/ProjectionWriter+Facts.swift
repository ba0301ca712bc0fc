package import Encodings
import Foundation
import GRDB
package import SharingModel

/// Facts about persons. None of their words goes into a table: reasons, evidence and names stay in the bodies.
extension ProjectionWriter {
    func pair(_ verb: PairingRow.Verb, _ other: SubjectReference?, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject, let other else { return }
        try run(
            """
            INSERT INTO pairing (idx, event, subject, other, verb, author, kid, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.index, recorded.id.blob, subject.id.blob, other.id.blob, verb.rawValue, recorded.author.text,
                recorded.kid, recorded.recorded.milliseconds,
            ])
    }

    /// What every fact's row begins with. Notes that there is something of this noun about the person.
    private func head(
        _ noun: FactNoun, _ recorded: RecordedEvent, _ subject: SubjectReference
    ) throws -> Bindings {
        try run(
            "INSERT INTO known_about (subject, noun) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [subject.id.blob, noun.rawValue])
        return [
            recorded.index, recorded.id.blob, subject.id.blob, recorded.author.text, recorded.kid,
            recorded.recorded.milliseconds,
        ]
    }

    func die(_ data: SubjectDeceased, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO death (idx, event, subject, author, kid, recorded, date, verified) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, try head(.death, recorded, subject) + [data.date.description, data.verified])
    }

    func shield(_ data: SubjectShield, lifts: Bool, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO shield (idx, event, subject, author, kid, recorded, lifts, holders, against)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, try head(.shield, recorded, subject) + [lifts, data.holders.map(texts), data.against.json.text])
    }

    func represent(_ data: RepresentativeRecorded, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO representative (idx, event, subject, author, kid, recorded, basis, valid_until)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, try head(.representative, recorded, subject) + [data.basis.rawValue, data.until?.description])
    }

    func assess(_ data: CapacityAssessed, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO capacity (idx, event, subject, author, kid, recorded, outcome, basis) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, try head(.capacity, recorded, subject) + [data.outcome.rawValue, data.basis.rawValue])
    }

    func decideBestInterests(_ data: BestInterestsDecided, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO best_interests (idx, event, subject, author, kid, recorded, purposes, items, recipients)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            try head(.bestInterests, recorded, subject) + [
                texts(data.purposes), data.items.json.text, data.recipients.json.text,
            ])
    }

    func order(_ data: CourtOrderRecorded, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO court_order (idx, event, subject, author, kid, recorded, effect, items, recipients, holders, valid_until)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            try head(.courtOrder, recorded, subject) + [
                data.effect.rawValue, data.items.json.text, data.recipients.json.text, data.holders.map(texts),
                data.until?.description,
            ])
    }

    func record(_ data: StatusRecorded, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO status (idx, event, subject, author, kid, recorded, status, valid_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, try head(.status, recorded, subject) + [data.status, data.from.description])
    }

    func object(_ data: ObjectionRaised, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO objection (idx, event, subject, author, kid, recorded, purposes, items, recipients, holders)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            try head(.objection, recorded, subject) + [
                texts(data.purposes), data.items.json.text, data.recipients.json.text, data.holders.map(texts),
            ])
    }

    func change(_ data: ObjectionChange, _ recorded: RecordedEvent) throws {
        try run(
            """
            INSERT INTO objection_change (idx, objection, event, verb, author, kid, recorded) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.index, data.objection.blob, recorded.id.blob, data.verb.rawValue, recorded.author.text,
                recorded.kid, recorded.recorded.milliseconds,
            ])
    }

    func involve(_ data: InvolvementStarted, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO involvement (idx, event, subject, author, kid, recorded, sensitive, consent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, try head(.involvement, recorded, subject) + [data.sensitive, data.consent?.blob])
    }

    func assign(_ data: LeadAssigned, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try run(
            "INSERT INTO lead (idx, event, subject, author, kid, recorded, role) VALUES (?, ?, ?, ?, ?, ?, ?)",
            try head(.lead, recorded, subject) + [data.professional.role.text])
    }

    func end(_ data: RecordEnded, _ recorded: RecordedEvent) throws {
        drawing?.ends(data.record)
        try run(
            "INSERT INTO ending (idx, record, event, kid, recorded) VALUES (?, ?, ?, ?, ?)",
            [
                recorded.index, data.record.blob, recorded.id.blob, recorded.kid, recorded.recorded.milliseconds,
            ])
    }

    func work(_ data: ReferralWork, _ recorded: RecordedEvent) throws {
        try run(
            """
            INSERT INTO casework (idx, referral, event, verb, kind, author, role, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.index, data.referral.blob, recorded.id.blob, data.step.rawValue,
                Digest.base64url(of: data.kind),
                recorded.author.text, data.actor.role.text, recorded.recorded.milliseconds,
            ])
    }
}

extension SubjectShield.Against {
    package var json: JSON {
        switch self {
        case .everybody: ["*"]
        case .agencies(let agencies): .strings(agencies.map(\.text))
        }
    }

    init?(json: JSON) {
        if json == ["*"] {
            self = .everybody
        } else {
            guard let array = json.array else { return nil }
            let agencies = array.compactMap { $0.string.flatMap { try? AgencyID($0) } }
            guard agencies.count == array.count else { return nil }
            self = .agencies(agencies)
        }
    }
}
