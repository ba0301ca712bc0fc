import SharingModel

/// Looks for everything that may pass between two agencies for one purpose, and stops where nothing more can be found.
struct PermitSearch {
    let relation: Relation
    let space: QuestionSpace
    let side: Int
    private let classes: [[ItemCode]]
    private let dimensions: Dimensions
    /// Flows whose own basis are decisions in somebody's best interests: by them that is what was agreed.
    private let restingOnBestInterests: Set<String>

    init(relation: Relation, space: QuestionSpace, side: Int) {
        self.relation = relation
        self.space = space
        self.side = side
        classes = space.itemClasses(of: relation)
        dimensions = space.dimensions(of: relation)
        restingOnBestInterests = Set(
            space.sides[side].flatMap { agreement in
                agreement.flows.filter { $0.basis.confidentiality.gateway.text == "best-interests" }
                    .map { agreement.reference(to: $0) }
            })
    }

    /// What passes by what was agreed and by what the holder records.
    func agreed(_ flows: [Flow]) -> [FlowWay: Set<ItemCode>] {
        var found: [FlowWay: Set<ItemCode>] = [:]
        let most = most(of: flows)
        for number in dimensions.acts.indices where dimensions.acts[number].lift == .none {
            for circumstances in dimensions.circumstances(ofAct: number) {
                for (flow, items) in permits(circumstances)
                where circumstances.person != .bestInterests || restingOnBestInterests.contains(flow) {
                    found[FlowWay(reference: flow, way: .agreed), default: []].formUnion(items)
                }
                if found.values.reduce(0, { $0 + $1.count }) == most { return found }
            }
        }
        return found
    }

    /// What passes in ways that make a difference: in the same circumstances, without them, the flow would not permit it.
    func otherWays(_ flows: [Flow]) -> [FlowWay: Set<ItemCode>] {
        var found: [FlowWay: Set<ItemCode>] = [:]
        for way in [Way.bestInterests, .brokenGlass, .settled] {
            let most = most(of: flows.filter { way != .brokenGlass || !$0.breakGlass.isEmpty })
            var count = 0
            search: for number in dimensions.acts.indices where Self.isFor(way, dimensions.acts[number].lift) {
                for circumstances in dimensions.circumstances(ofAct: number) where circumstances.isFor(way) {
                    let with = permits(circumstances)
                    guard !with.isEmpty else { continue }
                    let without = permits(circumstances.without(way))
                    for (flow, items) in with
                    where way != .bestInterests || !restingOnBestInterests.contains(flow) {
                        let more = items.subtracting(without[flow] ?? [])
                        guard !more.isEmpty else { continue }
                        let key = FlowWay(reference: flow, way: way)
                        count += more.subtracting(found[key] ?? []).count
                        found[key, default: []].formUnion(more)
                    }
                    if count == most { break search }
                }
            }
        }
        return found
    }

    private static func isFor(_ way: Way, _ lift: Lift) -> Bool {
        switch (way, lift) {
        case (.brokenGlass, .brokenGlass), (.settled, .settled), (.agreed, .none), (.bestInterests, .none): true
        default: false
        }
    }

    /// How many items the flows cover together, each counted for itself: nothing more can be found.
    private func most(of flows: [Flow]) -> Int {
        flows.reduce(0) { sum, flow in sum + classes.joined().count { flow.covers($0) } }
    }

    /// The leaves that each flow permits.
    private func permits(_ circumstances: Circumstances) -> [String: Set<ItemCode>] {
        var permits: [String: Set<ItemCode>] = [:]
        for (asked, verdict) in space.verdicts(relation, circumstances, classes, side: side) {
            for group in asked {
                guard let item = group.first, case .permitted(let given, _)? = verdict.answers[item] else { continue }
                for permit in given where !permit.isOneOff { permits[permit.reference, default: []].formUnion(group) }
            }
        }
        return permits
    }
}

extension Circumstances {
    fileprivate func isFor(_ way: Way) -> Bool { way == .bestInterests ? person == .bestInterests : true }

    fileprivate func without(_ way: Way) -> Circumstances {
        var other = self
        if way == .bestInterests { other.person = .lacking } else { other.act.lift = .none }
        return other
    }
}
