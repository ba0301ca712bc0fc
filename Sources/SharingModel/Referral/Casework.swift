/// What is done on a referral after it is accepted (DOMAIN §2, §3): assessments and plans, each of a kind.
package enum CaseworkVerb: String, Sendable, Hashable, CaseIterable {
    case assessmentStarted = "assessment.started"
    case assessmentCompleted = "assessment.completed"
    case planMade = "plan.made"
    case planEnded = "plan.ended"

    /// Whether it ends what began: there are no more of these than beginnings.
    package var isEnding: Bool { self == .assessmentCompleted || self == .planEnded }
}

/// A step of casework that does not fit what was recorded before it.
package struct ForbiddenCasework: Error, Sendable, Hashable, CustomStringConvertible {
    package let verb: CaseworkVerb
    package let state: ReferralState
    /// What is allowed instead for this kind of assessment or plan, in the order of `CaseworkVerb.allCases`.
    package let allowed: [CaseworkVerb]

    package init(verb: CaseworkVerb, state: ReferralState, allowed: [CaseworkVerb]) {
        self.verb = verb
        self.state = state
        self.allowed = allowed
    }

    package var description: String {
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        return
            "on a referral that is \(state.rawValue), `\(verb.rawValue)` does not fit what is recorded of this kind; allowed: "
            + (names.isEmpty ? "nothing" : names)
    }
}

/// Which assessments run on a referral and which plans stand: a pure value, moved on by one verb at a time.
package struct Casework: Sendable, Hashable {
    /// Kinds of assessment that were started and not completed.
    package private(set) var assessing: Set<String> = []
    /// Kinds of plan that were made and have not ended.
    package private(set) var planned: Set<String> = []

    package init() {}

    /// What may happen next with a kind of assessment or plan, in the order of `CaseworkVerb.allCases`.
    package func allowed(_ kind: String, on state: ReferralState) -> [CaseworkVerb] {
        CaseworkVerb.allCases.filter { next($0, kind, on: state) != nil }
    }

    /// The casework after a step.
    /// - Throws: `ForbiddenCasework`: before a referral is accepted, after it is closed, a second start, an end without a beginning.
    package func applying(
        _ verb: CaseworkVerb, _ kind: String, on state: ReferralState
    ) throws(ForbiddenCasework) -> Casework {
        guard let next = next(verb, kind, on: state) else {
            throw ForbiddenCasework(verb: verb, state: state, allowed: allowed(kind, on: state))
        }
        return next
    }

    private func next(_ verb: CaseworkVerb, _ kind: String, on state: ReferralState) -> Casework? {
        guard state == .accepted else { return nil }
        var next = self
        let fits =
            switch verb {
            case .assessmentStarted: next.assessing.insert(kind).inserted
            case .assessmentCompleted: next.assessing.remove(kind) != nil
            case .planMade: next.planned.insert(kind).inserted
            case .planEnded: next.planned.remove(kind) != nil
            }
        return fits ? next : nil
    }
}
