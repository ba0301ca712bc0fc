package import Encodings
import EventStore
import Projections
import SharingModel

extension ReadingDesk {
    /// The same desk as of another moment: clocks are read as they stood then.
    package func asOf(_ moment: Instant?) -> ReadingDesk {
        var desk = self
        if let moment { desk.now = moment }
        return desk
    }

    /// The clocks of a register's entry, as far as an agency may know of them: what people of the holder have to settle, and the receipt of
    /// what was delivered.
    func clocks(
        of row: DisclosureRow, for agency: AgencyID?, _ baseline: Baseline?, _ projections: ProjectionReader
    ) throws -> [Clock] {
        guard let baseline else { return [] }
        var clocks: [Clock] = []
        if agency != row.recipient || row.content == nil, let clock = try referred(row, baseline, projections) {
            clocks.append(clock)
        }
        if row.kind == .delivery, let delivered = row.delivered,
            let obligation = try projections.standingDecision(on: row.event)?.decision.obligations.first(where: {
                $0.kind == "receipt"
            }), let started = try projections.recorded(at: delivered)
        {
            let disputed = try row.disputed.flatMap { try projections.recorded(at: $0) }
            let course = Clock.Course(
                started: started, ended: try row.receipted.flatMap { try projections.recorded(at: $0) },
                cancelled: try row.recalled.flatMap { try projections.recorded(at: $0) },
                pauses: disputed.map { [.init(from: $0, until: nil)] } ?? [])
            if let clock = Clock.receipt(obligation, course, baseline, asOf: now) { clocks.append(clock) }
        }
        return clocks
    }

    private func referred(
        _ row: DisclosureRow, _ baseline: Baseline, _ projections: ProjectionReader
    ) throws -> Clock? {
        guard row.isReferred || row.resolved != nil, let decision = row.decision,
            let index = try projections.index(of: decision), let started = try projections.recorded(at: index)
        else { return nil }
        let referral = try row.referral.flatMap { try projections.referral($0) }
        var course = Clock.Course(started: started)
        if !row.isReferred, let resolved = row.resolved { course.ended = try projections.recorded(at: resolved) }
        if let referral, referral.life.state == .withdrawn {
            course.cancelled = try projections.recorded(at: referral.updated)
        }
        return Clock.referred(referral?.urgency ?? .routine, course, baseline, asOf: now)
    }
}

extension Clock {
    /// As registers show it.
    var json: JSON {
        .object([
            "clock": .string(name.rawValue), "due": .text(due), "state": .string(state.rawValue),
        ])
    }
}
