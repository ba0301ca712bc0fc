import Encodings
import SharingModel

/// Step 3: bars that break-glass or a person of the holder can lift. An upheld objection never stands against a basis
/// beyond objection (legal obligation, vital interests) or a safeguarding purpose; a verified death not against a flow
/// that goes on after it.
enum LiftableBars {
    /// What bars a flow for an item.
    static func bar(of candidate: Candidate) -> Stop? {
        if let objection = objection(to: candidate.item, in: candidate.docket), !isBeyondObjection(candidate) {
            return objection
        }
        return candidate.terms.flow.conditions.afterDeath ? nil : death(in: candidate.docket)
    }

    /// What bars an item where no flow is about it, and nothing therefore can stand above the bar.
    static func bar(of item: ItemInQuestion, in docket: Docket) -> Reason? {
        let objection = docket.isSafeguarding ? nil : objection(to: item, in: docket)
        return (objection ?? death(in: docket)).map { stop in
            var reason = Reason(stop.code, fact: stop.fact, detail: stop.detail)
            reason.isBar = true
            return reason
        }
    }

    private static func objection(to item: ItemInQuestion, in docket: Docket) -> Stop? {
        guard !docket.facts.objections.isEmpty else { return nil }
        let upheld = docket.facts.objections.filter { $0.upheld != nil && $0.covers(docket.matter(item)) }
        guard let first = upheld.min(by: { $0.event < $1.event }) else { return nil }
        return Stop(code: .objectionUpheld, fact: first.upheld)
    }

    private static func isBeyondObjection(_ candidate: Candidate) -> Bool {
        candidate.docket.isSafeguarding || candidate.terms.article6?.rule.beyondObjection == true
    }

    private static func death(in docket: Docket) -> Stop? {
        guard !docket.facts.deaths.isEmpty else { return nil }
        let verified = docket.facts.deaths.filter(\.isVerified).max { $0.event < $1.event }
        return verified.map { Stop(code: .deceased, fact: $0.event, detail: .moment("died", $0.date)) }
    }
}

extension ObjectionOnRecord {
    /// The event that upheld it, if that is the last word. Under a key that is not trusted any more an objection can be
    /// upheld, and not be overridden or lifted.
    var upheld: EventReference? {
        let words = changes.filter { $0.verb == .upheld || !$0.isUnderRevokedKey }
        guard let last = words.max(by: { $0.event < $1.event }), last.verb == .upheld else { return nil }
        return last.event
    }
}
