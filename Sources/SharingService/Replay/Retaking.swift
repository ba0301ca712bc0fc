import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import SharingPolicy

/// Takes decisions again while a log is replayed: what was asked, and the facts as they stood at that very position.
///
/// Positions are visited in the order of the log. The projections live in a folder of their own for as long as this does.
final class Retaking {
    private let log: ReadOnlyLog
    private let vault: Vault
    private let projections: ProjectionStore
    private let folder: URL
    private let origin: String
    private let site: AgencyID
    private var taking: Taking
    /// What was to be decided at the position reached last.
    private var last: (index: Int64, raised: [Arrivals.Raised])?

    /// - Throws: `ExplanationError.noVault` where bodies about people cannot be opened.
    init(_ log: ReadOnlyLog, replicas: any ReplicaShelf) throws {
        guard let vault = log.vault else { throw ExplanationError.noVault }
        self.log = log
        self.vault = vault
        origin = log.verifierKey.name
        site = try AgencyID.site(origin: origin)
        folder = FileManager.default.temporaryDirectory.appending(path: "sharing-retake-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        projections = try ProjectionStore(
            path: folder.appending(path: "projections.sqlite").path, emptyRoot: MerkleHash.emptyRoot.bytes)
        taking = try projections.read { try Taking(log: log, replicas: replicas, $0) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What was decided at a position, as a question, with the facts of that position.
    /// - Parameters:
    ///   - event: that was decided: the one at that position, or one that the `sync.advanced` there brought.
    ///   - known: how much of peers' logs was known, as the decision says.
    /// - Throws: `ExplanationError.noDecision` where the event raises no question there.
    func question(
        on event: UniqueID, at index: Int64, known: [Replica], progress: (_ done: Int64, _ of: Int64) -> Void
    ) throws -> (event: RecordedEvent, question: Question, facts: Facts) {
        if last?.index != index { try reach(index, progress) }
        guard let raised = last?.raised.first(where: { $0.recorded.id == event }) else {
            throw ExplanationError.noDecision
        }
        let entry = try log.entry(at: index)
        return try projections.write { writer in
            let gathering = FactGathering(reader: writer.reader, keys: taking.keys, replicas: known)
            let question = try gathering.question(
                raised.task, about: EventReference(id: event, index: raised.recorded.index))
            let facts = try gathering.facts(
                about: raised.subject, for: question, at: index, now: entry.recorded, shelf: &taking.shelf)
            return (raised.recorded, question, facts)
        }
    }

    /// Draws the projections up to a position, itself included, and keeps what was to be decided there.
    private func reach(_ index: Int64, _ progress: (_ done: Int64, _ of: Int64) -> Void) throws {
        _ = try Replay.run(projections, from: log, replicas: taking.replicas, until: .size(index), progress: progress)
        taking = try projections.read { try Taking(log: log, replicas: taking.replicas, $0) }
        let root = try log.root(at: index + 1).bytes
        let (entry, body) = (try log.entry(at: index), try log.body(at: index))
        let raised = try projections.write { writer in
            let own = try ownQuestion(of: entry, at: index, body, writer)
            let arrived = try taking.apply(entry, at: index, body, to: writer)
            try writer.advance(to: ProjectionStore.Position(size: index + 1, root: root))
            return (own.map { [$0] } ?? []) + arrived
        }
        last = (index, raised)
    }

    /// The question that an event of this log raised when it was admitted, before it is applied.
    private func ownQuestion(
        of entry: Entry, at index: Int64, _ body: StoredBody, _ writer: ProjectionWriter
    ) throws -> Arrivals.Raised? {
        guard entry.type != EventType.syncAdvanced.rawValue else { return nil }
        let recorded = try taking.recorded(entry, at: index, body)
        let known = KnownEvents(log: log, replicas: taking.replicas, reader: writer.reader)
        let context = try AdmissionContext.gather(
            for: recorded.event, writer.reader, taking.keys, &taking.shelf, read: known.event)
        let admission = Admission(
            reader: writer.reader, keys: taking.keys, vault: vault, site: site, origin: origin,
            baseline: try taking.shelf.baseline(writer.reader), now: recorded.recorded, context: context)
        guard let kid = Thumbprint(recorded.kid), let subject = recorded.subject,
            let task = try admission.admit(recorded.event, kid: kid).question
        else { throw ExplanationError.noDecision }
        return Arrivals.Raised(recorded: recorded, subject: subject, task: task)
    }
}
