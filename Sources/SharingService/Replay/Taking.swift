import EventStore
import Projections
import SharingModel

/// Applies events of a log one after another, each with what it brings of a peer's log.
struct Taking {
    let log: any LogReader
    let replicas: any ReplicaShelf
    private(set) var keys: KeyBook
    var shelf = PolicyShelf()
    /// How many events of peers have a place before the next event.
    private var arrived: Int64

    /// - Parameter reader: of the projections as they are.
    init(log: any LogReader, replicas: any ReplicaShelf, _ reader: ProjectionReader) throws {
        self.log = log
        self.replicas = replicas
        keys = try KeyBook(reader)
        arrived = try reader.arrived()
    }

    /// The event at a position of the log, as it is applied next.
    func recorded(_ entry: Entry, at index: Int64, _ body: StoredBody) throws -> RecordedEvent {
        try Replay.recorded(entry, at: index, place: index + arrived, body)
    }

    /// Applies the next event of the log.
    /// - Returns: what it brought that this site had to decide.
    @discardableResult
    mutating func apply(
        _ entry: Entry, at index: Int64, _ body: StoredBody, to writer: ProjectionWriter
    ) throws -> [Arrivals.Raised] {
        try apply(Replay.recorded(entry, at: index, body), to: writer)
    }

    /// The same of an event that was read before.
    /// - Parameter read: the event at its position in the log, which is not yet its place.
    @discardableResult
    mutating func apply(_ read: RecordedEvent, to writer: ProjectionWriter) throws -> [Arrivals.Raised] {
        let recorded = read.at(read.index + arrived)
        if case .syncAdvanced(let data) = recorded.event.data, let peer = try writer.reader.peer(data.peer) {
            // What a peer's log brings may have to be decided, on all that is known of a person.
            try writer.complete()
            return try bring(data, of: peer, recorded, to: writer)
        }
        try writer.apply(
            recorded,
            pairedWith: recorded.event.otherPerson.flatMap { try Admission.reference(to: $0, in: log.vault) })
        if try keys.apply(recorded) { shelf.forget() }
        if case .agencyRegistered(let data) = recorded.event.data, data.site != nil {
            try keys.readAbroad(writer.reader)
        }
        shelf.follow(recorded.event)
        return []
    }

    private mutating func bring(
        _ data: SyncAdvanced, of peer: PeerRow, _ recorded: RecordedEvent, to writer: ProjectionWriter
    ) throws -> [Arrivals.Raised] {
        guard let vault = log.vault else { throw ExplanationError.noVault }
        let old = try writer.reader.sync(of: peer)?.size ?? 0
        try writer.apply(recorded)
        let arrivals = Arrivals(
            writer: writer, known: KnownEvents(log: log, replicas: replicas, reader: writer.reader), vault: vault,
            origin: recorded.event.envelope.site,
            person: { try vault.reference(for: $0.text).map(SubjectReference.init) }, ignored: { _ in })
        let raised = try arrivals.take(
            data, from: peer, after: old, at: recorded.index, keys: &keys, shelf: &shelf)
        arrived = try writer.reader.arrived()
        return raised
    }
}
