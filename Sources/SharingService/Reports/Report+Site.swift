import Encodings
import EventStore
import Projections
import SharingModel

/// How the work goes, and how the log stands.
extension ReportRoom {
    func timeliness(_ question: ReportQuestion) throws -> Report {
        let referrals = try projections.referrals(of: agency, from: question.page.from, limit: question.page.limit)
        let rows = try referrals.flatMap { referral -> [Report.Row] in
            let steps = try projections.steps(of: referral.event)
            return try desk.clocks(of: referral, baseline, projections).map { clock in
                try row(
                    [
                        referral.event.description, clock.name.rawValue, clock.due.description,
                        clock.ended?.description ?? "", String(clock.minutesLate(asOf: now)), clock.state.rawValue,
                    ],
                    [referral.event, referral.decision],
                    and: steps.filter { clock.ended == $0.recorded }.map(\.event))
            }
        }
        return Report(name: question.name, rows: rows, next: question.page.next(after: referrals.map(\.index)))
    }

    /// The log as this site knows it. Only `sharectl log verify` looks at every byte; what is told here is what opening the log and signing its
    /// checkpoints rests on.
    func integrity() throws -> Report.Row {
        let head = desk.log.head
        let shownCheckpoint = desk.checkpoint ?? head.checkpoint
        let forks = try projections.events(of: "sharing.fork.detected.v1")
        let revocations = try projections.events(of: EventType.keyRevoked.rawValue)
        let sites = Set(try projections.agencies().compactMap(\.site)).union([desk.origin])
        let witnesses = Set(shownCheckpoint.signedNote.signatures.map(\.name)).subtracting([desk.origin])
        let shown = try projections.position().size
        return Report.Row(
            cells: [
                String(head.size), try desk.log.entry(at: head.size - 1).recorded.description,
                witnesses.sorted().joined(separator: " "), sites.sorted().joined(separator: " "),
                String(max(0, head.size - shown)), String(forks.count), String(revocations.count),
            ], events: forks + revocations)
    }
}
