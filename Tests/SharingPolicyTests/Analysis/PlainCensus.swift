import Encodings
import SharingPolicy

@testable import SharingModel

/// What questions come to when they have been asked: who was given what in which way by the first agreement, and what each of the others answers
/// differently. Nothing is worked out twice for the questions of one setting, as millions are asked.
struct PlainCensus: Sendable {
    struct Seen: Hashable, Sendable {
        let from: AgencyID
        let to: AgencyID
        let flow: String
        let item: ItemCode
        let way: String
    }

    struct Changed: Hashable, Sendable {
        let from: AgencyID
        let to: AgencyID
        let purpose: PurposeCode
        let item: ItemCode
        let before: [String]
        let after: [String]
    }

    private(set) var asked = 0
    private(set) var seen: Set<Seen> = []
    /// Of each agreement but the first.
    private(set) var changed: [Set<Changed>]

    private let questions: PlainQuestions
    /// Of each agreement the flows that come with other terms than the first agreement's of the same name.
    private let otherTerms: [Set<String>]

    init(_ questions: PlainQuestions) {
        self.questions = questions
        let flows = questions.policies.map(\.flows)
        otherTerms = flows.map { others in
            Set(
                flows[0].filter { name, flow in
                    others[name]?.obligations != flow.obligations || others[name]?.breakGlass != flow.breakGlass
                }.keys)
        }
        changed = flows.dropFirst().map { _ in [] }
    }

    /// Asks all there is about one setting.
    mutating func askAll(_ setting: PlainQuestions.Setting) {
        let facts = PlainPerson.allCases.map { ($0, questions.facts(setting, $0)) }
        for act in PlainAct.all { ask(setting, act, act.lifts, facts) }
    }

    /// Asks one question.
    mutating func ask(_ setting: PlainQuestions.Setting, _ act: PlainAct, _ lift: PlainLift, _ person: PlainPerson) {
        let persons: [PlainPerson] = person == .bestInterests ? [.lacking, person] : [person]
        ask(setting, act, [lift], persons.map { ($0, questions.facts(setting, $0)) })
    }

    mutating func add(_ other: PlainCensus) {
        asked += other.asked
        seen.formUnion(other.seen)
        for place in changed.indices { changed[place].formUnion(other.changed[place]) }
    }

    private mutating func ask(
        _ setting: PlainQuestions.Setting, _ act: PlainAct, _ lifts: [PlainLift], _ persons: [(PlainPerson, [Facts])]
    ) {
        let plain = questions.question(setting, act, .nothing)
        let lifted = lifts.map { ($0, questions.question(setting, act, $0)) }
        var lacking: Decision?
        var here = Here(others: questions.policies.count - 1)
        for (person, facts) in persons {
            let unlifted = Judge.decide(plain, facts[0])
            if person == .lacking { lacking = unlifted }
            for (lift, question) in lifted {
                let first = lift == .nothing ? unlifted : Judge.decide(question, facts[0])
                asked += 1
                switch lift {
                case .nothing where person == .bestInterests: here.note(first, "bestInterests", without: lacking)
                case .nothing: here.note(first, "agreed", without: nil)
                case .brokenGlass: here.note(first, "brokenGlass", without: unlifted)
                case .settled, .once: here.note(first, "settled", without: unlifted)
                }
                for (other, facts) in zip(setting.others, facts.dropFirst()) {
                    here.compare(first, Judge.decide(question, facts), question, other, otherTerms[other])
                }
            }
        }
        tell(here, setting)
    }

    /// With the names of the setting and in words.
    private mutating func tell(_ here: Here, _ setting: PlainQuestions.Setting) {
        for given in here.given {
            seen.insert(
                Seen(
                    from: setting.from, to: setting.to, flow: given.flow, item: questions.leaves[given.item],
                    way: given.way))
        }
        for (place, differences) in here.differences.enumerated() {
            for one in differences {
                let before = one.before.words(questions.policies[0], setting.role)
                let after = one.after.words(questions.policies[place + 1], setting.role)
                guard before != after else { continue }
                changed[place].insert(
                    Changed(
                        from: setting.from, to: setting.to, purpose: setting.purpose, item: questions.leaves[one.item],
                        before: before, after: after))
            }
        }
    }
}

/// What came of questions that differ in nothing that has a name.
private struct Here {
    struct Given: Hashable {
        let item: Int
        let flow: String
        let way: String
    }

    /// What is said of an item, and what words about it depend on.
    struct Said: Hashable {
        let result: ItemDecision.Result
        let codes: [RefusalCode]
        let flow: String?
        let isGlassBroken: Bool
        let isSharedFirst: Bool

        func words(_ policy: PlainPolicy, _ role: RoleCode) -> [String] {
            let flow = flow.flatMap { policy.flows[$0] }
            let isBroken = isGlassBroken && flow?.breakGlass.contains(role) == true
            let isOnce = flow == nil && result == .permitted && !isSharedFirst
            return [result.rawValue] + codes.map(\.rawValue)
                + (flow?.obligations.list.map { "\($0.kind) \($0.value)" } ?? [])
                + (isBroken ? ["review break-glass"] : []) + (isOnce ? ["review one-off"] : [])
        }
    }

    struct Difference: Hashable {
        let item: Int
        let before: Said
        let after: Said
    }

    private(set) var given: Set<Given> = []
    private(set) var differences: [Set<Difference>]

    init(others: Int) { differences = Array(repeating: [], count: others) }

    /// - Parameter without: what would be permitted without the way: that is not due to it.
    mutating func note(_ decision: Decision, _ way: String, without: Decision?) {
        for (place, item) in decision.items.enumerated() where item.result == .permitted {
            guard let flow = item.flow, without?.items[place] != item else { continue }
            given.insert(Given(item: place, flow: flow, way: way))
        }
    }

    mutating func compare(
        _ before: Decision, _ after: Decision, _ question: Question, _ other: Int, _ otherTerms: Set<String>
    ) {
        for place in before.items.indices {
            let (old, new) = (before.items[place], after.items[place])
            if old.result == new.result, old.codes == new.codes, old.flow == new.flow,
                old.flow.map({ !otherTerms.contains($0) }) ?? true
            {
                continue
            }
            func said(_ item: ItemDecision, _ decision: Decision) -> Said {
                Said(
                    result: item.result, codes: item.codes, flow: item.flow,
                    isGlassBroken: question.breakGlass != nil, isSharedFirst: decision.shareFirst)
            }
            differences[other - 1].insert(Difference(item: place, before: said(old, before), after: said(new, after)))
        }
    }
}
