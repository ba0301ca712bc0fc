import SharingModel

/// Step 9, inseparable items: under a flow that binds items together none of them goes unless all may go and, in an
/// offer, all are there. Nor does anything go under a name of the offer that may not go whole (``OfferedNames``). The
/// two fell one another: a warning that is stuck under such a name is not there for the address bound to it.
///
/// A flow's groups bind what that flow permits; an item that another flow permits on its own goes under that one. So a
/// further permit can never take one away.
struct Inseparable: Adjustment {
    let step = JudgeStep.inseparable

    /// The items that flows which permit something bind to it, that must therefore be decided too, and are not yet; sorted.
    static func companions(of answers: Answers, in docket: Docket) -> [ItemInQuestion] {
        var companions: Set<ItemCode> = []
        answers.forEach { item, answer in
            guard case .permitted(let permits, _) = answer else { return }
            for permit in permits where permit.terms.isBinding {
                companions.formUnion(bound(item.code, by: permit.terms.flow, in: docket))
            }
        }
        return companions.filter { !answers.contains($0) }.sorted().map(docket.item)
    }

    func adjust(_ answers: inout Answers, in docket: Docket) {
        guard Self.mayBind(answers, in: docket) else { return }
        let strict = survivors(of: answers, in: docket, isHopeful: false)
        // What would survive if every missing fact turned out well: the rest is withheld rather than referred.
        let hopeful = survivors(of: answers, in: docket, isHopeful: true)
        answers.revise { item, answer in
            if answer.standsByItself, !strict.others.contains(item.code) {
                return .notPermitted(Reason(.inseparable, isReferred: hopeful.others.contains(item.code)))
            }
            guard case .permitted(let permits, let otherwise) = answer else { return nil }
            if let left = strict.permits[item.code] { return .permitted(left, otherwise: otherwise) }
            guard let first = permits.first else { return nil }
            var reason = Reason(.inseparable, isReferred: hopeful.permits[item.code] != nil)
            reason.flow = Reason.Place(flow: first.flow, rung: .inseparable)
            // As with any other step, a flow that only lacks a fact speaks before one that fails here.
            // Not where the item's name may not go in any case.
            if let otherwise, hopeful.others.contains(item.code), otherwise.speaksBefore(reason) {
                reason = otherwise
            } else if first.isOneOff {
                // What the holder decided for this once belongs to no flow, so none came near.
                reason.flow = nil
            }
            return .notPermitted(reason)
        }
    }

    /// Whether anything is bound to anything: by a flow that permits something, or by an offer's name for several leaves.
    private static func mayBind(_ answers: Answers, in docket: Docket) -> Bool {
        if docket.question.kind.isPush, !OfferedNames.areLeaves(in: docket) { return true }
        return answers.contains { _, answer in
            guard case .permitted(let permits, _) = answer else { return false }
            return permits.contains { $0.terms.isBinding }
        }
    }

    /// What stands when everything has fallen that leans on something that does not stand.
    private struct Survivors {
        var permits: [ItemCode: [Permit]] = [:]
        /// Items that do without these permits.
        var others: Set<ItemCode> = []

        func contains(_ item: ItemCode) -> Bool { permits[item] != nil || others.contains(item) }

        /// Whether there was anything to remove.
        mutating func remove(_ item: ItemCode) -> Bool {
            let hadPermits = permits.removeValue(forKey: item) != nil
            return others.remove(item) != nil || hadPermits
        }
    }

    /// The permits that stand when each falls whose companions or whose item's names do not stand, until none falls any
    /// more. Something falls in each round and nothing rises again, so the order does not matter.
    private func survivors(of answers: Answers, in docket: Docket, isHopeful: Bool) -> Survivors {
        let names = OfferedNames(docket)
        var standing = Survivors()
        answers.forEach { item, answer in
            if case .permitted(let given, _) = answer { standing.permits[item.code] = given }
            if isHopeful ? answer.mightDoWithoutThese : answer.standsByItself { standing.others.insert(item.code) }
        }
        var changed = true
        while changed {
            changed = false
            for item in names.stuck(where: standing.contains) where standing.remove(item) { changed = true }
            for (item, given) in standing.permits {
                let left = given.filter { permit in
                    Self.bound(item, by: permit, in: docket).allSatisfy { companion in
                        standing.contains(companion)
                            && (!docket.question.kind.isPush || docket.isOffered(companion))
                    }
                }
                guard left.count < given.count else { continue }
                standing.permits[item] = left.isEmpty ? nil : left
                changed = true
            }
        }
        return standing
    }

    /// The leaves a permit's flow binds to an item, itself among them; none where it binds nothing to it.
    private static func bound(_ item: ItemCode, by permit: Permit, in docket: Docket) -> Set<ItemCode> {
        permit.terms.isBinding ? bound(item, by: permit.terms.flow, in: docket) : []
    }

    static func bound(_ item: ItemCode, by flow: Flow, in docket: Docket) -> Set<ItemCode> {
        var bound: Set<ItemCode> = []
        for group in flow.inseparable where group.contains(where: { $0.covers(item) }) {
            bound.formUnion(docket.leaves(of: group))
        }
        return bound
    }
}
