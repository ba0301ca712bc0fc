package import Encodings
package import SharingModel

/// What is answered of one item, without the names of agreements and flows: two that say the same in other words answer alike.
package struct ItemAnswer: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let result: ItemDecision.Result
    package let codes: [RefusalCode]
    /// What goes with a permit.
    package let obligations: [Obligation]
    /// The holder's roles that settle what is referred.
    package let deciders: [RoleCode]

    package var description: String {
        let terms = obligations.map { "\($0.kind) \($0.value)" }.joined(separator: ", ")
        return ([result.rawValue] + codes.map(\.rawValue)).joined(separator: " ")
            + (terms.isEmpty ? "" : " (\(terms))")
            + (deciders.isEmpty ? "" : " to " + deciders.map(\.text).joined(separator: ", "))
    }

    package static func < (left: ItemAnswer, right: ItemAnswer) -> Bool { left.description < right.description }

    package var json: JSON {
        .object([
            "result": .string(result.rawValue), "codes": .strings(codes.map(\.rawValue)),
            "obligations": .strings(obligations.map { "\($0.kind) \($0.value)" }),
            "decide": .strings(deciders.map(\.text)),
        ])
    }
}

extension QuestionSpace {
    /// The answers to items that stand for their classes, on one side.
    func answers(
        _ relation: Relation, _ circumstances: Circumstances, _ classes: [[ItemCode]], side: Int
    ) -> [[ItemCode]: ItemAnswer] {
        var answers: [[ItemCode]: ItemAnswer] = [:]
        for (asked, verdict) in verdicts(relation, circumstances, classes, side: side) {
            for group in asked {
                guard let item = group.first else { continue }
                let answer = verdict.answers[item] ?? .notPermitted(Reason(.itemNotCovered))
                let decision = Verdict.itemDecision(item, answer)
                let spoke = answer.reason?.flow?.reference
                answers[group] = ItemAnswer(
                    result: decision.result, codes: decision.codes,
                    obligations: (decision.flow.flatMap { flow($0, side: side) }?.obligations.list ?? [])
                        + verdict.reviews(of: item),
                    deciders: decision.result == .referred
                        ? spoke.flatMap { flow($0, side: side) }?.decide ?? [] : [])
            }
        }
        return answers
    }

    /// One verdict on everything together, or one on each class that is bound to another alone; with the classes it is about.
    func verdicts(
        _ relation: Relation, _ circumstances: Circumstances, _ classes: [[ItemCode]], side: Int
    ) -> [(classes: [[ItemCode]], verdict: Verdict)] {
        let asked =
            circumstances.act.isOneByOne ? boundClasses(classes, of: relation).map { [$0] } : [classes]
        return asked.map { classes in
            (classes, verdict(relation, circumstances, items: classes.compactMap(\.first), side: side))
        }
    }
}

extension Verdict {
    /// What of an item's permit is reviewed.
    fileprivate func reviews(of item: ItemCode) -> [Obligation] {
        guard case .permitted(let permits, _)? = answers[item], let first = permits.first else { return [] }
        if first.isOneOff { return [Obligation(kind: "review", value: "one-off")] }
        return BreakGlassRule.isOpen(first.terms, in: docket) ? [Obligation(kind: "review", value: "break-glass")] : []
    }
}
