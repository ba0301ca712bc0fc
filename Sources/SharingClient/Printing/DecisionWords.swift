import Encodings
package import SharingModel

/// A decision in words, for people who answer for it: what passes through which flow, what does not and why, what would make the difference.
package struct DecisionWords: Sendable {
    private let decision: Decision

    package init(_ decision: Decision) { self.decision = decision }

    /// One paragraph a line.
    package var lines: [String] {
        var lines = [summary]
        lines += decision.items.map(line)
        if let nearest = decision.nearest { lines += self.lines(nearest) }
        for obligation in decision.obligations { lines.append(Self.text(obligation)) }
        // The notice of a partial release names the contact itself.
        if let notice = decision.notice {
            lines.append(notice)
        } else if let contact = decision.contact {
            lines.append("ask: \(contact)")
        }
        return lines
    }

    package var text: String { lines.map { TextTable.printable($0) + "\n" }.joined() }

    /// Under a line that says what was decided.
    package var indented: String { lines.dropFirst().map { "  " + TextTable.printable($0) + "\n" }.joined() }

    private var summary: String {
        let permitted = decision.items.count { $0.result == .permitted }
        let head: String
        switch decision.outcome {
        case .permitted:
            head =
                decision.items.count == 1
                ? "permitted: the item may pass" : "permitted: all \(decision.items.count) items may pass"
        case .partlyPermitted: head = "partly permitted: \(permitted) of \(decision.items.count) items may pass"
        case .refused: head = "refused: nothing may pass"
        case .referred: head = "referred: a person at the holder has to decide"
        }
        return head
            + (decision.shareFirst
                ? "; share first: a child is at risk, so it passed without waiting, and will be reviewed" : "")
            + (decision.breakGlass ? "; under break-glass, which will be reviewed" : "")
    }

    private func line(_ item: ItemDecision) -> String {
        let name = item.item.text
        switch item.result {
        case .permitted:
            let way = item.flow.map { " through \($0)" } ?? (decision.shareFirst ? ", share first" : "")
            return "\(name): permitted\(way)"
        case .withheld: return "\(name): withheld because \(reasons(item))"
        case .referred: return "\(name): waits for the holder because \(reasons(item))"
        }
    }

    private func reasons(_ item: ItemDecision) -> String {
        guard !item.codes.isEmpty else { return "of facts that are not for you to see" }
        return item.codes.map { "\($0.inWords) (\($0.rawValue))" }.joined(separator: "; ")
    }

    private func lines(_ nearest: Nearest) -> [String] {
        var lines = [
            "nearest to a permit: \(nearest.flow), which failed at \(nearest.failed): \(nearest.code.inWords) (\(nearest.code.rawValue))"
        ]
        if let detail = nearest.detail { lines.append("detail: \(Nearest.inWords(detail: detail))") }
        if let fact = nearest.fact { lines.append("resting on event \(fact)") }
        if let remedy = nearest.code.remedy { lines.append("it would make the difference \(remedy)") }
        return lines
    }

    private static func text(_ obligation: Obligation) -> String {
        switch obligation.kind {
        case "receipt": "the recipient has to confirm receipt within \(obligation.value)"
        case "onward": "passing it on: \(obligation.value)"
        case "notify-subject", "notifySubject": "telling the person: \(obligation.value)"
        default: "obligation \(obligation.kind): \(obligation.value)"
        }
    }
}
