import Encodings
import EventStore
import Projections
import SharingModel
import Shipping

/// Every event that this site knows, wherever it stands: in its own log, or in the replica of a peer's.
struct KnownEvents {
    /// An event with its body, where that can be opened.
    struct Found {
        let source: EventSource
        let entry: Entry
        let body: OpenedBody?

        /// Parsed but not verified; of a peer's event, with the disclosures that were released. Nil where the body cannot be opened.
        func event() throws(EventParseError) -> UnverifiedEvent? {
            try body?.event(source.peer == nil ? .all : .some)
        }
    }

    let log: any LogReader
    let replicas: any ReplicaShelf
    let reader: ProjectionReader

    /// Nil if it is not known here.
    func find(_ id: UniqueID) throws -> Found? {
        if let index = try log.index(of: id) { return try own(index) }
        guard case .peer(let origin, let vkey, let position)? = try reader.source(of: id) else { return nil }
        return try arrived(id, origin, vkey, position)
    }

    /// The event at a place.
    /// - Throws: `SiteError.replicaBehind` where a replica does not have what the projections say is known.
    func at(_ place: Int64) throws -> Found {
        switch try reader.source(of: place) {
        case .own(let index): return try own(index)
        case .peer(let origin, let vkey, let position):
            guard let id = try reader.eventID(at: place), let found = try arrived(id, origin, vkey, position) else {
                throw SiteError.replicaBehind(peer: origin)
            }
            return found
        }
    }

    /// What an event says; nil if it is not known here, or its body cannot be opened or read.
    func event(_ id: UniqueID) throws -> SharingEvent? {
        guard let parsed = try find(id)?.event() else { return nil }
        return try? SharingEvent.decode(
            payload: parsed.payload, resolved: parsed.resolved.json, sdPointers: parsed.resolved.sdPointers)
    }

    /// For a receipt: the digest of what was released to its author by the delivery that it names; nil where nothing was, or for another
    /// event.
    func releasedDigest(for receipt: SharingEvent) throws -> String? {
        guard case .disclosureReceipted(let data) = receipt.data,
            let content = try reader.disclosure(of: data.delivery)?.contentEvent,
            let items = try reader.releasedItems(of: content, to: receipt.envelope.source),
            let found = try find(content), let body = found.body, let event = try found.event()
        else { return nil }
        return ReleasedContent(jws: body.jws, inOrder: event.resolved.inOrder, items: items).digest
    }

    private func own(_ index: Int64) throws -> Found {
        Found(source: .own(index), entry: try log.entry(at: index), body: try log.body(at: index).opened)
    }

    private func arrived(_ id: UniqueID, _ origin: String, _ vkey: String, _ position: Int64) throws -> Found? {
        guard let event = try replicas.replica(of: origin, vkey: vkey).event(id) else { return nil }
        return Found(
            source: .peer(origin: origin, vkey: vkey, position: position), entry: event.entry, body: event.body.opened)
    }
}
