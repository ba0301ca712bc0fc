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
        if agency == disclosure.recipient { return disclosure.kind == .request ? .asker : .recipient }
        return nil
    }

    func json(_ decision: Decision, as viewer: Viewer, agency: AgencyID) throws -> JSON {
        decision.asSeen(by: viewer, namedIn: try readable(decision.facts, by: agency)).json
    }

    /// The disclosures of a decision's event that the viewer may have, in the order of the payload.
    func disclosures(
        of event: VerifiedOrStoredEvent, _ decision: Decision, as viewer: Viewer, agency: AgencyID
    ) throws -> [Disclosure] {
        let parts = decision.visibleParts(to: viewer, namedIn: try readable(decision.facts, by: agency))
        let items = event.payload["data"]?["decision"]?["items"]?.array ?? []
        var allowed: Set<String> = []
        for (position, item) in items.enumerated() {
            if parts.items.contains(position), let digest = item["..."]?.string { allowed.insert(digest) }
            if parts.codes.contains(position) {
                allowed.formUnion(item["_sd"]?.array?.compactMap(\.string) ?? [])
            }
        }
        return event.inOrder.filter { disclosure in
            switch disclosure.name {
            case "nearest": parts.nearest
            case "facts": parts.facts
            default: allowed.contains(disclosure.digest)
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
