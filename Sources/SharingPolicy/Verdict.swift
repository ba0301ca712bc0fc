import Encodings
import SharingModel

/// The answers to all items, put together as a decision.
struct Verdict {
    let docket: Docket
    let answers: [ItemCode: Answer]

    func decision() -> Decision {
        let items = docket.items.map(itemDecision)
        let outcome = Self.outcome(of: items)
        let contact = outcome == .permitted ? nil : self.contact
        return Decision(
            outcome: outcome, shareFirst: asked.contains { if case .shareFirst = $0 { true } else { false } },
            items: items, nearest: nearest, obligations: obligations, facts: facts, policy: docket.facts.policy,
            at: docket.facts.at, clock: docket.facts.clock,
            replicas: docket.facts.replicas.sorted { $0.origin < $1.origin },
            validUntil: grounds.flatMap(\.ends).min(), contact: contact,
            notice: outcome == .partlyPermitted ? contact.map { "not complete, ask \($0)" } : nil)
    }

    private var asked: [Answer] { docket.items.map(answer) }

    /// Default withheld: an item nobody answered is covered by nothing.
    private func answer(to item: ItemCode) -> Answer { answers[item] ?? .notPermitted(Reason(.itemNotCovered)) }

    private func itemDecision(_ item: ItemCode) -> ItemDecision {
        switch answer(to: item) {
        case .shareFirst: ItemDecision(item: item, result: .permitted)
        case .permitted(let permits, _): ItemDecision(item: item, result: .permitted, flow: permits.first?.reference)
        case .notPermitted(let reason):
            // Without the flow: which one got furthest is part of the reasons.
            ItemDecision(item: item, result: reason.isReferred ? .referred : .withheld, codes: [reason.code])
        }
    }

    private static func outcome(of items: [ItemDecision]) -> Decision.Outcome {
        let results = Set(items.map(\.result))
        if results == [.permitted] { return .permitted }
        if results.contains(.permitted) { return .partlyPermitted }
        return results.contains(.referred) ? .referred : .refused
    }

    /// What the permits that speak rest on.
    private var grounds: [Grounds] {
        asked.compactMap {
            switch $0 {
            case .shareFirst(let grounds): grounds
            case .permitted(let permits, _): permits.first?.grounds
            case .notPermitted: nil
            }
        }
    }

    private var reasons: [Reason] { asked.compactMap(\.reason) }

    private var facts: [UniqueID] {
        Set(grounds.flatMap(\.facts) + reasons.compactMap(\.fact)).sorted().map(\.id)
    }

    private var obligations: [Obligation] {
        var seen: Set<Obligation> = []
        return asked.flatMap { answer -> [Obligation] in
            guard case .permitted(let permits, _) = answer else { return [] }
            return permits.first?.flow.obligations.list ?? []
        }.filter { seen.insert($0).inserted }.sorted { ($0.kind, $0.value) < ($1.kind, $1.value) }
    }

    /// The flow that came closest to permitting one of the rest.
    ///
    /// Items can fail with one code on different consents. Then the nearest is one whose consent the recipient may not
    /// read, so that a nearest it may read vouches for every item with that code (see `DecisionView`).
    private var nearest: Nearest? {
        var best: Reason?
        for reason in reasons where reason.flow != nil {
            if best.map(reason.speaksBefore) ?? true { best = reason }
        }
        if let code = best?.code, best?.consent != nil {
            best = reasons.first { $0.code == code && $0.consent?.namesRecipient != true && $0.flow != nil } ?? best
        }
        guard let best, let flow = best.flow else { return nil }
        return Nearest(
            flow: flow.reference, failed: flow.rung.rawValue, code: best.code, fact: best.fact?.id, detail: best.detail)
    }

    /// Whom to ask about what was not given. Does not depend on why, which would be a clue.
    private var contact: String {
        let holder = docket.question.holder
        let isSafeguarding = docket.facts.baseline?.purposes[docket.question.purpose]?.safeguarding ?? false
        let rights = docket.agreements.lazy
            .filter { $0.agreement.isParty(docket.question.recipient.agency) }
            .compactMap(\.agreement.contacts.rights).first
        return (isSafeguarding ? holder.safeguardingContact : nil) ?? holder.dpoContact ?? rights ?? holder.agency.text
    }
}
