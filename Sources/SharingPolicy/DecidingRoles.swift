package import SharingModel

/// Who of the holder's people may settle what was referred to them: the roles that the flows between the two agencies
/// for this purpose name, and those of which the baseline says so.
package enum DecidingRoles {
    package static func of(_ question: Question, _ facts: Facts) -> Set<RoleCode> {
        let policy = facts.prepared ?? PreparedPolicy(facts.agreements, baseline: facts.baseline)
        return of(FlowsInQuestion(policy, question, facts.clock), policy.baseline)
    }

    static func of(_ flows: FlowsInQuestion, _ baseline: Baseline?) -> Set<RoleCode> {
        guard let baseline else { return [] }
        let named = flows.open.flatMap(\.terms.flow.decide).filter { baseline.roles[$0] != nil }
        return Set(baseline.roles.filter(\.value.decides).keys).union(named)
    }

    static func mayDecide(_ role: RoleCode, under flow: Flow, _ baseline: Baseline?) -> Bool {
        guard let rule = baseline?.roles[role] else { return false }
        return flow.decide.isEmpty ? rule.decides : flow.decide.contains(role)
    }
}
