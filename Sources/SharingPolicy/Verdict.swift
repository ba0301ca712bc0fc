import Encodings
import SharingModel

/// The answers to all items, put together as a decision.
struct Verdict {
    let docket: Docket
    let answers: Answers
    /// The answers to what was asked or offered, in the order of the items.
    private let asked: [Answer]

    init(docket: Docket, answers: Answers) {
        self.docket = docket
        self.answers = answers
        // Default withheld: an item nobody answered is covered by nothing.
        asked = docket.items.map { answers[$0.code] ?? .notPermitted(Reason(.itemNotCovered)) }
    }

    /// Whole where it can be recorded whole; else what is left of it, so that whoever decides again finds the same.
    func decision() -> Decision {
        let whole = whole()
        return whole.obligations.count > PolicyLimits.obligations
            ? whole.withoutCircumstances(contact: contact) : whole
    }

    private func whole() -> Decision {
        let items = zip(docket.items, asked).map { Self.itemDecision($0.code, $1) }
        let outcome = Self.outcome(of: items)
        let contact = outcome == .permitted ? nil : self.contact
        return Decision(
            outcome: outcome, shareFirst: isSharedFirst,
            breakGlass: isGlassBroken, items: items, nearest: nearest, obligations: obligations, facts: facts,
            policy: docket.facts.policy,
            at: docket.facts.at, clock: docket.facts.clock,
            replicas: replicas,
            validUntil: validUntil, contact: contact,
            notice: outcome == .partlyPermitted ? contact.map { "not complete, ask \($0)" } : nil)
    }

    static func itemDecision(_ item: ItemCode, _ answer: Answer) -> ItemDecision {
        switch answer {
        case .shareFirst: ItemDecision(item: item, result: .permitted)
        case .permitted(let permits, _):
            ItemDecision(
                item: item, result: .permitted,
                flow: permits.first.flatMap { $0.isOneOff ? nil : $0.reference })
        case .notPermitted(let reason):
            // Without the flow: which one got furthest is part of the reasons.
            ItemDecision(item: item, result: reason.isReferred ? .referred : .withheld, codes: [reason.code])
        }
    }

    private static func outcome(of items: [ItemDecision]) -> Decision.Outcome {
        if items.contains(where: { $0.result == .permitted }) {
            return items.allSatisfy { $0.result == .permitted } ? .permitted : .partlyPermitted
        }
        return items.contains { $0.result == .referred } ? .referred : .refused
    }

    private var isSharedFirst: Bool { asked.contains { if case .shareFirst = $0 { true } else { false } } }

    private var replicas: [Replica] {
        docket.facts.replicas.isEmpty ? [] : docket.facts.replicas.sorted { $0.origin < $1.origin }
    }

    private var validUntil: Instant? {
        asked.compactMap { $0.grounds?.ends.min() }.min()
    }

    private var facts: [UniqueID] {
        var facts: [EventReference] = []
        for answer in asked {
            if let grounds = answer.grounds {
                facts += grounds.facts
            } else if case .notPermitted(let reason) = answer {
                if let fact = reason.fact { facts.append(fact) }
                if let behind = reason.behind { facts.append(behind) }
            }
        }
        if facts.count > 1 { facts.sort() }
        var ids: [UniqueID] = []
        ids.reserveCapacity(facts.count)
        for (place, fact) in facts.enumerated() where place == 0 || facts[place - 1] != fact { ids.append(fact.id) }
        return ids
    }

    /// Whether the asker broke the glass and a flow that lets it permits something. Not whether that took broken glass:
    /// whoever breaks it is reviewed, and that it was needed would be a clue to what the asker may not know.
    private var isGlassBroken: Bool {
        docket.question.breakGlass != nil
            && asked.contains { answer in
                guard case .permitted(let permits, _) = answer, let first = permits.first else { return false }
                return BreakGlassRule.isOpen(first.terms, in: docket)
            }
    }

    private var obligations: [Obligation] {
        var all: [Obligation] = []
        var last: PreparedTerms?
        for answer in asked {
            guard case .permitted(let permits, _) = answer, let terms = permits.first?.terms, terms !== last else {
                continue
            }
            last = terms
            for one in terms.obligations
            where !all.contains(one) && !(docket.question.isPersonInformed && one == Self.tellThePerson) {
                all.append(one)
            }
        }
        for one in reviews where !all.contains(one) { all.append(one) }
        if all.count > 1 { all.sort { ($0.kind, $0.value) < ($1.kind, $1.value) } }
        return all
    }

    private static let tellThePerson = Obligation(kind: "notify-subject", value: "yes")

    /// What an IG lead of the holder looks at afterwards, and within what time: `share-first: 1wd`.
    private var reviews: [Obligation] {
        guard asked.contains(where: { $0.reason == nil }), let clocks = docket.baseline?.value.clocks else { return [] }
        var due: [(String, ClockLimit)] = []
        if isGlassBroken { due.append(("break-glass", clocks.reviewBreakGlass)) }
        if isSharedFirst { due.append(("share-first", clocks.reviewShareFirst)) }
        let isOnce = asked.contains {
            if case .permitted(let permits, _) = $0 { permits.first?.isOneOff == true } else { false }
        }
        if isOnce { due.append(("one-off", clocks.reviewOneOff)) }
        return due.map { Obligation(kind: "review", value: "\($0): \($1.text)") }
    }

    /// The flow that came closest to permitting one of the rest.
    ///
    /// Items can fail with one code on different consents. Then the nearest is one whose consent the recipient may not
    /// read, so that a nearest it may read vouches for every item with that code (see `DecisionView`).
    ///
    /// For an asker, one whose code it may see speaks before any other, so that what it may not know does not silence it.
    private var nearest: Nearest? {
        let reasons = asked.compactMap { answer in answer.reason.flatMap { $0.flow == nil ? nil : $0 } }
        var (best, visible): (Reason?, Reason?)
        for reason in reasons {
            if best.map(reason.speaksBefore) ?? true { best = reason }
            guard !docket.question.kind.isPush, reason.code.restsOnWhatTheAskerKnows else { continue }
            if visible.map(reason.speaksBefore) ?? true { visible = reason }
        }
        best = visible ?? best
        if let code = best?.code, best?.consent != nil {
            best = reasons.first { $0.code == code && $0.consent?.namesRecipient != true } ?? best
        }
        guard let best, let flow = best.flow else { return nil }
        return Nearest(
            flow: flow.reference, failed: flow.rung.rawValue, code: best.code, fact: best.fact?.id,
            detail: best.detail?.words)
    }

    /// Whom to ask about what was not given. Does not depend on why, which would be a clue.
    private var contact: String {
        let holder = docket.question.holder
        if let contact = (docket.isSafeguarding ? holder.safeguardingContact : nil) ?? holder.dpoContact {
            return contact
        }
        let rights = docket.policy.inPlay(holder: holder.agency, at: docket.facts.clock).lazy
            .filter { $0.agreement.parties.contains(docket.question.recipient.agency) }
            .compactMap(\.agreement.agreement.contacts.rights).first
        return rights ?? holder.agency.text
    }
}
