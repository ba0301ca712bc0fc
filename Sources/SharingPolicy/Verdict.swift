import Encodings
import SharingModel

/// The answers to all items, put together as a decision.
struct Verdict {
    let docket: Docket
    let answers: [ItemCode: Answer]
    /// The answers to what was asked or offered, in the order of the items.
    private let asked: [Answer]

    init(docket: Docket, answers: [ItemCode: Answer]) {
        self.docket = docket
        self.answers = answers
        // Default withheld: an item nobody answered is covered by nothing.
        asked = docket.items.map { answers[$0] ?? .notPermitted(Reason(.itemNotCovered)) }
    }

    /// Whole where it can be recorded whole; else what is left of it, so that whoever decides again finds the same.
    func decision() -> Decision {
        let whole = whole()
        return whole.obligations.count > PolicyLimits.obligations
            ? whole.withoutCircumstances(contact: contact) : whole
    }

    private func whole() -> Decision {
        let items = zip(docket.items, asked).map(Self.itemDecision)
        let outcome = Self.outcome(of: items)
        let contact = outcome == .permitted ? nil : self.contact
        return Decision(
            outcome: outcome, shareFirst: asked.contains { if case .shareFirst = $0 { true } else { false } },
            breakGlass: isGlassBroken, items: items, nearest: nearest, obligations: obligations, facts: facts,
            policy: docket.facts.policy,
            at: docket.facts.at, clock: docket.facts.clock,
            replicas: docket.facts.replicas.sorted { $0.origin < $1.origin },
            validUntil: grounds.flatMap(\.ends).min(), contact: contact,
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
        Set(grounds.flatMap(\.facts) + reasons.flatMap { [$0.fact, $0.behind].compactMap { $0 } }).sorted().map(\.id)
    }

    /// Whether the asker broke the glass and a flow that lets it permits something. Not whether that took broken glass:
    /// whoever breaks it is reviewed, and that it was needed would be a clue to what the asker may not know.
    private var isGlassBroken: Bool {
        asked.contains { answer in
            guard case .permitted(let permits, _) = answer, let first = permits.first else { return false }
            return BreakGlassRule.isOpen(first.flow, in: docket)
        }
    }

    private var obligations: [Obligation] {
        let asOfFlows = asked.flatMap { answer -> [Obligation] in
            guard case .permitted(let permits, _) = answer else { return [] }
            return permits.first?.flow.obligations.list ?? []
        }.filter { !(docket.question.isPersonInformed && $0 == Self.tellThePerson) }
        var seen: Set<Obligation> = []
        return (asOfFlows + reviews).filter { seen.insert($0).inserted }.sorted {
            ($0.kind, $0.value) < ($1.kind, $1.value)
        }
    }

    private static let tellThePerson = Obligation(kind: "notify-subject", value: "yes")

    /// What an IG lead of the holder looks at afterwards, and within what time: `share-first: 1wd`.
    private var reviews: [Obligation] {
        guard let clocks = docket.baseline?.clocks else { return [] }
        func isThere(_ kind: (Answer) -> Bool) -> Bool { asked.contains(where: kind) }
        var due: [(String, ClockLimit)] = []
        if isGlassBroken { due.append(("break-glass", clocks.reviewBreakGlass)) }
        if isThere({ if case .shareFirst = $0 { true } else { false } }) {
            due.append(("share-first", clocks.reviewShareFirst))
        }
        if isThere({ if case .permitted(let permits, _) = $0 { permits.first?.isOneOff == true } else { false } }) {
            due.append(("one-off", clocks.reviewOneOff))
        }
        return due.map { Obligation(kind: "review", value: "\($0): \($1.text)") }
    }

    /// The flow that came closest to permitting one of the rest.
    ///
    /// Items can fail with one code on different consents. Then the nearest is one whose consent the recipient may not
    /// read, so that a nearest it may read vouches for every item with that code (see `DecisionView`).
    ///
    /// For an asker, one whose code it may see speaks before any other, so that what it may not know does not silence it.
    private var nearest: Nearest? {
        var best: Reason?
        let withFlow = reasons.filter { $0.flow != nil }
        let visible = docket.question.kind.isPush ? [] : withFlow.filter(\.code.restsOnWhatTheAskerKnows)
        for reason in visible.isEmpty ? withFlow : visible {
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
        let isSafeguarding = docket.baseline?.purposes[docket.question.purpose]?.safeguarding ?? false
        if let contact = (isSafeguarding ? holder.safeguardingContact : nil) ?? holder.dpoContact { return contact }
        let rights = docket.policy.inPlay(holder: holder.agency, at: docket.facts.clock).lazy
            .filter { $0.parties.contains(docket.question.recipient.agency) }
            .compactMap(\.agreement.contacts.rights).first
        return rights ?? holder.agency.text
    }
}
