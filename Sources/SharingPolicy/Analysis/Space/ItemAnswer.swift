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
        let flows = Dictionary(
            sides[side].flatMap { agreement in agreement.flows.map { (agreement.reference(to: $0), $0) } }
        ) { first, _ in first }
        var answers: [[ItemCode]: ItemAnswer] = [:]
        for (asked, verdict) in verdicts(relation, circumstances, classes, side: side) {
            let decided = Dictionary(verdict.decision().items.map { ($0.item, $0) }) { first, _ in first }
            for group in asked {
                guard let item = group.first, let decision = decided[item] else { continue }
                let spoke = verdict.answers[item]?.reason?.flow?.reference
                answers[group] = ItemAnswer(
                    result: decision.result, codes: decision.codes,
                    obligations: decision.flow.flatMap { flows[$0] }?.obligations.list ?? [],
                    deciders: decision.result == .referred ? spoke.flatMap { flows[$0] }?.decide ?? [] : [])
            }
        }
        return answers
    }

    /// One verdict on everything together, or one on each class alone; with the classes it is about.
    func verdicts(
        _ relation: Relation, _ circumstances: Circumstances, _ classes: [[ItemCode]], side: Int
    ) -> [(classes: [[ItemCode]], verdict: Verdict)] {
        let asked = circumstances.act.isOneByOne ? classes.map { [$0] } : [classes]
        return asked.map { classes in
            (classes, verdict(relation, circumstances, items: classes.compactMap(\.first), side: side))
        }
    }
}
