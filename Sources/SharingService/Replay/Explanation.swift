package import Encodings
package import EventStore
import Projections
package import SharingModel
import SharingPolicy

/// A decision taken again from the log: the same rules on the log up to the event decided must give what was signed then (DOMAIN section 5).
package struct Explanation: Sendable {
    /// What the site signed.
    package let recorded: Decision
    /// What the log gives today.
    package let evaluated: Decision

    package var isSame: Bool { recorded == evaluated }

    /// Finds a decision, replays the log up to the event that it decided into a temporary file, and decides again.
    /// - Parameters:
    ///   - id: of the decision, or of the event decided.
    ///   - log: with its vault, because the event's members are needed.
    /// - Throws: `ExplanationError`; `SiteError` where a body needed for the replay cannot be opened.
    package static func of(
        _ id: UniqueID, in log: ReadOnlyLog, progress: (_ done: Int64, _ of: Int64) -> Void
    ) throws -> Explanation {
        guard log.vault != nil else { throw ExplanationError.noVault }
        let decided = try decision(id, in: log)
        guard case .disclosureDecided(let data) = decided.event.data, let at = try log.index(of: data.request) else {
            throw ExplanationError.noDecision
        }
        let (_, question, facts) = try Retaking(log).question(at: at, progress: progress)
        let evaluated = Judge.decide(question, facts)
        return Explanation(recorded: data.decision, evaluated: evaluated)
    }

    /// The decision with this id, or right behind the event with this id.
    private static func decision(_ id: UniqueID, in log: ReadOnlyLog) throws -> RecordedEvent {
        guard let index = try log.index(of: id) else { throw ExplanationError.noDecision }
        for place in [index, index + 1] where place < log.head.size {
            let entry = try log.entry(at: place)
            guard entry.type == EventType.disclosureDecided.rawValue, entry.id == id || entry.cause == id else {
                continue
            }
            return try Replay.recorded(entry, at: place, log.body(at: place))
        }
        throw ExplanationError.noDecision
    }
}

/// Why a decision cannot be taken again.
package enum ExplanationError: Error, CustomStringConvertible {
    case noDecision
    case noVault

    package var description: String {
        switch self {
        case .noDecision:
            "nothing was decided under this id; give the id of a decision, a request, a referral or a delivery"
        case .noVault:
            "the vault's key is needed to read the event that was decided; run this where the site's keys are"
        }
    }
}
