import SharingModel

/// Step 9, inseparable items: under a flow that binds items together none of them goes unless all may go and, in an
/// offer, all are there.
///
/// A flow's groups bind what that flow permits; an item that another flow permits on its own goes under that one. So a
/// further permit can never take one away.
struct Inseparable: Adjustment {
    /// The items that flows which permit something bind to it, and that must therefore be decided too.
    static func companions(of answers: [ItemCode: Answer], in docket: Docket) -> Set<ItemCode> {
        var companions: Set<ItemCode> = []
        for (item, answer) in answers {
            guard case .permitted(let permits, _) = answer else { continue }
            for permit in permits { companions.formUnion(bound(item, by: permit, in: docket)) }
        }
        return companions
    }

    func adjust(_ answers: inout [ItemCode: Answer], in docket: Docket) {
        let strict = survivors(of: answers, in: docket, isHopeful: false)
        // What would survive if every missing fact turned out well: the rest is withheld rather than referred.
        let hopeful = survivors(of: answers, in: docket, isHopeful: true)
        for (item, answer) in answers {
            guard case .permitted(let permits, let otherwise) = answer else { continue }
            if let left = strict[item] {
                answers[item] = .permitted(left, otherwise: otherwise)
            } else if let first = permits.first {
                var reason = Reason(.inseparable, isReferred: hopeful[item] != nil)
                reason.flow = (first.reference, .inseparable)
                // As with any other step, a flow that only lacks a fact speaks before one that fails here.
                if let otherwise, otherwise.speaksBefore(reason) { reason = otherwise }
                answers[item] = .notPermitted(reason)
            }
        }
    }

    /// The permits that stand when each falls whose companions do not stand, until none falls any more.
    private func survivors(
        of answers: [ItemCode: Answer], in docket: Docket, isHopeful: Bool
    ) -> [ItemCode: [Permit]] {
        var permits: [ItemCode: [Permit]] = [:]
        var others: Set<ItemCode> = []
        for (item, answer) in answers {
            if case .permitted(let given, _) = answer { permits[item] = given }
            if isHopeful ? answer.mightDoWithoutThese : answer.standsByItself { others.insert(item) }
        }
        var changed = true
        while changed {
            changed = false
            for (item, given) in permits {
                let left = given.filter { permit in
                    Self.bound(item, by: permit, in: docket).allSatisfy { companion in
                        (permits[companion] != nil || others.contains(companion))
                            && (!docket.question.kind.isPush || docket.offered.contains(companion))
                    }
                }
                guard left.count < given.count else { continue }
                permits[item] = left.isEmpty ? nil : left
                changed = true
            }
        }
        return permits
    }

    /// The leaves a permit's flow binds to an item, itself among them; none where it binds nothing to it.
    private static func bound(_ item: ItemCode, by permit: Permit, in docket: Docket) -> Set<ItemCode> {
        var bound: Set<ItemCode> = []
        for group in permit.flow.inseparable where group.contains(where: { $0.covers(item) }) {
            bound.formUnion(docket.leaves(of: group))
        }
        return bound
    }
}
