import Encodings
import EventStore
import Projections
import SharingModel

/// What was shared, and what was not.
extension ReportRoom {
    mutating func disclosure(_ row: DisclosureRow) throws -> [Report.Row] {
        let decision = try decision(on: row)
        let marks = try events(at: [row.delivered, row.receipted])
        let openings = try openings(of: row)
        return [
            try self.row(
                [
                    row.recorded.description, row.sender.text, row.recipient.text, row.role?.text ?? "",
                    row.subject.description, try items(of: row).map(\.text).joined(separator: " "), row.purpose.text,
                    try basis(of: decision), Self.flows(of: decision).joined(separator: " "), row.outcome,
                    row.decision?.description ?? "", row.delivered != nil ? "yes" : "no",
                    row.receipted != nil ? "yes" : "no",
                    Set(openings.map { "\($0.role) at \($0.agency)" }).sorted().joined(separator: "; "),
                    row.informed.map { $0 ? "yes" : "no" } ?? "",
                ], [row.event, row.decision] + marks, and: openings.map(\.event))
        ]
    }

    /// Who read what was released under an entry: for a request, by the deliveries that answer it.
    private func openings(of row: DisclosureRow) throws -> [OpeningRow] {
        let contents =
            try row.content.map { [$0] } ?? projections.deliveries(answering: row.event).map(\.contentEvent)
        return try contents.flatMap { try projections.openings(of: $0) }.filter { $0.agency == row.recipient }
    }

    /// What was asked for or offered, and did not pass.
    func refusal(_ row: DisclosureRow) throws -> [Report.Row] {
        guard let decision = try decision(on: row) else { return [] }
        let withheld = decision.items.filter { $0.result == .withheld }
        guard !withheld.isEmpty else { return [] }
        let resolutions = try projections.resolutions(of: row.event)
        return [
            try self.row(
                [
                    row.recorded.description, row.sender.text, row.recipient.text, row.subject.description,
                    Self.reasons(withheld), decision.nearest.map { "\($0.flow) \($0.code.rawValue)" } ?? "",
                    resolutions.map { "\($0.role) at \($0.author)" }.joined(separator: "; "),
                ], [row.event, row.decision, decision.nearest?.fact], and: resolutions.map(\.event))
        ]
    }

    /// What a person of the holder has to settle.
    func referred(_ row: DisclosureRow) throws -> [Report.Row] {
        guard row.isReferred, let decision = try decision(on: row) else { return [] }
        let waiting = decision.items.filter { $0.result == .referred }
        guard !waiting.isEmpty else { return [] }
        let urgency = try row.referral.flatMap { try projections.referral($0)?.urgency } ?? .routine
        let clock = baseline.map { Clock.referred(urgency, .init(started: decision.clock), $0, asOf: now) }
        return [
            try self.row(
                [
                    row.recorded.description, row.sender.text, row.recipient.text, row.subject.description,
                    Self.names(waiting.map(\.item)), Self.reasons(waiting),
                    String(max(0, now.seconds - decision.clock.seconds) / 60), clock?.due.description ?? "",
                    clock?.state.rawValue ?? "",
                ], [row.event, row.decision])
        ]
    }

    /// What must be looked at again.
    func reviews(_ row: DisclosureRow) throws -> [Report.Row] {
        try Clock.Review.allCases.compactMap { kind in
            guard let review = try projections.review(kind, of: row.event) else { return nil }
            let course = Clock.Course(started: review.started, ended: review.completion?.recorded)
            let clock = baseline.map { Clock.review(kind, course, $0, asOf: now) }
            return try self.row(
                [
                    row.recorded.description, kind.rawValue, row.sender.text, row.recipient.text,
                    row.subject.description, clock?.due.description ?? "", clock?.state.rawValue ?? "",
                    review.completion?.outcome.rawValue ?? "",
                ], [row.event, row.decision, review.completion?.event])
        }
    }

    // MARK: - What should have been shared

    /// What did not reach a body that the baseline names as having the safeguarding duty.
    func withheldFromSafeguarding(_ row: DisclosureRow) throws -> [Report.Row] {
        guard let baseline, baseline.purposes[row.purpose]?.safeguarding == true,
            let recipient = try projections.agency(row.recipient),
            baseline.shareFirst(
                purpose: row.purpose, recipient: row.recipient, kind: recipient.kind, on: zone.day(of: row.recorded))
                != nil
        else { return [] }
        return try notPassed(row, saying: row.purpose.text)
    }

    /// What was not shared although a duty to share was in force on the day.
    func dutyNotShared(_ row: DisclosureRow) throws -> [Report.Row] {
        guard let baseline, let holder = try projections.agency(row.sender),
            let recipient = try projections.agency(row.recipient)
        else { return [] }
        let day = zone.day(of: row.recorded)
        let duties = baseline.duties.filter { _, duty in
            duty.dated.isInForce(on: day) && duty.purposes.contains(row.purpose) && duty.holders.contains(holder.kind)
                && duty.recipients.contains(recipient.kind)
        }
        guard !duties.isEmpty else { return [] }
        return try notPassed(row, saying: duties.keys.map(\.text).sorted().joined(separator: " "))
    }

    private func notPassed(_ row: DisclosureRow, saying ground: String) throws -> [Report.Row] {
        guard let decision = try decision(on: row) else { return [] }
        let items = decision.items.filter { $0.result != .permitted }
        guard !items.isEmpty else { return [] }
        return [
            try self.row(
                [
                    row.recorded.description, row.sender.text, row.recipient.text, row.subject.description, ground,
                    Self.names(items.map(\.item)), Self.reasons(items),
                ], [row.event, row.decision, decision.nearest?.fact])
        ]
    }

    // MARK: - Whether it arrived

    func reconciliation(_ row: DisclosureRow) throws -> [Report.Row] {
        guard row.content != nil, row.kind != .resolution else { return [] }
        let released = try projections.release(of: row.contentEvent, to: row.recipient)
        let state: String
        switch (released, row.receipted) {
        case (_?, nil) where row.recalled == nil: state = "delivered-without-receipt"
        case (nil, _?): state = "receipted-without-delivery"
        default: return []
        }
        let decision = try decision(on: row)
        var due = ""
        if let released, let baseline, let obligation = decision?.obligations.first(where: { $0.kind == "receipt" }),
            let started = try projections.recorded(at: released.index)
        {
            due = Clock.receipt(obligation, .init(started: started), baseline, asOf: now)?.due.description ?? ""
        }
        return [
            try self.row(
                [
                    state, row.sender.text, row.recipient.text, row.subject.description,
                    try recorded(at: released?.index), try recorded(at: row.receipted), due,
                ], [row.event, released?.decision] + events(at: [row.receipted]))
        ]
    }

    // MARK: - For one person

    /// What somebody received about a person, or in which the person appears beside its subject.
    mutating func accounting(_ row: DisclosureRow, about persons: [SubjectReference]) throws -> [Report.Row] {
        // What a resolution releases shows with the event that it settles.
        guard row.content != nil || row.kind == .recorded, row.kind != .resolution else { return [] }
        let concernedAs: String
        if persons.contains(row.subject) {
            concernedAs = "subject"
        } else if let relation = try relation(of: persons, to: row) {
            concernedAs = relation
        } else {
            return []
        }
        let released = try projections.release(of: row.contentEvent, to: row.recipient)
        let items = row.kind == .recorded ? row.items : released?.items ?? []
        guard !items.isEmpty else { return [] }
        let decision = try decision(on: row)
        return [
            try self.row(
                [
                    row.recipient.text, row.recorded.description, Self.names(items), row.purpose.text, row.sender.text,
                    try basis(of: decision), Self.flows(of: decision).joined(separator: " "), concernedAs,
                    couldTipOff(row, decision) ? "yes" : "no",
                ], [row.event, row.decision])
        ]
    }

    /// Whether telling the person of it could warn somebody who must not be warned: it serves to protect, the person was not told, or an agreement
    /// says not to tell.
    private func couldTipOff(_ row: DisclosureRow, _ decision: Decision?) -> Bool {
        row.informed == false || decision?.shareFirst == true
            || baseline?.purposes[row.purpose]?.safeguarding == true || row.purpose.text == "crime-prevention"
            || decision?.obligations.contains { $0.kind == "notify-subject" && $0.value.hasPrefix("no") } == true
    }

    /// How a referral's content is about a person who is not its subject.
    private func relation(of persons: [SubjectReference], to row: DisclosureRow) throws -> String? {
        guard row.kind == .referral,
            case .referralSubmitted(let data)? = try desk.known(projections).event(row.event)?.data
        else { return nil }
        let references = persons.map(\.id)
        return try data.about.first { about in
            try desk.vault?.reference(for: about.person.text).map(references.contains) ?? false
        }?.relation
    }
}
