import Encodings
import Foundation
import GRDB
import SharingModel

/// What is done about a decision once it is taken.
extension ProjectionWriter {
    /// Notes what must be looked at again: what was shared first, behind broken glass, or on the holder's own decision.
    func noteReviews(of decision: Decision, on disclosure: DisclosureRow, _ recorded: RecordedEvent) throws {
        var kinds: [Clock.Review] = []
        if decision.shareFirst { kinds.append(.shareFirst) }
        if decision.breakGlass { kinds.append(.breakGlass) }
        if disclosure.isOneOff, !decision.shareFirst, decision.isOneOff { kinds.append(.oneOff) }
        for kind in kinds {
            try run(
                "INSERT INTO review (decided, kind, idx, sender, recipient, started) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    disclosure.event.blob, kind.rawValue, recorded.index, disclosure.sender.text,
                    disclosure.recipient.text, recorded.recorded.milliseconds,
                ])
        }
    }

    func review(_ data: ReviewCompleted, _ recorded: RecordedEvent) throws {
        let decided = try reader.decision(data.event)?.request ?? data.event
        try run(
            "UPDATE review SET outcome = ?, event = ?, completed = ? WHERE decided = ? AND kind = ? AND outcome IS NULL",
            [
                data.outcome.rawValue, recorded.id.blob, recorded.recorded.milliseconds, decided.blob, data.of.rawValue,
            ])
    }

    func open(_ data: ContentOpened, _ recorded: RecordedEvent) throws {
        guard let agency = data.by.employer else { return }
        try run(
            """
            INSERT INTO opening (idx, event, content, agency, reader, role, items, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                recorded.index, recorded.id.blob, data.event.blob, agency.text, OpeningRow.reader(data.by),
                data.by.role.text, texts(data.items), recorded.recorded.milliseconds,
            ])
    }
}

extension Decision {
    /// Whether something is permitted that no flow speaks for.
    var isOneOff: Bool { items.contains { $0.result == .permitted && $0.flow == nil } }
}
