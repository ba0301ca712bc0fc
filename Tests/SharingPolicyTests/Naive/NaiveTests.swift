import Encodings
import Foundation
import SharingPolicy
import Testing

@testable import SharingModel

/// The judge and its naive twin over worlds drawn at random. `SHARING_WORLDS` says how many, `SHARING_FIRST_WORLD` from which seed on;
/// `make soak` takes a million in a release build.
@Suite("Naive judge")
struct NaiveTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = UInt64(environment["SHARING_WORLDS"] ?? "") ?? 50_000
    private static let first = UInt64(environment["SHARING_FIRST_WORLD"] ?? "") ?? 0

    /// What a run came across.
    private struct Tally: Sendable {
        var codes: [RefusalCode: Int] = [:]
        var steps: [String: Int] = [:]
        /// Where they disagree: the first seed of each way to, and how often it happens.
        var disagreements: [String: (first: UInt64, count: Int)] = [:]

        mutating func add(_ other: Tally) {
            codes.merge(other.codes, uniquingKeysWith: +)
            steps.merge(other.steps, uniquingKeysWith: +)
            disagreements.merge(other.disagreements) { (min($0.first, $1.first), $0.count + $1.count) }
        }

        mutating func count(_ world: World, _ decision: Decision) {
            for item in decision.items {
                for code in item.codes { codes[code, default: 0] += 1 }
                steps["\(item.result)", default: 0] += 1
                if item.result == .permitted, item.flow == nil, !decision.shareFirst {
                    steps["one-off", default: 0] += 1
                }
            }
            if decision.shareFirst { steps["share-first", default: 0] += 1 }
            if decision.breakGlass { steps["break-glass", default: 0] += 1 }
            steps["\(decision.outcome)", default: 0] += 1
            steps["\(world.question.kind)", default: 0] += 1
        }
    }

    @Test func `two judges that know nothing of each other agree on every world, and every code occurs`() async {
        let lanes = UInt64(max(1, ProcessInfo.processInfo.activeProcessorCount))
        let tally = await withTaskGroup(of: Tally.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    await Self.run(stride(from: Self.first + lane, to: Self.first + Self.count, by: Int(lanes)))
                }
            }
            return await group.reduce(into: Tally()) { $0.add($1) }
        }
        let reports = Int(Self.environment["SHARING_REPORTS"] ?? "") ?? 3
        for (_, found) in tally.disagreements.sorted(by: { $0.value.count > $1.value.count }).prefix(reports) {
            Issue.record(Comment(rawValue: "in \(found.count) of \(Self.count) worlds, " + Self.report(found.first)))
        }
        for code in RefusalCode.allCases where code != .notAvailable {
            #expect(tally.codes[code, default: 0] >= Int(Self.count / 5_000), "\(code.rawValue) hardly ever occurs")
        }
        for step in [
            "one-off", "share-first", "break-glass", "permitted", "withheld", "referred", "partlyPermitted", "refused",
            "request", "referral", "delivery",
        ] {
            #expect(tally.steps[step, default: 0] >= Int(Self.count / 1_000), "\(step) hardly ever occurs")
        }
        if Self.environment["SHARING_WORLDS"] != nil {
            for (way, found) in tally.disagreements.sorted(by: { $0.value.count > $1.value.count }) {
                print("\(found.count) x from seed \(found.first): \(way)")
            }
            print(
                tally.codes.sorted { $0.value > $1.value }.map { "\($0.key.rawValue) \($0.value)" }.joined(
                    separator: ", "))
            print(tally.steps.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        }
    }

    private static func run(_ seeds: StrideTo<UInt64>) async -> Tally {
        var tally = Tally()
        for seed in seeds {
            // There are as many lanes as threads, and the other tests are to have their turn.
            await Task.yield()
            var wild = WildWorld(seed: seed)
            let world = wild.world()
            let (question, facts) = (world.question, world.facts)
            let decision = Judge.decide(question, facts)
            tally.count(world, decision)
            if let said = disagreement(decision, NaiveJudge(question, facts)) {
                tally.disagreements[way(said), default: (seed, 0)].count += 1
            }
        }
        return tally
    }

    /// What the two say differently; nil where they agree.
    private static func disagreement(_ decision: Decision, _ naive: NaiveJudge) -> String? {
        let ruling = naive.ruling()
        var differences: [String] = []
        for item in decision.items {
            let real = "\(item.result) \(item.codes.map(\.rawValue)) \(item.flow ?? "-")"
            guard let answer = ruling.items[item.item] else {
                differences.append("\(item.item): only the judge speaks of it")
                continue
            }
            let result: ItemDecision.Result =
                answer.isPermitted ? .permitted : answer.said?.isMissing == true ? .referred : .withheld
            let codes = answer.isPermitted ? [] : [answer.said?.code.rawValue ?? ""]
            let flow = answer.permits.first.flatMap { $0.flow == nil ? nil : $0.name } ?? "-"
            let mine = "\(result) \(codes) \(flow)"
            if real != mine { differences.append("\(item.item): judge \(real), naive \(mine)") }
        }
        if decision.items.count != ruling.items.count { differences.append("other items") }
        if decision.outcome != ruling.outcome {
            differences.append("outcome: judge \(decision.outcome), naive \(ruling.outcome)")
        }
        if decision.shareFirst != ruling.shareFirst { differences.append("share first: judge \(decision.shareFirst)") }
        if decision.breakGlass != ruling.breakGlass { differences.append("broken glass: judge \(decision.breakGlass)") }
        if Set(decision.obligations) != ruling.obligations || decision.obligations.count != ruling.obligations.count {
            differences.append("obligations: judge \(decision.obligations), naive \(ruling.obligations)")
        }
        differences += besides(decision, naive.nearest(ruling.items), ruling.outcome)
        return differences.isEmpty ? nil : differences.joined(separator: "\n")
    }

    /// What goes with the answers, as far as the rules define it: somebody to ask about what is not given, the notice of a partial release, a
    /// nearest permit that is one of those that failed, and facts that are events each of which is named once.
    private static func besides(
        _ decision: Decision, _ nearest: Set<String>?, _ outcome: Decision.Outcome
    ) -> [String] {
        var differences: [String] = []
        if (decision.contact ?? "").isEmpty != (outcome == .permitted) {
            differences.append("contact: judge \(decision.contact ?? "nobody") where it is \(outcome)")
        }
        let notice = outcome == .partlyPermitted ? decision.contact.map { "not complete, ask \($0)" } : nil
        if decision.notice != notice { differences.append("notice: judge \(decision.notice ?? "none")") }
        if let nearest {
            let told = decision.nearest.map { "\($0.flow) \($0.failed) \($0.code.rawValue)" }
            if told.map({ !nearest.contains($0) }) ?? !nearest.isEmpty {
                differences.append("nearest: judge \(told ?? "none"), naive one of \(nearest.sorted())")
            }
        }
        if Set(decision.facts).count != decision.facts.count
            || decision.nearest?.fact.map({ !decision.facts.contains($0) }) == true
        {
            differences.append("facts: a fact is named twice, or the nearest permit's is not among them")
        }
        return differences
    }

    private static func disagreement(_ world: World) -> String? {
        let facts = world.facts
        return disagreement(
            Judge.decide(world.question, facts), NaiveJudge(world.question, facts))
    }

    /// A disagreement without the names in it.
    private static func way(_ said: String) -> String {
        let line = said.split(separator: "\n").first ?? ""
        return line.split(separator: " ").filter { !$0.contains("/") && !$0.hasSuffix(":") }.joined(separator: " ")
    }

    private static func report(_ seed: UInt64) -> String {
        var wild = WildWorld(seed: seed)
        let small = wild.world().shrunk { disagreement($0) != nil }
        return "seed \(seed)\n\(disagreement(small) ?? "")\n\(small.story)"
    }
}
