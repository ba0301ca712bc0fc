import Encodings
import EventStore
import Locking
import Projections
import SharingModel

/// That an answer shows a recipient content that was released to it. It goes into the log, as `content.opened`, before the answer goes
/// out (DOMAIN section 2).
package struct ContentOpening: Sendable, Hashable {
    /// The event with content.
    let event: UniqueID
    let person: String
    /// The items shown, in the order of the signed event.
    let items: [String]
    /// With the agency as employer.
    let by: Actor
}

/// What the answers of one desk open. Locked because a desk is a value that may be handed to any thread; whoever answers takes it all.
package final class OpeningTray: Sendable {
    private let openings = Locked<[ContentOpening]>([])

    init() {}

    func put(_ opening: ContentOpening) { openings.withLock { $0.append(opening) } }

    /// Takes what was opened since the last time. Record it, then answer.
    package func take() -> [ContentOpening] {
        openings.withLock { openings in
            defer { openings = [] }
            return openings
        }
    }
}

extension ReadingDesk {
    /// Notes that an answer opens content. The same reader's reading of nothing more within `ServiceLimits.sameReadingSeconds` is part of the
    /// reading that is on record.
    /// - Parameter payload: of the event with content, as it was signed.
    func note(
        openingOf event: UniqueID, _ payload: JSON, _ shown: [Disclosure], by reader: Reader,
        _ projections: ProjectionReader
    ) throws {
        guard let person = payload["subject"]?.string else { return }
        let items = shown.compactMap(\.name)
        if let last = try projections.lastOpening(of: event, by: reader.agency, reader.actor),
            now < last.recorded.adding(seconds: ServiceLimits.sameReadingSeconds),
            Set(items).isSubset(of: last.items.map(\.text))
        {
            return
        }
        openings.put(ContentOpening(event: event, person: person, items: items, by: reader.actor))
    }
}

extension Site {
    /// Records what an answer opens. Answer only after it: what cannot be recorded is not shown.
    /// - Throws: `Rejection` when the site takes no events.
    package func record(_ openings: [ContentOpening]) async throws {
        guard !openings.isEmpty else { return }
        let events = try openings.map { opening in
            try store.ownEvent(
                .contentOpened,
                .object(["event": .text(opening.event), "by": opening.by.json, "items": .strings(opening.items)]),
                subject: opening.person, cause: opening.event, at: now)
        }
        for answer in await record(events) { _ = try answer.get() }
    }
}

extension Actor {
    /// As it stands in an event.
    var json: JSON {
        .object([
            "id": .string(id), "role": .string(role.text), "employer": employer.map { .string($0.text) },
            "actsFor": actsFor.map { .string($0.text) },
        ])
    }
}
