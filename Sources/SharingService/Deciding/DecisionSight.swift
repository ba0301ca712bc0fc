import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

/// What one agency may see of a decision, and which disclosures of the signed event go with it.
struct DecisionSight {
    let reader: ProjectionReader

    /// How an agency stands to a decision; nil if it has no part in it.
    static func viewer(_ agency: AgencyID, of disclosure: DisclosureRow) -> Viewer? {
        if agency == disclosure.sender { return .holder }
        if agency == disclosure.recipient { return disclosure.content == nil ? .asker : .recipient }
        return nil
    }

    func json(_ decision: Decision, as viewer: Viewer, agency: AgencyID) throws -> JSON {
        decision.asSeen(by: viewer, namedIn: try readable(decision.facts, by: agency)).json
    }

    /// As whoever posted the event decided may see it. An agency that passes a referral on has no part in the decision on its
    /// next recipient: it is told of the items that it was given itself.
    func json(_ decision: Decision, toPoster author: AgencyID, of disclosure: DisclosureRow) throws -> JSON {
        if let viewer = Self.viewer(author, of: disclosure) { return try json(decision, as: viewer, agency: author) }
        let known = try reader.releasedItems(of: disclosure.contentEvent, to: author) ?? []
        return decision.asSeen(by: .recipient).keeping { item in known.contains { $0.covers(item) } }.json
    }

    /// The disclosures of a decision's event that the viewer may have, in the order of the payload.
    func disclosures(
        of event: VerifiedOrStoredEvent, _ decision: Decision, as viewer: Viewer, agency: AgencyID
    ) throws -> [Disclosure] {
        Self.disclosures(of: event, decision, as: viewer, readable: try readable(decision.facts, by: agency))
    }

    /// The same for who knows which of the facts that the decision rests on the viewer can read.
    static func disclosures(
        of event: VerifiedOrStoredEvent, _ decision: Decision, as viewer: Viewer, readable: Set<UniqueID>
    ) -> [Disclosure] {
        let parts = decision.visibleParts(to: viewer, namedIn: readable)
        func isAmong(_ positions: [Int], _ item: JSON?) -> Bool {
            guard let code = item?.string else { return false }
            return positions.contains { decision.items[$0].item.text == code }
        }
        let items = event.payload["data"]?["decision"]?["items"]?.array ?? []
        let codes = items.filter { isAmong(parts.codes, $0["item"]) }.flatMap { item in
            item["_sd"]?.array?.compactMap(\.string) ?? []
        }
        return event.inOrder.filter { disclosure in
            switch disclosure.name {
            case "nearest": parts.nearest
            case "facts": parts.facts
            case nil: isAmong(parts.items, disclosure.value["item"])
            default: codes.contains(disclosure.digest)
            }
        }
    }

    /// Which of the facts that a decision rests on the agency can read itself.
    private func readable(_ facts: [UniqueID], by agency: AgencyID) throws -> Set<UniqueID> {
        Set(
            try facts.filter { fact in
                guard let index = try reader.index(of: fact) else { return false }
                return try reader.mayRead(index, agency)
            })
    }
}

/// The parts of a signed event that sight needs, whether it was just made or read from the log.
struct VerifiedOrStoredEvent {
    /// As signed, with digests.
    let payload: JSON
    let inOrder: [Disclosure]
}
