package import Encodings

/// What the clocks of a referral are read from, as the log has it. They run from its recorded arrival at the recipient's site, not from
/// when somebody looked (DOMAIN §3).
package struct ReferralCourse: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package let verb: ReferralVerb
        package let recorded: Instant

        package init(_ verb: ReferralVerb, _ recorded: Instant) {
            self.verb = verb
            self.recorded = recorded
        }
    }

    package var urgency: Urgency
    /// A withdrawal of such a referral is a note only.
    package var isSafeguarding: Bool
    /// Whether an assessment of the child and family is owed.
    package var isChildrens: Bool
    /// When it reached its first recipient. A redirect sets the assessment's clock back by nothing.
    package var firstArrived: Instant
    /// When it reached its present one.
    package var arrived: Instant
    /// What happened before it reached its present recipient, in the order of the log.
    package var earlier: [Step]
    /// What happened since.
    package var steps: [Step]
    /// When an assessment was first completed.
    package var assessed: Instant?

    package init(
        urgency: Urgency, isSafeguarding: Bool = true, isChildrens: Bool = true, firstArrived: Instant? = nil,
        arrived: Instant, earlier: [Step] = [], steps: [Step] = [], assessed: Instant? = nil
    ) {
        self.urgency = urgency
        self.isSafeguarding = isSafeguarding
        self.isChildrens = isChildrens
        self.firstArrived = firstArrived ?? arrived
        self.arrived = arrived
        self.earlier = earlier
        self.steps = steps
        self.assessed = assessed
    }

    /// The clocks as they stood at a moment; nothing recorded after it counts.
    package func clocks(_ baseline: Baseline, asOf moment: Instant) -> [Clock] {
        var clocks = [
            Clock.read(
                .acknowledge, baseline.clocks.acknowledge.limit(urgency), acknowledging(at: moment), baseline,
                asOf: moment),
            Clock.read(.decide, baseline.clocks.decide.limit(urgency), deciding(at: moment), baseline, asOf: moment),
        ]
        if isChildrens {
            clocks.append(
                Clock.read(.assessment, baseline.clocks.assessment, assessing(at: moment), baseline, asOf: moment))
        }
        return clocks
    }

    private func acknowledging(at moment: Instant) -> Clock.Course {
        let end = known(steps, moment).first { [.acknowledged, .accepted, .declined].contains($0.verb) }
        return Clock.Course(started: arrived, ended: end?.recorded, cancelled: withdrawn(at: moment))
    }

    /// Who takes a referral up again owes an answer again. A redirect began it anew for the new recipient.
    private func deciding(at moment: Instant) -> Clock.Course {
        let known = known(steps, moment)
        let start = known.lastIndex { $0.verb == .reopened }
        let since = start.map { known[($0 + 1)...] } ?? known[...]
        return Clock.Course(
            started: start.map { known[$0].recorded } ?? arrived,
            ended: since.first { [.accepted, .declined].contains($0.verb) }?.recorded,
            cancelled: withdrawn(at: moment))
    }

    /// Nobody waits for the assessment of a referral that was declined or closed; once it is reopened the clock goes on, and the time between does
    /// not count.
    private func assessing(at moment: Instant) -> Clock.Course {
        var pauses: [Clock.Pause] = []
        var stopped: Instant?
        for step in known(earlier + steps, moment) {
            switch step.verb {
            case .declined, .closed: stopped = stopped ?? step.recorded
            case .reopened:
                if let from = stopped { pauses.append(.init(from: from, until: step.recorded)) }
                stopped = nil
            default: break
            }
        }
        return Clock.Course(
            started: firstArrived, ended: assessed, cancelled: stopped ?? withdrawn(at: moment), pauses: pauses)
    }

    private func withdrawn(at moment: Instant) -> Instant? {
        guard !isSafeguarding else { return nil }
        return known(steps, moment).first { $0.verb == .withdrawn }?.recorded
    }

    private func known(_ steps: [Step], _ moment: Instant) -> [Step] { steps.filter { $0.recorded <= moment } }
}
