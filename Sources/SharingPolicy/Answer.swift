import SharingModel

/// What a rule says to one item. Indirect, because answers are handed from rule to rule and their reasons are large.
indirect enum Answer {
    /// Permitted without looking at any flow.
    case shareFirst(Grounds)
    /// Permitted by these, at least one: flows in the order of their names, then what was lifted or decided for this once.
    /// The first speaks. The reason is what would be said without them.
    case permitted([Permit], otherwise: Reason?)
    case notPermitted(Reason)

    /// Permitted, whatever becomes of any flow's permit.
    var standsByItself: Bool {
        switch self {
        case .shareFirst: true
        case .permitted, .notPermitted: false
        }
    }

    /// Might be permitted, whatever becomes of the permits there are, if somebody supplied a missing fact.
    var mightDoWithoutThese: Bool {
        switch self {
        case .shareFirst: true
        case .permitted(_, let otherwise): otherwise?.isReferred ?? false
        case .notPermitted(let reason): reason.isReferred
        }
    }

    /// The answer with further permits: for what is not permitted, and for what may yet fall with what is bound to it.
    /// Nil where they would change nothing.
    func adding(_ more: [Permit], to item: ItemInQuestion) -> Answer? {
        guard !more.isEmpty else { return nil }
        switch self {
        case .shareFirst: return nil
        case .permitted(let permits, let otherwise):
            let isBound = permits.allSatisfy { permit in
                permit.terms.flow.inseparable.contains { $0.contains { $0.covers(item.code) } }
            }
            return isBound ? .permitted(permits + more, otherwise: otherwise) : nil
        case .notPermitted(let reason): return reason.isFinal ? nil : .permitted(more, otherwise: reason)
        }
    }

    /// What the permit that speaks rests on.
    var grounds: Grounds? {
        switch self {
        case .shareFirst(let grounds): grounds
        case .permitted(let permits, _): permits.first?.grounds
        case .notPermitted: nil
        }
    }

    var reason: Reason? { if case .notPermitted(let reason) = self { reason } else { nil } }
}

/// A flow that permits an item, or the holder's own decision for this once (DOMAIN 5.6).
struct Permit {
    /// Nil for a decision for this once.
    let flow: PreparedFlow?
    let terms: PreparedTerms
    var grounds: Grounds

    var isOneOff: Bool { flow == nil }
    /// `liverpool-mash/3/attendance`; empty for a decision for this once.
    var reference: String { flow?.reference ?? "" }
}

/// Why an item is not permitted.
struct Reason {
    /// A rung of a flow's ladder.
    struct Place {
        /// Nil for a decision for this once.
        let flow: PreparedFlow?
        let rung: Rung

        var reference: String { flow?.reference ?? "" }
    }

    var code: RefusalCode
    /// Referred to the holder's people rather than withheld.
    var isReferred = false
    /// Where the flow stopped that got furthest; nil where no flow was looked at, or there was none.
    var flow: Place?
    var fact: EventReference?
    var detail: Detail?
    var consent: ConsentFailure.Standing?
    /// A fact that the answer rests on too, and that is not told with the code.
    var behind: EventReference?
    /// A liftable bar.
    var isBar = false
    /// Nothing after it changes it: an absolute bar, or a person's refusal.
    var isFinal = false

    init(_ code: RefusalCode, isReferred: Bool = false, fact: EventReference? = nil, detail: Detail? = nil) {
        self.code = code
        self.isReferred = isReferred
        self.fact = fact
        self.detail = detail
    }

    init(_ stop: Stop, at rung: Rung, of flow: PreparedFlow) {
        self.init(stop.code, isReferred: stop.isReferred, fact: stop.fact, detail: stop.detail)
        self.flow = Place(flow: flow, rung: rung)
        consent = stop.consent
        isBar = rung == .bar
    }

    /// Whether this reason speaks for an item rather than another flow's.
    ///
    /// Missing is not false: a flow that only lacks a fact speaks before one that fails. Else a bar, which comes before
    /// the flows; else the flow that got furthest, ties by name. Of two that lack a fact the one that says so on grounds
    /// the asker may see speaks, whatever the hidden grounds say, so that its voice is no clue to them (DOMAIN 5.9).
    func speaksBefore(_ other: Reason) -> Bool {
        if isReferred != other.isReferred { return isReferred }
        if isReferred, code.restsOnWhatTheAskerKnows != other.code.restsOnWhatTheAskerKnows {
            return code.restsOnWhatTheAskerKnows
        }
        if isBar != other.isBar { return isBar }
        guard let flow, let otherFlow = other.flow else { return flow != nil }
        if flow.rung != otherFlow.rung { return flow.rung > otherFlow.rung }
        if let consent, let otherConsent = other.consent {
            if consent.speaksBefore(otherConsent) { return true }
            if otherConsent.speaksBefore(consent) { return false }
        }
        return flow.reference < otherFlow.reference
    }
}
