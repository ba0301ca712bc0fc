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

    /// - Parameter log: the one that ships; events that a decision refers to are looked up there.
    package init(log: any LogReader) { self.log = log }

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
            guard let index = try? log.index(of: next), let entry = try? log.entry(at: index) else { return false }
            if entry.type == EventType.disclosureRequested.rawValue { return true }
            guard entry.type == EventType.disclosureResolved.rawValue, let body = try? log.body(at: index).opened,
                let event = try? body.event(), case .disclosureResolved(let data) = Self.decoded(event)?.data
            else { return false }
            next = data.request
        }
        return false
    }

    static func decoded(_ event: UnverifiedEvent) -> SharingEvent? {
        try? SharingEvent.decode(
            payload: event.payload, resolved: event.resolved.json, sdPointers: event.resolved.sdPointers)
    }
}
