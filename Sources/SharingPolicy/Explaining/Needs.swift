import Encodings
import SharingModel

/// Works out what would have made the difference: the flow that came closest is climbed again with what stopped it
/// lifted, until it permits. So what is named is enough, as far as this flow goes.
struct Needs {
    let docket: Docket
    /// The answers to all items, also those bound to the ones asked for.
    let answers: [ItemCode: Answer]

    func needs(of item: ItemCode, because reason: Reason) -> [Explanation.Need] {
        if reason.isFinal || reason.code == .evaluationError { return [Self.need(reason.code, beyondFlows(reason))] }
        guard let nearest = reason.flow, let flow = flow(nearest.reference) else {
            return [withoutFlow(item, reason)]
        }
        if nearest.rung == .inseparable { return [bound(to: item, under: flow.flow)] }
        let about = docket.flows.stops(of: flow)
        let conditions = flow.stops(for: docket.item(item), in: docket)
        let words = NeedWords(
            docket: docket, terms: flow.terms, item: docket.item(item))
        return (about + conditions).map { Self.need($0.code, words.text($0)) }
    }

    private func flow(_ reference: String) -> PreparedFlow? {
        if let open = docket.flows.open.first(where: { $0.reference == reference }) { return open }
        return docket.policy.inPlay(holder: docket.question.holder.agency, at: docket.facts.clock).lazy
            .flatMap(\.flows).first { $0.reference == reference }
    }

    /// What no flow is in the way of.
    private func beyondFlows(_ reason: Reason) -> String {
        switch reason.code {
        case .courtProhibits: "the court's order discharged or run out"
        case .shielded: "the shield lifted by whoever may"
        case .keyRevoked:
            docket.question.revokedKey != nil
                ? "a request under a key that is trusted" : "both agencies taking part; one of them has left"
        case .evaluationError:
            "an agreement that this site can read (\(reason.detail?.words ?? "see the operator's log"))"
        default: "another decision by the holder's people; they have settled this"
        }
    }

    private func withoutFlow(_ item: ItemCode, _ reason: Reason) -> Explanation.Need {
        let question = docket.question
        let text =
            switch reason.code {
            case .objectionUpheld: "the objection overridden or lifted"
            case .deceased: "a flow for \(question.purpose) that goes on after a death"
            case .noAgreement, .recipientNotParty:
                "an agreement, signed by all its parties and in force, with a flow from \(question.holder.agency) to "
                    + "\(question.recipient.agency) for \(question.purpose) that covers \(item)"
            default: "a decision for this once whose basis holds (\(reason.detail?.words ?? reason.code.inWords))"
            }
        return Self.need(reason.code, text)
    }

    /// The companions that hold an item back.
    private func bound(to item: ItemCode, under flow: Flow) -> Explanation.Need {
        var (missing, refused): ([String], [String]) = ([], [])
        for companion in Inseparable.bound(item, by: flow, in: docket).sorted() where companion != item {
            if docket.question.kind.isPush, !docket.isOffered(companion) {
                missing.append(companion.text)
            } else if case .notPermitted(let reason)? = answers[companion], reason.code != .inseparable {
                refused.append("\(companion) (\(reason.code.rawValue))")
            }
        }
        var wanted: [String] = []
        if !missing.isEmpty { wanted.append("\(missing.joined(separator: ", ")) in the offer, if only as none known") }
        if !refused.isEmpty { wanted.append("a permit for \(refused.joined(separator: ", ")) as well") }
        if wanted.isEmpty {
            wanted.append("everything that goes with it, and everything under the same name, permitted")
        }
        return Self.need(.inseparable, wanted.joined(separator: ", and "))
    }

    private static func need(_ code: RefusalCode, _ text: String) -> Explanation.Need {
        Explanation.Need(code: code, text: text)
    }
}
