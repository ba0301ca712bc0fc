import Encodings
import SharingPolicy

@testable import SharingModel

/// What is decided over all items together.
extension NaiveJudge {
    /// The answers to what is asked, and to everything that a flow which permits some of it binds to it.
    func answersWithCompanions(_ asked: Set<ItemCode>) -> [ItemCode: Answer] {
        var answers: [ItemCode: Answer] = [:]
        var open = asked
        while let item = open.popFirst() {
            let answer = answer(item)
            answers[item] = answer
            for permit in answer.permits {
                for bound in bound(to: item, by: permit) where answers[bound] == nil { open.insert(bound) }
            }
        }
        return answers
    }

    private func bound(to item: ItemCode, by permit: Permit) -> Set<ItemCode> {
        var bound: Set<ItemCode> = []
        for group in permit.flow?.inseparable ?? [] where group.contains(where: { $0.covers(item) }) {
            for code in group { bound.formUnion(leaves(of: code)) }
        }
        return bound
    }

    /// Inseparable items, and content under the name of a parent, go whole or not at all. Where missing facts could still let them go,
    /// people are asked.
    func keepTogether(_ answers: inout [ItemCode: Answer]) {
        let surely = whatStays(answers, hoping: false)
        let perhaps = whatStays(answers, hoping: true)
        for (item, answer) in answers where answer.isPermitted {
            if answer.isShareFirst {
                if surely.others.contains(item) { continue }
                let isMissing = perhaps.others.contains(item)
                answers[item] = Answer(said: Said(code: .inseparable, isMissing: isMissing))
                continue
            }
            if let left = surely.permits[item] {
                answers[item]?.permits = left
                continue
            }
            var said = Said(code: .inseparable, isMissing: perhaps.permits[item] != nil)
            said.flow = answer.permits.first?.name ?? ""
            if let otherwise = answer.said, otherwise.isMissing, !said.isMissing, perhaps.others.contains(item) {
                said = otherwise
            }
            answers[item] = Answer(said: said)
        }
        if dutiesToShare().isEmpty { return }
        for (item, answer) in answers where !answer.isPermitted && !answer.isFinal {
            answers[item]?.said?.isMissing = true
        }
    }

    /// Takes away, until nothing more falls, what leans on something that does not stand.
    private func whatStays(
        _ answers: [ItemCode: Answer], hoping: Bool
    ) -> (permits: [ItemCode: [Permit]], others: Set<ItemCode>) {
        var permits: [ItemCode: [Permit]] = [:]
        var others: Set<ItemCode> = []
        for (item, answer) in answers {
            if !answer.permits.isEmpty { permits[item] = answer.permits }
            if answer.isShareFirst || (hoping && answer.said?.isMissing == true) { others.insert(item) }
        }
        let asked = leaves()
        func stands(_ item: ItemCode) -> Bool { permits[item] != nil || others.contains(item) }
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for item in asked where isPush && stands(item) && !isInAWholeName(item, stands) {
                permits[item] = nil
                others.remove(item)
                hasChanged = true
            }
            for (item, given) in permits {
                let left = given.filter { permit in
                    bound(to: item, by: permit).allSatisfy { stands($0) && (!isPush || asked.contains($0)) }
                }
                if left.count == given.count { continue }
                permits[item] = left.isEmpty ? nil : left
                hasChanged = true
            }
        }
        return (permits, others)
    }

    private func isInAWholeName(_ item: ItemCode, _ stands: (ItemCode) -> Bool) -> Bool {
        for offered in question.items {
            let parts = leaves(of: offered.code)
            if parts.contains(item), parts.allSatisfy(stands) { return true }
        }
        return false
    }

    /// A version of the holder's agreements that somebody signed and nobody here can read: what is not permitted is referred.
    func refuseToReadOn(_ answers: inout [ItemCode: Answer]) {
        if !facts.agreements.contains(where: isInTheWay) { return }
        for (item, answer) in answers where !answer.isPermitted && !answer.isFinal {
            answers[item]?.said = Said(code: .evaluationError, isMissing: true)
        }
    }

    private func isInTheWay(_ record: AgreementOnRecord) -> Bool {
        guard case .unreadable = record.document, !record.signatures.isEmpty else { return false }
        var isConcerned = false
        for other in facts.agreements where other.name == record.name {
            switch other.document {
            case .unreadable:
                if other.version > record.version, !other.signatures.isEmpty { return false }
                if other.version <= record.version,
                    other.signatures.contains(where: { $0.agency == question.holder.agency })
                {
                    isConcerned = true
                }
            case .readable(let agreement):
                if other.version < record.version, agreement.isParty(question.holder.agency) { isConcerned = true }
                if other.version > record.version, Self.isSignedByAll(other, agreement),
                    agreement.inForce.from.start(in: zone) <= facts.clock
                {
                    return false
                }
            }
        }
        return isConcerned
    }

    /// Step 9: where what the asker knows settles an item, that is what it is told.
    func tellWhatTheAskerKnows(_ answers: inout [ItemCode: Answer]) {
        for (item, answer) in answers where !answer.isPermitted {
            guard let code = answer.said?.code, ![.keyRevoked, .evaluationError, .statutoryException].contains(code)
            else { continue }
            let trials = trials(of: item)
            if trials.contains(where: { $0.isOpen && $0.visible == nil }) { continue }
            // Nor does what the asker knows settle it where the glass that it broke lifts all of that.
            if trials.contains(where: { $0.isOpen && glassLiftsAllThatIsKnown(of: $0) }) { continue }
            var told = visible(trials)
            told.isMissing = answer.said?.isMissing ?? false
            answers[item]?.said = told
        }
    }

    private func glassLiftsAllThatIsKnown(of trial: Trial) -> Bool {
        guard question.breakGlass != nil, baseline?.roles[question.role] != nil,
            trial.flow.breakGlass.contains(question.role)
        else { return false }
        return trial.failures.filter { Self.isKnownToTheAsker($0.code) }
            .allSatisfy { $0.isMissing || Self.behindGlass.contains($0.code) }
    }

    /// Whether a flow that carries something lets the asker break the glass.
    func glassIsBroken(_ answers: [ItemCode: Answer]) -> Bool {
        if question.breakGlass == nil || baseline?.roles[question.role] == nil { return false }
        return answers.values.contains { $0.permits.first?.flow?.breakGlass.contains(question.role) == true }
    }
}

extension NaiveJudge {
    /// What may be told as the nearest permit: flow, step and code of an item that is not permitted. Nil where people of the holder said no: what
    /// is nearest then the rules do not say.
    func nearest(_ answers: [ItemCode: Answer]) -> Set<String>? {
        var found: Set<String> = []
        for (item, answer) in answers where !answer.isPermitted {
            if answer.isFinal, question.resolutions.contains(where: { $0.items.contains { $0.result == .withheld } }) {
                return nil
            }
            guard let said = answer.said, !said.flow.isEmpty else { continue }
            found.insert("\(said.flow) \(said.failed) \(said.code.rawValue)")
            // Of flows that lack a consent in the same way the rules do not say which lacks less.
            for trial in trials(of: item) where said.consent != nil && trial.failures.first?.code == said.code {
                found.insert("\(trial.name) \(said.failed) \(said.code.rawValue)")
            }
        }
        return found
    }

    /// What goes with the flows that carry something, and the reviews of what was shared without one or behind broken glass.
    func obligations(_ answers: [ItemCode: Answer]) -> Set<Obligation> {
        var found: Set<Obligation> = []
        for answer in answers.values {
            guard let obligations = answer.permits.first?.flow?.obligations else { continue }
            if let receipt = obligations.receipt { found.insert(Obligation(kind: "receipt", value: receipt.text)) }
            if let onward = obligations.onward { found.insert(Obligation(kind: "onward", value: onward)) }
            if let retention = obligations.retention {
                found.insert(Obligation(kind: "retention", value: retention.text))
            }
            switch obligations.notifySubject {
            case .yes?:
                if !question.isPersonInformed { found.insert(Obligation(kind: "notify-subject", value: "yes")) }
            case .no(let reason)?: found.insert(Obligation(kind: "notify-subject", value: "no: " + reason))
            case nil: break
            }
        }
        guard let clocks = baseline?.clocks else { return found }
        func review(_ what: String, _ limit: ClockLimit) {
            found.insert(Obligation(kind: "review", value: "\(what): \(limit.text)"))
        }
        if answers.values.contains(where: \.isShareFirst) { review("share-first", clocks.reviewShareFirst) }
        if answers.values.contains(where: { $0.permits.first.map { $0.flow == nil } ?? false }) {
            review("one-off", clocks.reviewOneOff)
        }
        if glassIsBroken(answers) { review("break-glass", clocks.reviewBreakGlass) }
        return found
    }
}
