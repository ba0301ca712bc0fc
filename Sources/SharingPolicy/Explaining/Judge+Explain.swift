import Encodings
import SharingModel

extension Judge {
    /// Decides, and says how it came to that. It is the same run of the same steps as ``decide(_:_:)``, watched: the two
    /// cannot disagree.
    package static func explain(_ question: Question, _ facts: Facts) -> Explanation {
        let docket = Docket(question, facts)
        var trace = Trace(docket: docket)
        let verdict = verdict(on: docket) { trace.note($0, $1) }
        let decision = verdict.decision()
        let needs = Needs(docket: docket, answers: trace.held)
        return Explanation(
            decision: decision,
            items: decision.items.map { item in
                let reason = trace.held[item.item]?.reason
                return Explanation.Item(
                    item: item.item, result: item.result, flow: item.flow, codes: item.codes,
                    steps: trace.steps[item.item] ?? [],
                    flows: docket.flows.climbs(for: docket.item(item.item), in: docket).map(Explanation.FlowTried.init),
                    nearest: reason?.flow?.reference,
                    needs: reason.map { needs.needs(of: item.item, because: $0) } ?? [])
            }, closed: docket.flows.closed)
    }
}

/// What each step made of each item, noted while the judge goes through them.
private struct Trace {
    let docket: Docket
    var steps: [ItemCode: [Explanation.StepTaken]] = [:]
    /// The answers as they were held, before it was settled what of them is told.
    var held: [ItemCode: Answer] = [:]
    private var last: [ItemCode: Mark] = [:]

    init(docket: Docket) { self.docket = docket }

    /// As much of an answer as tells one from another.
    private struct Mark: Hashable {
        let decision: ItemDecision
        let fact: EventReference?
        let permits: Int
    }

    mutating func note(_ step: JudgeStep, _ answers: Answers) {
        for (item, answer) in answers.said {
            if step != .telling { held[item] = answer }
            let decision = Verdict.itemDecision(item, answer)
            let mark = Mark(decision: decision, fact: answer.reason?.fact, permits: answer.permits.count)
            guard last.updateValue(mark, forKey: item) != mark else { continue }
            steps[item, default: []].append(taken(step, decision, answer))
        }
    }

    private func taken(_ step: JudgeStep, _ decision: ItemDecision, _ answer: Answer) -> Explanation.StepTaken {
        let reason = answer.reason
        var detail = reason?.detail?.words
        if step == .duties { detail = docket.duties.map(\.name.text).joined(separator: ", ") }
        var lifted: [RefusalCode] = []
        if step == .breakGlass || step == .resolutions, let flow = decision.flow {
            lifted =
                docket.flows.open.first { $0.reference == flow }
                .map { $0.stops(for: docket.item(decision.item), in: docket).map(\.code) } ?? []
        }
        var seen: Set<EventReference> = []
        let facts = ((answer.grounds?.facts ?? []) + [reason?.fact, reason?.behind].compactMap { $0 }).filter {
            seen.insert($0).inserted
        }
        return Explanation.StepTaken(
            step: step, result: decision.result, flow: decision.flow, code: decision.codes.first, detail: detail,
            lifted: lifted, facts: facts)
    }
}

extension Answer {
    fileprivate var permits: [Permit] { if case .permitted(let permits, _) = self { permits } else { [] } }
}

extension PreparedFlow {
    /// All that stands between an open flow and an item: what stops it first, then what would stop it without that, and
    /// so on.
    func stops(for item: ItemInQuestion, in docket: Docket) -> [Reason] {
        var stops: [Reason] = []
        // Each round lifts one condition, and there are no more of them than rungs and steps.
        for _ in 0...(Rung.allCases.count + FlowLadder.aboutTheItem.count) {
            let climb = climb(for: item, in: docket) { stop in
                stops.contains { $0.code == stop.code && $0.flow?.rung == stop.flow?.rung }
            }
            guard let next = climb.bar ?? climb.stopped else { break }
            stops.append(next)
        }
        if stops.contains(where: { $0.code == .objectionUpheld }), let other = barBehindObjection(for: item, in: docket)
        {
            stops.append(other)
        }
        return stops
    }

    /// An objection hides a death, since one bar is enough.
    private func barBehindObjection(for item: ItemInQuestion, in docket: Docket) -> Reason? {
        var facts = docket.facts
        facts.objections = []
        let candidate = Candidate(docket: Docket(docket.question, facts), terms: terms, item: item)
        return LiftableBars.bar(of: candidate).map { Reason($0, at: .bar, of: self) }
    }
}

extension Explanation.FlowTried {
    init(_ climb: Climb) {
        let stop = climb.bar ?? climb.stopped
        let reached = stop?.flow?.rung ?? .inseparable
        flow = climb.flow.reference
        // The bars stand before the flows, so one that is barred was held against nothing else.
        passed = Rung.allCases.filter { $0 != .bar && $0 < reached }.map(\.rawValue)
        stopped = stop.map(Explanation.Stopped.init)
        var seen: Set<EventReference> = []
        facts = stop == nil ? climb.grounds.facts.filter { seen.insert($0).inserted } : []
    }
}

extension Explanation.Stopped {
    fileprivate init(_ reason: Reason) {
        at = reason.flow?.rung.rawValue ?? ""
        code = reason.code
        isReferred = reason.isReferred
        fact = reason.fact
        detail = reason.detail?.words
    }
}

extension FlowsInQuestion {
    /// The holder's flows in play that are not about the question, by name.
    fileprivate var closed: [Explanation.FlowTried] {
        policy.inPlay(holder: question.holder.agency, at: clock).flatMap { agreement in
            agreement.flows.compactMap { flow in
                stops(of: flow).first.map { Explanation.FlowTried(flow.reference, stoppedAt: $0) }
            }
        }
    }

    /// Every condition about the flow itself that it does not meet.
    func stops(of flow: PreparedFlow) -> [Reason] {
        FlowLadder.aboutTheFlow.compactMap { step in
            step.stop(flow, policy, question, clock).map { Reason($0, at: step.rung, of: flow) }
        }
    }
}

extension Explanation.FlowTried {
    fileprivate init(_ reference: String, stoppedAt reason: Reason) {
        flow = reference
        passed = Rung.allCases.filter { rung in rung != .bar && reason.flow.map { rung < $0.rung } ?? false }
            .map(\.rawValue)
        stopped = Explanation.Stopped(reason)
        facts = []
    }
}
