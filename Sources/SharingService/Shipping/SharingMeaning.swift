package import Encodings
package import EventStore
import Projections
import SharingModel
import SharingPolicy
import Shipping

/// What our events mean for shipping (docs/SHIPPING.md, section 2): where agencies are hosted, what decisions release, and which part of a
/// decision is for whom.
package struct SharingMeaning: EventMeaning {
    private let log: any LogReader
    /// Finds an event that came from a peer.
    private let arrived: @Sendable (UniqueID) -> (entry: Entry, body: OpenedBody?)?

    /// - Parameters:
    ///   - log: the one that ships; events that a decision refers to are looked up there.
    ///   - arrived: finds those that stand in a peer's log.
    package init(
        log: any LogReader, arrived: @escaping @Sendable (UniqueID) -> (entry: Entry, body: OpenedBody?)? = { _ in nil }
    ) {
        self.log = log
        self.arrived = arrived
    }

    /// What a site ships.
    package init(of store: SiteStore) {
        self.init(log: store.log) { id in
            try? store.projections.read { reader in
                try KnownEvents(log: store.log, replicas: store.replicas, reader: reader).find(id)
            }.map { ($0.entry, $0.body) }
        }
    }

    package func mayHost(_ type: String) -> Bool { type == EventType.agencyRegistered.rawValue }

    package func hosted(by event: UnverifiedEvent, at site: String) -> [String] {
        guard case .agencyRegistered(let data) = Self.decoded(event)?.data, data.site == site else { return [] }
        return [data.agency.text]
    }

    package func released(by decision: UnverifiedEvent) -> Set<String> {
        guard case .disclosureDecided(let data) = Self.decoded(decision)?.data else { return [] }
        return Set(data.decision.items.filter { $0.result == .permitted }.map(\.item.text))
    }

    package func references(of event: UnverifiedEvent) -> [UniqueID] {
        guard case .disclosureDecided(let data) = Self.decoded(event)?.data else { return [] }
        return data.decision.facts
    }

    /// Of a decision, what its asker or recipient may see of it: the holder's own site is this one. Of everything else that is addressed to an
    /// agency, everything.
    package func visible(
        of event: UnverifiedEvent, _ entry: Entry, to agencies: Set<String>, known: Set<UniqueID>
    ) -> [Disclosure] {
        guard entry.type == EventType.disclosureDecided.rawValue else { return event.resolved.inOrder }
        guard case .disclosureDecided(let data) = Self.decoded(event)?.data else { return [] }
        return DecisionSight.disclosures(
            of: VerifiedOrStoredEvent(payload: event.payload, inOrder: event.resolved.inOrder), data.decision,
            as: isQuestion(data.request) ? .asker : .recipient, readable: known)
    }

    /// This release records no erasures, so a body that cannot be opened is a loss.
    package func isErased(_ subject: UniqueID) -> Bool { false }

    /// Whether what was decided was asked for by the one that it is released to, rather than offered. A resolution settles one or the other.
    private func isQuestion(_ request: UniqueID) -> Bool {
        var next = request
        // A resolution is of a question, an offer, or an earlier resolution's; never of itself.
        for _ in 0..<ServiceLimits.resolutionsFollowed {
            guard let (entry, body) = find(next) else { return false }
            if entry.type == EventType.disclosureRequested.rawValue { return true }
            guard entry.type == EventType.disclosureResolved.rawValue, let event = try? body?.event(.some),
                case .disclosureResolved(let data) = Self.decoded(event)?.data
            else { return false }
            next = data.request
        }
        return false
    }

    private func find(_ id: UniqueID) -> (entry: Entry, body: OpenedBody?)? {
        guard let index = try? log.index(of: id) else { return arrived(id) }
        return (try? log.entry(at: index)).map { ($0, try? log.body(at: index).opened) }
    }

    static func decoded(_ event: UnverifiedEvent) -> SharingEvent? {
        try? SharingEvent.decode(
            payload: event.payload, resolved: event.resolved.json, sdPointers: event.resolved.sdPointers)
    }
}
