import Encodings
import EventStore
import SharingModel

/// Makes a decision into an event for the site to sign, its reasons concealed so that each reader can be given its own part (DOMAIN 5.9).
struct DecisionSigning {
    let store: SiteStore

    func event(
        _ decision: Decision, on request: Envelope, isPush: Bool, at now: Instant
    ) throws -> (unsigned: UnsignedEvent, event: SharingEvent) {
        var maker = DisclosureMaker()
        let data = JSON.object([
            "request": .text(request.id), "decision": Self.conceal(decision.json, isPush: isPush, &maker),
        ])
        return try store.unsignedEvent(
            .disclosureDecided, data, subject: request.subject?.text, cause: request.id, disclosures: maker.made,
            at: now)
    }

    /// `_sd` stands in the object it empties: an item's codes, the decision's nearest permit and facts. On a push, the items that are not
    /// permitted are elements that can be disclosed as a whole: nobody asked for them.
    private static func conceal(
        _ decision: JSON, isPush: Bool, _ maker: inout DisclosureMaker<SystemRandomNumberGenerator>
    ) -> JSON {
        guard var members = decision.object else { return decision }
        var items: [JSON] = []
        var hidden: [Disclosure] = []
        for item in members["items"]?.array ?? [] {
            if item["result"]?.string == ItemDecision.Result.permitted.rawValue {
                items.append(item)
            } else if isPush {
                hidden.append(maker.element(item))
            } else if var parts = item.object, let codes = parts["codes"] {
                parts["codes"] = nil
                parts["_sd"] = Disclosure.digests(of: [maker.conceal(name: "codes", value: codes)])
                items.append(.object(parts))
            } else {
                items.append(item)
            }
        }
        // Behind what is permitted and in the order of their digests: a place between two names would give the name away.
        members["items"] = .array(items + hidden.sorted { $0.digest < $1.digest }.map(\.placeholder))
        var concealed: [Disclosure] = []
        for name in ["nearest", "facts"] {
            guard let value = members[name] else { continue }
            members[name] = nil
            concealed.append(maker.conceal(name: name, value: value))
        }
        if !concealed.isEmpty { members["_sd"] = Disclosure.digests(of: concealed) }
        return .object(members)
    }
}
