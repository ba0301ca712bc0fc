import Encodings
import SharingModel

/// The flows that may answer a question, found when a rule first asks for them. Belongs to one docket.
final class FlowsInQuestion {
    let policy: PreparedPolicy
    let question: Question
    let clock: Instant

    init(_ policy: PreparedPolicy, _ question: Question, _ clock: Instant) {
        self.policy = policy
        self.question = question
        self.clock = clock
    }

    /// Those that have both agencies, dates, state and purpose, in the order of the agreements' names.
    private(set) lazy var open: [PreparedFlow] = policy.flows(
        from: question.holder.agency, to: question.recipient.agency, for: question.purpose, at: clock
    ).filter { failure(of: $0) == nil }

    /// Why there is none that is open: of all the holder's flows the one that gets furthest speaks, ties by name.
    private(set) lazy var reasonForNone: Reason = {
        let inPlay = policy.inPlay(holder: question.holder.agency, at: clock)
        guard !inPlay.isEmpty else { return Reason(.noAgreement) }
        let recipient = question.recipient.agency
        // Any flow of an agreement with both parties gets further than those of the others, if it leads from the one to the other.
        let shared = furthest(among: inPlay.filter { $0.agreement.parties.contains(recipient) })
        if let shared, let rung = shared.flow?.rung, rung > .parties { return shared }
        return furthest(among: inPlay) ?? Reason(.recipientNotParty)
    }()

    /// What stops the flow that gets furthest; nil where none is stopped.
    private func furthest(among inPlay: [PreparedPolicy.InPlay]) -> Reason? {
        var speaker: Reason?
        for agreement in inPlay {
            for flow in agreement.flows {
                guard let (stop, rung) = failure(of: flow), rung >= speaker?.flow?.rung ?? rung else { continue }
                let reason = Reason(stop, at: rung, of: flow)
                if speaker.map(reason.speaksBefore) ?? true { speaker = reason }
            }
        }
        return speaker
    }

    /// How far each that is open gets for an item, with nothing lifted.
    func climbs(for item: ItemInQuestion, in docket: Docket) -> [Climb] {
        if let known = item.climbs { return known }
        let found = open.map { $0.climb(for: item, in: docket) }
        item.climbs = found
        return found
    }

    private func failure(of flow: PreparedFlow) -> (Stop, Rung)? {
        for step in FlowLadder.aboutTheFlow {
            if let stop = step.stop(flow, policy, question, clock) { return (stop, step.rung) }
        }
        return nil
    }
}
