import Encodings
import Foundation
import GRDB
import SharingModel

/// What an entry of the disclosure register is.
package enum DisclosureKind: String, Sendable, Hashable {
    case request, referral, info, redirect, delivery
    /// Made outside, by telephone or in a meeting.
    case recorded
}

extension ProjectionWriter {
    func request(_ data: DisclosureRequested, _ recorded: RecordedEvent) throws {
        try disclose(
            .request, recorded, from: data.from, to: data.to, purpose: data.purpose, items: data.items,
            role: data.actor.role, referral: data.referral)
    }

    func deliver(_ data: DisclosureDelivered, _ recorded: RecordedEvent) throws {
        try party(data.to, recorded)
        try disclose(
            .delivery, recorded, from: data.from, to: data.to, purpose: data.purpose, items: data.content.map(\.code),
            role: data.actor.role, request: data.request)
    }

    func record(_ data: DisclosureRecorded, _ recorded: RecordedEvent) throws {
        try disclose(
            .recorded, recorded, from: data.from, to: data.to, purpose: data.purpose, items: data.items, role: nil)
    }

    func disclose(
        _ kind: DisclosureKind, _ recorded: RecordedEvent, from: AgencyID, to: AgencyID, purpose: PurposeCode,
        items: [ItemCode], role: RoleCode?, request: UniqueID? = nil, referral: UniqueID? = nil, informed: Bool? = nil
    ) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO disclosure (event, idx, kind, subject, sender, recipient, purpose, items, role, request, referral, informed, kid,
                recorded, outcome)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'recorded')
            """,
            [
                recorded.id.blob, recorded.index, kind.rawValue, subject.id.blob, from.text, to.text, purpose.text,
                texts(items), role?.text, request?.blob, referral?.blob, informed, recorded.kid,
                recorded.recorded.milliseconds,
            ])
    }

    /// A decision is the release: what it permits of an event with content may be read from here on.
    func decide(_ data: DisclosureDecided, _ recorded: RecordedEvent) throws {
        guard let disclosure = try reader.disclosure(of: data.request) else { return }
        let decision = data.decision
        try run(
            """
            INSERT INTO decision (event, idx, request, sender, recipient, outcome, decision) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.id.blob, recorded.index, data.request.blob, disclosure.sender.text, disclosure.recipient.text,
                decision.outcome.rawValue, decision.json.text,
            ])
        try run(
            "UPDATE disclosure SET outcome = ?, decision = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
            [decision.outcome.rawValue, recorded.id.blob, data.request.blob])
        // Who received something that rests on a fact is told when the fact changes; what was withheld was not received.
        for fact in recorded.releases.isEmpty
            ? [] : Set(decision.facts).subtracting([decision.nearest?.fact].compactMap(\.self))
        {
            try run("INSERT INTO decision_fact (fact, decision) VALUES (?, ?)", [fact.blob, recorded.id.blob])
        }
        for released in recorded.releases {
            try release(released, to: disclosure.recipient, items: decision.released(of: disclosure.items), recorded)
        }
        switch (disclosure.kind, disclosure.referral) {
        case (.referral, let referral?):
            try arrive(referral, outcome: decision.outcome, released: !recorded.releases.isEmpty, recorded)
        case (.redirect, let referral?) where !recorded.releases.isEmpty:
            try redirect(referral, to: disclosure.recipient, outcome: decision.outcome, recorded)
        case (.delivery, _) where !recorded.releases.isEmpty:
            try run(
                "UPDATE disclosure SET delivered = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
                [recorded.index, data.request.blob])
            if let request = disclosure.request {
                try run(
                    "UPDATE disclosure SET delivered = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
                    [recorded.index, request.blob])
            }
        default: break
        }
    }

    private func release(_ event: UniqueID, to agency: AgencyID, items: [ItemCode], _ recorded: RecordedEvent) throws {
        try run(
            """
            INSERT INTO release (event, agency, decision, idx, items) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (event, agency) DO UPDATE SET decision = excluded.decision, idx = excluded.idx, items = excluded.items
            """,
            [event.blob, agency.text, recorded.id.blob, recorded.index, texts(items)])
        try run(
            """
            INSERT INTO audience (agency, idx, via) SELECT ?, idx, ? FROM event WHERE id = ?
            ON CONFLICT (agency, idx) DO NOTHING
            """,
            [agency.text, recorded.id.blob, event.blob])
    }

    /// Notes on a delivery, and on the request it answers, that it was receipted or disputed.
    func mark(_ delivery: UniqueID, _ column: MarkedColumn, _ recorded: RecordedEvent) throws {
        for event in try [delivery, reader.disclosure(of: delivery)?.request].compactMap(\.self) {
            switch column {
            case .receipted:
                try run(
                    "UPDATE disclosure SET receipted = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
                    [recorded.index, event.blob])
            case .disputed:
                try run(
                    "UPDATE disclosure SET disputed = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
                    [recorded.index, event.blob])
            case .recalled:
                try run(
                    "UPDATE disclosure SET recalled = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
                    [recorded.index, event.blob])
            }
        }
    }

    enum MarkedColumn {
        case receipted, disputed, recalled
    }
}
