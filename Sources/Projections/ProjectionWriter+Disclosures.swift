import Encodings
import Foundation
import GRDB
import SharingModel

/// What an entry of the disclosure register is.
package enum DisclosureKind: String, Sendable, Hashable {
    case request, referral, info, redirect, delivery
    /// What people of the holder settled of one of these.
    case resolution
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
            role: data.actor.role, request: data.request, content: recorded.id, isOneOff: data.records.oneOff != nil)
    }

    /// Everything that was decided is decided again, with what was settled.
    func resolve(_ data: DisclosureResolved, _ recorded: RecordedEvent) throws {
        guard let decided = try reader.disclosure(of: data.request) else { return }
        try run(
            """
            INSERT INTO resolution (idx, event, decided, author, role, kid, recorded) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.index, recorded.id.blob, data.request.blob, recorded.author.text, data.by.role.text,
                recorded.kid,
                recorded.recorded.milliseconds,
            ])
        try disclose(
            .resolution, recorded, from: decided.sender, to: decided.recipient, purpose: decided.purpose,
            items: decided.items, role: data.by.role, request: data.request, referral: decided.referral,
            content: decided.content, isOneOff: data.records.oneOff != nil)
    }

    func record(_ data: DisclosureRecorded, _ recorded: RecordedEvent) throws {
        try disclose(
            .recorded, recorded, from: data.from, to: data.to, purpose: data.purpose, items: data.items, role: nil)
    }

    func disclose(
        _ kind: DisclosureKind, _ recorded: RecordedEvent, from: AgencyID, to: AgencyID, purpose: PurposeCode,
        items: [ItemCode], role: RoleCode?, request: UniqueID? = nil, referral: UniqueID? = nil,
        content: UniqueID? = nil,
        isOneOff: Bool = false, informed: Bool? = nil
    ) throws {
        guard let subject = recorded.subject else { return }
        try run(
            """
            INSERT INTO disclosure (event, idx, kind, subject, sender, recipient, purpose, items, role, request, referral, content, one_off,
                informed, kid, recorded, outcome, referred)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'recorded', 0)
            """,
            [
                recorded.id.blob, recorded.index, kind.rawValue, subject.id.blob, from.text, to.text, purpose.text,
                texts(items), role?.text, request?.blob, referral?.blob, content?.blob, isOneOff,
                informed, recorded.kid, recorded.recorded.milliseconds,
            ])
    }

    /// A decision is the release: what it permits of an event with content may be read from here on.
    func decide(_ data: DisclosureDecided, _ recorded: RecordedEvent) throws {
        guard let disclosure = try reader.disclosure(of: data.request) else {
            return try redirectHere(data.decision, recorded)
        }
        let decision = data.decision
        try run(
            """
            INSERT INTO decision (event, idx, request, sender, recipient, outcome, decision) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.id.blob, recorded.index, data.request.blob, disclosure.sender.text, disclosure.recipient.text,
                decision.outcome.rawValue, decision.json.text,
            ])
        let isReferred = decision.items.contains { $0.result == .referred }
        try run(
            "UPDATE disclosure SET outcome = ?, decision = ?, referred = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
            [
                decision.outcome.rawValue, recorded.id.blob, isReferred && disclosure.kind != .resolution,
                data.request.blob,
            ])
        var origin = disclosure
        if disclosure.kind == .resolution, let request = disclosure.request {
            try run(
                "UPDATE disclosure SET referred = ?, resolved = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
                [isReferred, recorded.index, request.blob])
            origin = try reader.disclosure(of: request) ?? disclosure
        }
        try noteReviews(of: decision, on: disclosure, recorded)
        // Who received something that rests on a fact is told when the fact changes; what was withheld was not received.
        for fact in recorded.releases.isEmpty
            ? [] : Set(decision.facts).subtracting([decision.nearest?.fact].compactMap(\.self))
        {
            try run("INSERT INTO decision_fact (fact, decision) VALUES (?, ?)", [fact.blob, recorded.id.blob])
        }
        for released in recorded.releases {
            try release(released, to: disclosure.recipient, decision, offered: disclosure.items, recorded)
        }
        switch (origin.kind, origin.referral) {
        case (.referral, let referral?):
            try arrive(
                referral, at: disclosure.recipient, outcome: decision.outcome,
                released: !recorded.releases.isEmpty, recorded)
        case (.redirect, let referral?) where !recorded.releases.isEmpty:
            try redirect(
                referral, by: reader.author(of: origin.event), to: disclosure.recipient, outcome: decision.outcome,
                recorded)
        case (.delivery, _) where !recorded.releases.isEmpty:
            try run(
                "UPDATE disclosure SET delivered = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
                [recorded.index, origin.event.blob])
            if let request = origin.request {
                try run(
                    "UPDATE disclosure SET delivered = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)",
                    [recorded.index, request.blob])
            }
        default: break
        }
    }

    /// A decision at another site on a redirect that this one was never told of, because it was recorded at a third: the referral that it
    /// releases has come here. In the register the decision stands for the redirect.
    private func redirectHere(_ decision: Decision, _ recorded: RecordedEvent) throws {
        guard let arrival = recorded.arrival, let id = recorded.releases.first, recorded.releases.count == 1,
            let referral = try reader.referral(id), let offered = try reader.disclosure(of: id),
            let to = recorded.audience.compactMap({ try? AgencyID($0) }).first(where: {
                $0 != referral.sender && $0 != recorded.author
            })
        else { return }
        try disclose(
            .redirect, recorded, from: referral.sender, to: to, purpose: referral.purpose, items: offered.items,
            role: nil, referral: id, content: id)
        try run(
            "UPDATE disclosure SET outcome = ?, decision = ? WHERE idx = ?",
            [decision.outcome.rawValue, recorded.id.blob, recorded.index])
        try run(
            """
            INSERT INTO decision (event, idx, request, sender, recipient, outcome, decision) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.id.blob, recorded.index, recorded.id.blob, referral.sender.text, to.text,
                decision.outcome.rawValue, decision.json.text,
            ])
        try release(id, to: to, decision, offered: offered.items, recorded)
        try run(
            "UPDATE referral SET recipient = ?, released = ? WHERE idx = ?",
            [to.text, arrival.broughtAt, referral.index])
        try arrive(id, at: to, outcome: decision.outcome, released: true, recorded)
        try store(.submitted, of: id, recorded)
    }

    private func release(
        _ event: UniqueID, to agency: AgencyID, _ decision: Decision, offered: [ItemCode], _ recorded: RecordedEvent
    ) throws {
        guard let subject = recorded.subject else { return }
        // Of several agreements' obligations the strictest holds: the shortest time to keep it.
        let keep = decision.obligations.filter { $0.kind == "retention" }.compactMap { Span($0.value)?.seconds }.min()
        let onward = decision.obligations.filter { $0.kind == "onward" }.map(\.value)
        try run(
            """
            INSERT INTO release (event, agency, subject, decision, idx, items, retain_until, onward) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (event, agency) DO UPDATE SET decision = excluded.decision, idx = excluded.idx, items = excluded.items,
                retain_until = excluded.retain_until, onward = excluded.onward
            """,
            [
                event.blob, agency.text, subject.id.blob, recorded.id.blob, recorded.index,
                texts(decision.released(of: offered)),
                keep.map { recorded.recorded.adding(seconds: $0).milliseconds },
                onward.contains("none") ? "none" : onward.first,
            ])
        try run(
            """
            INSERT INTO audience (agency, idx, via) SELECT ?, idx, ? FROM event WHERE id = ?
            ON CONFLICT (agency, idx) DO NOTHING
            """,
            [agency.text, recorded.id.blob, event.blob])
        try know(subject, agency.text, isReader: true)
    }

    /// Notes on a delivery, and on the request it answers, that it was receipted, disputed or recalled. That something was
    /// recalled which never arrived is not for whoever asked.
    func mark(_ delivery: UniqueID, _ column: MarkedColumn, _ recorded: RecordedEvent) throws {
        let row = try reader.disclosure(of: delivery)
        let hasArrived = row?.delivered != nil || row?.kind == .resolution
        for event in [delivery, hasArrived ? row?.request : nil].compactMap(\.self) {
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
