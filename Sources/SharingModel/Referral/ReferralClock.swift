package import Encodings

/// One of the clocks that run on a safeguarding referral (DOMAIN §3): from its arrival at the recipient's site, not from when somebody
/// looked. A question stops none. What is overdue follows from the moment that is asked about, and is stored nowhere.
package struct ReferralClock: Sendable, Hashable {
    package enum Name: String, Sendable, CaseIterable {
        /// Until it is acknowledged or decided.
        case acknowledge
        /// Until it is accepted or declined, or redirected to somebody whom it reached.
        case decide
    }

    package enum State: String, Sendable {
        case running, met, missed, cancelled
    }

    package let name: Name
    /// The last moment at which it is still met.
    package let due: Instant
    package let state: State
    /// Whether it is past due and still waits for somebody.
    package let isOverdue: Bool

    /// The clocks of a referral as they stand at a moment.
    /// - Parameters:
    ///   - arrived: when the decision that released it to its present recipient was recorded.
    ///   - steps: what happened since, in the order of the log.
    package static func clocks(
        arrived: Instant, urgency: Urgency, steps: [(verb: ReferralVerb, recorded: Instant)], baseline: Baseline,
        asOf moment: Instant
    ) -> [ReferralClock] {
        // A redirect that released the referral began the clocks anew, for its new recipient; one that did not has decided nothing.
        let decided: Set<ReferralVerb> = [.accepted, .declined]
        return Name.allCases.map { name in
            let limits = name == .acknowledge ? baseline.clocks.acknowledge : baseline.clocks.decide
            let due = baseline.due(limits.limit(urgency), from: arrived)
            let ends = name == .acknowledge ? decided.union([.acknowledged]) : decided
            let known = steps.filter { $0.recorded <= moment }
            if let end = known.first(where: { ends.contains($0.verb) }) {
                return ReferralClock(
                    name: name, due: due, state: end.recorded <= due ? .met : .missed, isOverdue: false)
            }
            let isPast = moment > due
            return ReferralClock(name: name, due: due, state: isPast ? .missed : .running, isOverdue: isPast)
        }
    }

    /// The same clock once the referral was withdrawn before it was met.
    package var cancelled: ReferralClock {
        isOverdue || state == .running ? ReferralClock(name: name, due: due, state: .cancelled, isOverdue: false) : self
    }
}
