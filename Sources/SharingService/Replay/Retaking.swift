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
    /// Keeps the documents that it has parsed from one position to the next.
    private var shelf = PolicyShelf()

    /// - Throws: `ExplanationError.noVault` where bodies about people cannot be opened.
    init(_ log: ReadOnlyLog) throws {
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
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The event at a position as a question, with the facts of that position, itself applied.
    /// - Throws: `ExplanationError.noDecision` where the event raises no question.
    func question(
        at index: Int64, progress: (_ done: Int64, _ of: Int64) -> Void
    ) throws -> (event: RecordedEvent, question: Question, facts: Facts) {
        _ = try Replay.run(projections, from: log, until: .size(index), progress: progress)
        let root = try log.root(at: index + 1).bytes
        return try projections.write { writer in
            let event = try Replay.recorded(log.entry(at: index), at: index, log.body(at: index))
            var keys = try KeyBook(writer.reader)
            shelf.forget()
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
            try writer.advance(to: ProjectionStore.Position(size: index + 1, root: root))
            _ = try keys.apply(event)
            let gathering = FactGathering(reader: writer.reader, keys: keys)
            let question = try gathering.question(task, about: EventReference(id: event.id, index: index))
            let facts = try gathering.facts(
                about: subject, for: question, at: index, now: event.recorded, shelf: &shelf)
            return (event, question, facts)
        }
    }
}
