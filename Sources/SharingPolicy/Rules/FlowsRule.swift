import SharingModel

/// Steps 4 and 5: the flows of the holder's agreements. Answers every item, so nothing after it is asked unless it
/// lifts or adds.
struct FlowsRule: Rule {
    func answers(to items: [ItemCode], in docket: Docket) -> [ItemCode: Answer] {
        guard let first = items.first else { return [:] }
        guard !docket.agreements.isEmpty else {
            return Dictionary(uniqueKeysWithValues: items.map { ($0, .notPermitted(Reason(.noAgreement))) })
        }
        let climbers = docket.agreements.flatMap { inPlay in
            inPlay.agreement.flows.map {
                Climber(docket: docket, inPlay: inPlay, flow: $0, firstItem: first)
            }
        }
        return Dictionary(uniqueKeysWithValues: items.map { ($0, answer(to: $0, climbers)) })
    }

    private func answer(to item: ItemCode, _ climbers: [Climber]) -> Answer {
        var permits: [Permit] = []
        var speaker: Reason?
        for climber in climbers {
            switch climber.climb(for: item) {
            case .permits(let permit): permits.append(permit)
            case .stopped(let reason):
                if speaker.map(reason.speaksBefore) ?? true { speaker = reason }
            }
        }
        if permits.isEmpty { return .notPermitted(speaker ?? Reason(.recipientNotParty)) }
        return .permitted(permits.sorted { $0.reference < $1.reference }, otherwise: speaker)
    }
}
