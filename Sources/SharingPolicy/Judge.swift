package import SharingModel

/// Decides what may pass. A pure function: the same question and facts always give the same decision.
///
/// DOMAIN 5 is the law of this house; each of its steps is a file, and ``rules`` and ``adjustments`` are their order.
/// Whatever no step permits is withheld.
package enum Judge {
    /// Steps 1, 2, 4 and 5. The first that answers an item answers it.
    static let rules: [any Rule] = [AbsoluteBars(), ShareFirst(), FlowsRule()]

    /// Steps that look at the answers together.
    static let adjustments: [any Adjustment] = [Inseparable(), EvaluationErrors()]

    package static func decide(_ question: Question, _ facts: Facts) -> Decision {
        verdict(question, facts).decision()
    }

    /// The answers with their grounds, from which a decision is drawn.
    static func verdict(_ question: Question, _ facts: Facts) -> Verdict {
        let docket = Docket(question, facts)
        var answers = answers(to: docket.items, in: docket)
        var undecided = Inseparable.companions(of: answers, in: docket).subtracting(answers.keys)
        while !undecided.isEmpty {
            answers.merge(Self.answers(to: undecided.sorted(), in: docket)) { first, _ in first }
            undecided = Inseparable.companions(of: answers, in: docket).subtracting(answers.keys)
        }
        for adjustment in adjustments { adjustment.adjust(&answers, in: docket) }
        return Verdict(docket: docket, answers: answers)
    }

    private static func answers(to items: [ItemCode], in docket: Docket) -> [ItemCode: Answer] {
        var answers: [ItemCode: Answer] = [:]
        for rule in rules {
            let open = items.filter { answers[$0] == nil }
            answers.merge(rule.answers(to: open, in: docket)) { first, _ in first }
        }
        return answers
    }
}
