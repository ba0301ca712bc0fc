import Encodings
import SharingModel

/// Holds a decision against what a case expects.
struct CaseComparison {
    let policyCase: PolicyCase
    let scene: CaseScene
    let decision: Decision

    private typealias Mismatch = CaseResult.Mismatch

    func mismatches() -> [CaseResult.Mismatch] {
        let expect = policyCase.expect
        var found = compare("outcome", expect.outcome.rawValue, decision.outcome.rawValue)
        found += compareItems("items", expect.items, decision.items)
        if let shareFirst = expect.shareFirst {
            found += compare("shareFirst", String(shareFirst), String(decision.shareFirst))
        }
        if let breakGlass = expect.breakGlass {
            found += compare("breakGlass", String(breakGlass), String(decision.breakGlass))
        }
        if let contact = expect.contact { found += compare("contact", contact, decision.contact ?? "none") }
        if let nearest = expect.nearest { found += compare(nearest, decision.nearest) }
        if let obligations = expect.obligations {
            found += compare("obligations", words(obligations), words(decision.obligations))
        }
        if let asker = expect.asker {
            found += compareItems("asker", asker, decision.asSeen(by: .asker, namedIn: readable).items)
        }
        if let recipient = expect.recipient {
            let seen = decision.asSeen(by: .recipient, namedIn: readable).items.map(\.item)
            found += compare("recipient", words(leaves(recipient)), words(seen))
        }
        return found
    }

    private func compareItems(
        _ what: String, _ expected: [ItemCode: CaseVerdict], _ decided: [ItemDecision]
    ) -> [CaseResult.Mismatch] {
        var found: [Mismatch] = []
        for item in decided {
            let closest = expected.keys.filter { $0.covers(item.item) }.max { $0.text.utf8.count < $1.text.utf8.count }
            let verdict = closest.flatMap { expected[$0] }
            guard verdict.map({ !fits($0, item) }) ?? true else { continue }
            found.append(
                Mismatch(
                    what: "\(what).\(item.item)", expected: verdict?.description ?? "nothing is said of it",
                    found: words(item)))
        }
        for code in expected.keys.sorted() where !decided.contains(where: { code.covers($0.item) }) {
            found.append(
                Mismatch(what: "\(what).\(code)", expected: expected[code]?.description ?? "", found: "not decided"))
        }
        return found
    }

    private func fits(_ verdict: CaseVerdict, _ item: ItemDecision) -> Bool {
        guard verdict.result == item.result else { return false }
        if let code = verdict.code { return item.codes == [code] }
        return verdict.flow.map { Self.names($0, item.flow) } ?? true
    }

    private func compare(_ expected: CaseNearest, _ nearest: Nearest?) -> [CaseResult.Mismatch] {
        guard let nearest else {
            return [Mismatch(what: "nearest", expected: expected.code.rawValue, found: "none")]
        }
        var found = compare("nearest.code", expected.code.rawValue, nearest.code.rawValue)
        if let failed = expected.failed { found += compare("nearest.failed", failed, nearest.failed) }
        if let flow = expected.flow, !Self.names(flow, nearest.flow) {
            found.append(Mismatch(what: "nearest.flow", expected: flow, found: nearest.flow))
        }
        return found
    }

    /// Whether a name, whole or the last part only, is that of a flow.
    private static func names(_ name: String, _ reference: String?) -> Bool {
        guard let reference else { return false }
        return reference == name || reference.split(separator: "/").last.map(String.init) == name
    }

    /// The consents and withdrawals that name the recipient, so that it can read them (DOMAIN 5.9).
    private var readable: Set<UniqueID> {
        let recipient = scene.question.recipient.agency
        let own = scene.facts.consents.filter { $0.names(recipient) }
        return Set(own.map(\.event.id) + own.compactMap(\.withdrawal?.event.id))
    }

    private func leaves(_ codes: [ItemCode]) -> [ItemCode] {
        scene.facts.baseline?.items.leaves(of: codes) ?? codes.sorted()
    }

    private func compare(_ what: String, _ expected: String, _ found: String) -> [CaseResult.Mismatch] {
        expected == found ? [] : [Mismatch(what: what, expected: expected, found: found)]
    }

    private func words(_ item: ItemDecision) -> String {
        CaseVerdict(result: item.result, code: item.codes.first, flow: item.flow).description
    }

    private func words(_ obligations: [Obligation]) -> String {
        obligations.map { "\($0.kind) \($0.value)" }.sorted().joined(separator: ", ")
    }

    private func words(_ items: [ItemCode]) -> String { items.map(\.text).joined(separator: ", ") }
}
