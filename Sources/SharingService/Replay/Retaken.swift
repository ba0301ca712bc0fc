package import Encodings
package import EventStore
import Projections
package import SharingModel
package import SharingPolicy

/// A decision taken again from the log: the same rules on the log up to the event decided must give what was signed then (DOMAIN section 5).
package struct Retaken: Sendable {
    /// An event on which the answer rests, as its entry tells it: nothing of what it says.
    package struct Source: Sendable, Hashable {
        package let id: UniqueID
        package let index: Int64
        package let type: String
        package let recorded: Instant
    }

    /// What the site signed.
    package let recorded: Decision
    /// How the log comes to its answer today.
    package let explanation: Explanation
    /// The events that either names, in the order of the log.
    package let sources: [Source]

    /// What the log gives today.
    package var evaluated: Decision { explanation.decision }

    package var isSame: Bool { recorded == evaluated }

    /// Finds a decision, replays the log up to the event that it decided into a temporary file, and decides again.
    /// - Parameters:
    ///   - id: of the decision, or of the event decided.
    ///   - log: with its vault, because the event's members are needed.
    /// - Throws: `ExplanationError`; `SiteError` where an event cannot be read.
    package static func of(
        _ id: UniqueID, in log: ReadOnlyLog, replicas: any ReplicaShelf,
        progress: (_ done: Int64, _ of: Int64) -> Void
    ) throws -> Retaken {
        guard log.vault != nil else { throw ExplanationError.noVault }
        do {
            let decided = try decision(id, in: log)
            guard case .disclosureDecided(let data) = decided.event.data else { throw ExplanationError.noDecision }
            // What a peer's log brought was decided where it came.
            let at = try log.index(of: data.request) ?? data.decision.at
            guard at < decided.index else { throw ExplanationError.noDecision }
            let (_, question, facts) = try Retaking(log, replicas: replicas).question(
                on: data.request, at: at, known: data.decision.replicas, progress: progress)
            let explanation = Judge.explain(question, facts)
            let ids = explanation.events.map(\.id) + explanation.decision.facts + data.decision.facts
            return Retaken(
                recorded: data.decision, explanation: explanation, sources: try sources(Set(ids), in: log))
        } catch SiteError.bodyUnavailable(let index) {
            throw ExplanationError.erased(index: index)
        }
    }

    private static func sources(_ ids: Set<UniqueID>, in log: ReadOnlyLog) throws -> [Source] {
        try ids.compactMap { id in
            guard let index = try log.index(of: id) else { return nil }
            let entry = try log.entry(at: index)
            return Source(id: id, index: index, type: entry.type, recorded: entry.recorded)
        }.sorted { $0.index < $1.index }
    }

    /// The decision with this id, or right behind the event with this id.
    private static func decision(_ id: UniqueID, in log: ReadOnlyLog) throws -> RecordedEvent {
        guard let index = try log.index(of: id) else { return try decision(onArrived: id, in: log) }
        for place in [index, index + 1] where place < log.head.size {
            let entry = try log.entry(at: place)
            guard entry.type == EventType.disclosureDecided.rawValue, entry.id == id || entry.cause == id else {
                continue
            }
            return try Replay.recorded(entry, at: place, log.body(at: place))
        }
        throw ExplanationError.noDecision
    }

    /// The last decision on an event that stands in no log of this site's: decisions name what they are about as their cause.
    private static func decision(onArrived id: UniqueID, in log: ReadOnlyLog) throws -> RecordedEvent {
        var place = log.head.size
        while place > 0 {
            let page = max(0, place - Int64(Limits.pageEntries))..<place
            for stored in try log.entries(in: page).reversed()
            where stored.entry.type == EventType.disclosureDecided.rawValue && stored.entry.cause == id {
                return try Replay.recorded(stored.entry, at: stored.index, log.body(at: stored.index))
            }
            place = page.lowerBound
        }
        throw ExplanationError.noDecision
    }
}

extension Retaken {
    /// An event in words: `event 0192… (sharing.consent.given.v1, recorded 2026-03-01T09:00:00.000Z)`; one that is not in the
    /// log by its id alone.
    package func words(for id: UniqueID) -> String {
        guard let source = sources.first(where: { $0.id == id }) else { return "event \(id)" }
        return "event \(id) (\(source.type), recorded \(source.recorded))"
    }

    package var json: JSON {
        .object([
            "recorded": recorded.json, "evaluated": evaluated.json, "same": .bool(isSame), "path": explanation.json,
            "events": .array(
                sources.map { source in
                    .object([
                        "id": .string(source.id.description), "index": .integer(source.index),
                        "type": .string(source.type), "recorded": .string(source.recorded.description),
                    ])
                }),
        ])
    }
}

/// Why a decision cannot be taken again.
package enum ExplanationError: Error, Sendable, Hashable, CustomStringConvertible {
    case noDecision
    case noVault
    /// The body of an entry that the replay needs cannot be opened: its person's key was destroyed.
    case erased(index: Int64)

    package var description: String {
        switch self {
        case .noDecision:
            "nothing was decided here under this id; give the id of a decision, a request, a referral or a delivery, in the folder of the holder's site"
        case .noVault:
            "the vault's key is needed to read the event that was decided; run this where the site's keys are"
        case .erased(let index):
            "erased: the body of entry \(index), which the replay needs, cannot be opened any more; what was signed stands"
        }
    }
}
