package import SharingModel

/// Decides what may pass. A pure function: the same question and facts always give the same decision.
///
/// DOMAIN 5 is the law of this house; each of its steps is a file, and the lists here are their order. Whatever no step
/// permits is withheld.
package enum Judge {
    /// Steps 1 to 5. The first that answers an item answers it.
    static let rules: [any Rule] = [AbsoluteBars(), ShareFirst(), FlowsRule()]

    /// Steps 6 to 8, for each item by itself.
    static let lifts: [any Adjustment] = [OneOffRule(), BreakGlassRule(), Resolutions(), Duties()]

    /// Steps that look at the answers together. A duty to share is about what inseparable items lose, too.
    static let adjustments: [any Adjustment] = [Inseparable(), Duties(), EvaluationErrors(), Telling()]

    package static func decide(_ question: Question, _ facts: Facts) -> Decision {
        verdict(question, facts).decision()
    }

    /// The answers with their grounds, from which a decision is drawn.
    static func verdict(_ question: Question, _ facts: Facts) -> Verdict {
        verdict(on: Docket(question, facts)) { _, _ in }
    }

    /// - Parameter watch: is shown the answers after each step, in the order in which the steps are taken.
    static func verdict(on docket: Docket, _ watch: (JudgeStep, Answers) -> Void) -> Verdict {
        var answers = answers(to: docket.items, in: docket, watch)
        var undecided = Inseparable.companions(of: answers, in: docket)
        while !undecided.isEmpty {
            answers.add(Self.answers(to: undecided, in: docket, watch))
            undecided = Inseparable.companions(of: answers, in: docket)
        }
        for adjustment in adjustments {
            adjustment.adjust(&answers, in: docket)
            watch(adjustment.step, answers)
        }
        return Verdict(docket: docket, answers: answers)
    }

    private static func answers(
        to items: [ItemInQuestion], in docket: Docket, _ watch: (JudgeStep, Answers) -> Void
    ) -> Answers {
        var answers = Answers(to: items)
        for rule in rules where answers.hasOpen {
            rule.answer(&answers, in: docket)
            watch(rule.step, answers)
        }
        for lift in lifts {
            lift.adjust(&answers, in: docket)
            watch(lift.step, answers)
        }
        return answers
    }
}
