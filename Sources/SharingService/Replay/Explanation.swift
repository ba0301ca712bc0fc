package import Encodings
package import EventStore
import Foundation
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
        guard let vault = log.vault else { throw ExplanationError.noVault }
        let decided = try decision(id, in: log)
        guard case .disclosureDecided(let data) = decided.event.data, let at = try log.index(of: data.request) else {
            throw ExplanationError.noDecision
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "sharing-explain-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let projections = try ProjectionStore(
            path: folder.appending(path: "projections.sqlite").path, emptyRoot: MerkleHash.emptyRoot.bytes)
        _ = try Replay.run(projections, from: log, until: .size(at), progress: progress)
        let origin = log.verifierKey.name
        let site = try AgencyID.site(origin: origin)
        let evaluated = try projections.write { writer in
            let event = try Replay.recorded(log.entry(at: at), at: at, log.body(at: at))
            var keys = try KeyBook(writer.reader)
            var shelf = PolicyShelf()
            let context = try AdmissionContext.gather(for: event.event, writer.reader, keys, &shelf) {
                try AdmissionContext.event($0, in: log)
            }
            let admission = Admission(
                reader: writer.reader, keys: keys, vault: vault, site: site, origin: origin,
                baseline: try shelf.baseline(writer.reader), now: event.recorded, context: context)
            guard let kid = Thumbprint(event.kid), let subject = event.subject,
                let task = try admission.admit(event.event, kid: kid).question
            else { throw ExplanationError.noDecision }
            try writer.apply(event)
            _ = try keys.apply(event)
            let gathering = FactGathering(reader: writer.reader, keys: keys, site: site)
            let question = try gathering.question(task, about: EventReference(id: event.id, index: at))
            let facts = try gathering.facts(about: subject, for: question, at: at, now: event.recorded, shelf: &shelf)
            return Judge.decide(question, facts)
        }
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
