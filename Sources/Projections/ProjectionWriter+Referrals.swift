import Encodings
import Foundation
import GRDB
import SharingModel

extension ProjectionWriter {
    func submit(_ data: ReferralSubmitted, _ recorded: RecordedEvent) throws {
        guard let subject = recorded.subject else { return }
        try party(data.to, recorded)
        let marks = try reader.marks(of: data.purpose)
        try run(
            """
            INSERT INTO referral (event, idx, subject, sender, recipient, purpose, safeguarding, childrens, urgency, state, acknowledged, escalated,
                withdrawal_noted, recorded, outcome, updated, names_pupil)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, 'recorded', ?, ?)
            """,
            [
                recorded.id.blob, recorded.index, subject.id.blob, data.from.text, data.to.text, data.purpose.text,
                marks.safeguarding, marks.childrens, data.urgency.rawValue, ReferralState.submitted.rawValue,
                recorded.recorded.milliseconds, recorded.index,
                recorded.event.identifiers.contains { $0.scheme == .upn },
            ])
        try disclose(
            .referral, recorded, from: data.from, to: data.to, purpose: data.purpose, items: data.content.map(\.code),
            role: data.actor.role, referral: recorded.id, content: recorded.id,
            isOneOff: data.records.oneOff != nil, informed: data.informed?.told)
    }

    func provide(_ data: ReferralInfoProvided, _ recorded: RecordedEvent) throws {
        guard let referral = try reader.referral(data.referral) else { return }
        try party(referral.recipient, recorded)
        try disclose(
            .info, recorded, from: referral.sender, to: referral.recipient, purpose: referral.purpose,
            items: data.content.map(\.code), role: data.actor.role, referral: data.referral, content: recorded.id)
        try step(referral, .infoProvided, data.actor.role, recorded)
    }

    /// A redirect moves nothing yet: the decision that releases the referral to the new recipient does.
    func move(_ data: ReferralTransition, _ recorded: RecordedEvent) throws {
        guard let referral = try reader.referral(data.referral) else { return }
        guard data.verb == .redirected, let to = data.to else {
            return try step(referral, data.verb, data.actor.role, recorded)
        }
        try party(to, recorded)
        let items = try reader.disclosure(of: data.referral)?.items ?? []
        try disclose(
            .redirect, recorded, from: referral.sender, to: to, purpose: referral.purpose, items: items,
            role: data.actor.role, referral: data.referral, content: data.referral)
        try logStep(referral.event, .redirected, data.actor.role, recorded, state: referral.life.state)
    }

    /// The decision on a referral: what is released has arrived, at the recipient's site when that came to know it. It arrives once: a later resolution that releases more, or
    /// nothing, does not begin its clocks anew and does not take it away. Where it went on to another agency since, what
    /// was decided about the one before changes nothing here.
    func arrive(
        _ referral: UniqueID, at recipient: AgencyID, outcome: Decision.Outcome, released: Bool,
        _ recorded: RecordedEvent
    ) throws {
        try run(
            """
            UPDATE referral SET outcome = ?1, decision = ?2, released = COALESCE(released, ?3),
                first_released = COALESCE(first_released, ?3), updated = ?4
            WHERE idx = (SELECT idx FROM event WHERE id = ?5) AND recipient = ?6
            """,
            [
                outcome.rawValue, recorded.id.blob, released ? recorded.arrival?.broughtAt ?? recorded.index : nil,
                recorded.index, referral.blob, recipient.text,
            ])
    }

    /// The decision on a redirect: only if it released the referral does the referral go to the new recipient, and only
    /// while it is still where it was redirected from.
    func redirect(
        _ referral: UniqueID, by author: AgencyID?, to: AgencyID, outcome: Decision.Outcome, _ recorded: RecordedEvent
    ) throws {
        guard let row = try reader.referral(referral) else { return }
        guard row.recipient == author,
            let life = try? row.life.applying(.redirected, purposeIsSafeguarding: row.isSafeguarding)
        else { return try arrive(referral, at: to, outcome: outcome, released: true, recorded) }
        try run(
            "UPDATE referral SET recipient = ?, released = NULL WHERE idx = (SELECT idx FROM event WHERE id = ?)",
            [to.text, referral.blob])
        try arrive(referral, at: to, outcome: outcome, released: true, recorded)
        try store(life, of: referral, recorded)
    }

    private func step(
        _ referral: ReferralRow, _ verb: ReferralVerb, _ role: RoleCode, _ recorded: RecordedEvent
    ) throws {
        // Admission let it through, so the machine does too; in a replay of a damaged log the referral keeps the state it had.
        let life =
            (try? referral.life.applying(verb, purposeIsSafeguarding: referral.isSafeguarding)) ?? referral.life
        try logStep(referral.event, verb, role, recorded, state: life.state)
        try store(try told(referral, recorded) ?? life, of: referral.event, recorded)
    }

    /// The life of a referral of which two logs tell: its steps in the order in which they were recorded, wherever that was, so that every site
    /// that has them all says the same. Steps that contradict each other show as `conflict`, until the recipient settles it.
    /// - Returns: nil where one log tells all of it.
    private func told(_ referral: ReferralRow, _ recorded: RecordedEvent) throws -> ReferralLife? {
        let isToldElsewhere =
            try reader.first(
                "SELECT 1 FROM referral_step s JOIN arrival a ON a.idx = s.idx WHERE s.referral = ? LIMIT 1",
                [referral.event.blob]) != nil
        guard isToldElsewhere || recorded.arrival != nil else { return nil }
        // Each log's clock never goes backwards, so its own steps keep their order.
        let own = try reader.ownOrigin()
        let logs = try reader.all(
            "SELECT s.idx AS idx, a.peer AS peer FROM referral_step s JOIN arrival a ON a.idx = s.idx WHERE s.referral = ?",
            [referral.event.blob])
        var peers: [Int64: String] = [recorded.index: recorded.arrival?.peer ?? own]
        for row in logs { peers[row["idx"]] = row["peer"] }
        let steps = try reader.steps(of: referral.event).map { (step: $0, log: peers[$0.index] ?? own) }
        return try steps.sorted {
            ($0.step.recorded, $0.log, $0.step.index) < ($1.step.recorded, $1.log, $1.step.index)
        }.map(\.step).reduce(ReferralLife.submitted) { life, step in
            guard let verb = ReferralVerb(rawValue: step.verb) else { return life }
            if verb == .redirected {
                // It moved the referral only if it was permitted.
                let outcome = try reader.disclosure(of: step.event).flatMap { Decision.Outcome(rawValue: $0.outcome) }
                guard outcome == .permitted || outcome == .partlyPermitted else { return life }
            }
            return life.arriving(verb, purposeIsSafeguarding: referral.isSafeguarding)
        }
    }

    func store(_ life: ReferralLife, of referral: UniqueID, _ recorded: RecordedEvent) throws {
        try run(
            """
            UPDATE referral SET state = ?, acknowledged = ?, escalated = ?, withdrawal_noted = ?, updated = ? WHERE idx = (SELECT idx FROM event WHERE id = ?)
            """,
            [
                life.state.rawValue, life.acknowledged, life.escalated, life.withdrawalNoted, recorded.index,
                referral.blob,
            ])
    }

    private func logStep(
        _ referral: UniqueID, _ verb: ReferralVerb, _ role: RoleCode, _ recorded: RecordedEvent, state: ReferralState
    ) throws {
        try run(
            """
            INSERT INTO referral_step (idx, referral, event, verb, author, role, recorded, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.index, referral.blob, recorded.id.blob, verb.rawValue, recorded.author.text, role.text,
                recorded.recorded.milliseconds, state.rawValue,
            ])
    }
}
