import SharingModel

/// What a rule says to one item.
enum Answer {
    /// Permitted without looking at any flow.
    case shareFirst(Grounds)
    /// Permitted by these flows, at least one, in the order of their names; the first speaks. The reason is what would
    /// be said without them.
    case permitted([Permit], otherwise: Reason?)
    case notPermitted(Reason)

    /// Permitted, whatever becomes of any flow's permit.
    var standsByItself: Bool { if case .shareFirst = self { true } else { false } }

    /// Might be permitted, whatever becomes of the permits there are, if somebody supplied a missing fact.
    var mightDoWithoutThese: Bool {
        switch self {
        case .shareFirst: true
        case .permitted(_, let otherwise): otherwise?.isReferred ?? false
        case .notPermitted(let reason): reason.isReferred
        }
    }

    var reason: Reason? { if case .notPermitted(let reason) = self { reason } else { nil } }
}

/// A flow that permits an item.
struct Permit {
    let reference: String
    let flow: Flow
    var grounds: Grounds
}

/// Why an item is not permitted.
struct Reason {
    let code: RefusalCode
    /// Referred to the holder's people rather than withheld.
    var isReferred = false
    /// The flow that got furthest; nil where no flow was looked at, or there was none.
    var flow: (reference: String, rung: Rung)?
    var fact: EventReference?
    var detail: String?
    var consent: ConsentFailure?

    init(_ code: RefusalCode, isReferred: Bool = false, fact: EventReference? = nil, detail: String? = nil) {
        self.code = code
        self.isReferred = isReferred
        self.fact = fact
        self.detail = detail
    }

    init(_ stop: Stop, at rung: Rung, of reference: String) {
        self.init(stop.code, isReferred: stop.isReferred, fact: stop.fact, detail: stop.detail)
        flow = (reference, rung)
        consent = stop.consent
    }

    /// Whether this reason speaks for an item rather than another flow's.
    ///
    /// Missing is not false: a flow that only lacks a fact speaks before one that fails. Else the flow that got
    /// furthest, ties by name. Of two that lack a fact the one that says so on grounds the asker may see speaks,
    /// whatever the hidden grounds say, so that its voice is no clue to them (DOMAIN 5.9).
    func speaksBefore(_ other: Reason) -> Bool {
        if isReferred != other.isReferred { return isReferred }
        if isReferred, code.restsOnWhatTheAskerKnows != other.code.restsOnWhatTheAskerKnows {
            return code.restsOnWhatTheAskerKnows
        }
        guard let flow, let otherFlow = other.flow else { return flow != nil }
        if flow.rung != otherFlow.rung { return flow.rung > otherFlow.rung }
        if let consent, let otherConsent = other.consent {
            if consent.speaksBefore(otherConsent) { return true }
            if otherConsent.speaksBefore(consent) { return false }
        }
        return flow.reference < otherFlow.reference
    }
}
