/// What can happen to a referral after it is submitted (DOMAIN §2).
package enum ReferralVerb: String, Sendable, Hashable, CaseIterable {
    case received, acknowledged
    case infoRequested = "info-requested"
    case infoProvided = "info-provided"
    case triaged, accepted, declined, redirected, escalated, closed, reopened, withdrawn

    /// Whether the one who referred does it, rather than the recipient.
    package var isSenders: Bool { self == .infoProvided || self == .withdrawn }

    /// The state that it leads to wherever it is allowed; nil where it moves a flag.
    var result: ReferralState? {
        switch self {
        case .received, .reopened: .received
        case .acknowledged, .escalated: nil
        case .infoRequested: .infoRequested
        case .infoProvided: .infoProvided
        case .triaged: .triaged
        case .accepted: .accepted
        case .declined: .declined
        case .redirected: .submitted
        case .closed: .closed
        case .withdrawn: .withdrawn
        }
    }

    /// Whether it takes a referral towards its end. Of steps of this kind that change anything only a few can follow each other: none leads back.
    package var leadsToEnd: Bool { [.received, .accepted, .declined, .closed, .withdrawn].contains(self) }

    /// Whether the event must say why.
    package var needsReason: Bool { [.declined, .redirected, .closed, .withdrawn].contains(self) }
}

package enum ReferralState: String, Sendable, Hashable, CaseIterable {
    case submitted, received, triaged
    case infoRequested = "info-requested"
    case infoProvided = "info-provided"
    case accepted, declined, closed, withdrawn
    /// Two sites recorded steps that contradict each other; the recipient settles it.
    case conflict

    /// Whether somebody may still act on it.
    package var isOpen: Bool { ![.declined, .closed, .withdrawn].contains(self) }

    /// Whether the recipient still owes an answer.
    package var isUndecided: Bool { isOpen && self != .accepted }
}

/// A step that a referral's state does not allow.
package struct ForbiddenTransition: Error, Sendable, Hashable, CustomStringConvertible {
    package let verb: ReferralVerb
    package let state: ReferralState
    /// What is allowed instead, in the order of `ReferralVerb.allCases`.
    package let allowed: [ReferralVerb]

    package init(verb: ReferralVerb, state: ReferralState, allowed: [ReferralVerb]) {
        self.verb = verb
        self.state = state
        self.allowed = allowed
    }

    package var description: String {
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        return
            "a referral that is \(state.rawValue) cannot be \(verb.rawValue); allowed: \(names.isEmpty ? "nothing" : names)"
    }
}

/// Where a referral stands (DOMAIN §3): a pure value, moved on by one verb at a time.
package struct ReferralLife: Sendable, Hashable {
    package let state: ReferralState
    package let acknowledged: Bool
    package let escalated: Bool
    /// Set when the sender withdrew a safeguarding referral: a note only, the recipient decides.
    package let withdrawalNoted: Bool

    /// A referral as it is when submitted.
    package static let submitted = ReferralLife(state: .submitted)

    package init(
        state: ReferralState, acknowledged: Bool = false, escalated: Bool = false, withdrawalNoted: Bool = false
    ) {
        self.state = state
        self.acknowledged = acknowledged
        self.escalated = escalated
        self.withdrawalNoted = withdrawalNoted
    }

    /// What may happen next, in the order of `ReferralVerb.allCases`.
    package var allowed: [ReferralVerb] {
        ReferralVerb.allCases.filter { next($0, purposeIsSafeguarding: false) != nil }
    }

    /// The life after a step; a redirected referral is submitted again, to its new recipient.
    /// - Throws: `ForbiddenTransition` naming the state and what is allowed.
    package func applying(_ verb: ReferralVerb, purposeIsSafeguarding: Bool) throws(ForbiddenTransition) -> ReferralLife
    {
        guard let next = next(verb, purposeIsSafeguarding: purposeIsSafeguarding) else {
            throw ForbiddenTransition(verb: verb, state: state, allowed: allowed)
        }
        return next
    }

    /// The life after a step that another site has recorded already, so that it can no longer be refused. One that does not fit shows as
    /// `conflict` until the recipient settles it by a step of its own.
    package func arriving(_ verb: ReferralVerb, purposeIsSafeguarding: Bool) -> ReferralLife {
        if let next = next(verb, purposeIsSafeguarding: purposeIsSafeguarding) { return next }
        switch verb {
        // Flags move no state, so on a referral that has ended they contradict nothing.
        case .acknowledged, .escalated: return self
        case _ where verb.result == state: return self
        default: return moved(to: .conflict)
        }
    }

    private func next(_ verb: ReferralVerb, purposeIsSafeguarding: Bool) -> ReferralLife? {
        switch (verb, state) {
        case (.received, .submitted): moved(to: .received)
        case (.triaged, .received), (.triaged, .infoRequested), (.triaged, .infoProvided): moved(to: .triaged)
        case (.infoRequested, .received), (.infoRequested, .triaged), (.infoRequested, .infoProvided):
            moved(to: .infoRequested)
        case (.infoProvided, .infoRequested): moved(to: .infoProvided)
        case (.accepted, .received), (.accepted, .infoRequested), (.accepted, .infoProvided), (.accepted, .triaged):
            moved(to: .accepted)
        case (.declined, .received), (.declined, .infoRequested), (.declined, .infoProvided), (.declined, .triaged):
            moved(to: .declined)
        case (.redirected, .received), (.redirected, .infoRequested), (.redirected, .infoProvided),
            (.redirected, .triaged):
            // The new recipient has acknowledged nothing yet; an escalation stays with the referral.
            ReferralLife(state: .submitted, escalated: escalated, withdrawalNoted: withdrawalNoted)
        case (.closed, .accepted): moved(to: .closed)
        case (.reopened, .closed), (.reopened, .declined): moved(to: .received)
        // The recipient says how it stands; what the sender does meanwhile is a note.
        case (.received, .conflict), (.accepted, .conflict), (.declined, .conflict), (.closed, .conflict):
            verb.result.map(moved)
        case (.redirected, .conflict):
            ReferralLife(state: .submitted, escalated: escalated, withdrawalNoted: withdrawalNoted)
        case (.withdrawn, .conflict):
            ReferralLife(state: state, acknowledged: acknowledged, escalated: escalated, withdrawalNoted: true)
        case (.acknowledged, _) where state.isOpen:
            ReferralLife(state: state, acknowledged: true, escalated: escalated, withdrawalNoted: withdrawalNoted)
        case (.escalated, _) where state.isOpen:
            ReferralLife(state: state, acknowledged: acknowledged, escalated: true, withdrawalNoted: withdrawalNoted)
        case (.withdrawn, _) where state.isOpen:
            purposeIsSafeguarding
                ? ReferralLife(state: state, acknowledged: acknowledged, escalated: escalated, withdrawalNoted: true)
                : moved(to: .withdrawn)
        default: nil
        }
    }

    private func moved(to state: ReferralState) -> ReferralLife {
        ReferralLife(state: state, acknowledged: acknowledged, escalated: escalated, withdrawalNoted: withdrawalNoted)
    }
}
