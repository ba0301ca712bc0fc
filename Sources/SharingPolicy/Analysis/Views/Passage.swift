package import SharingModel

/// How a flow comes to permit something.
package enum Way: Sendable, Hashable, Comparable {
    /// By what was agreed and what the holder or the person says.
    case agreed
    /// By a decision in the best interests of an adult who lacks capacity, in place of consent.
    case bestInterests
    /// Behind the glass that an asker breaks.
    case brokenGlass
    /// By a yes of the holder's people to what is referred to them.
    case settled
}

/// Something that can pass: through this flow, from this agency to that one, these items, in some circumstances at least.
package struct Passage: Sendable {
    package let from: AgencyID
    package let to: AgencyID
    package let agreement: Agreement
    package let flow: Flow
    package let way: Way
    /// Leaves.
    package let items: Set<ItemCode>
    /// The kinds of the two agencies on which it depends, where nobody said which they are: `ods:RBS25 is council`.
    package let supposing: [String]

    /// `liverpool-mash/3/attendance`
    package var reference: String { agreement.reference(to: flow) }
}

extension QuestionSpace {
    /// Everything that can pass on one side: each permit that the judge gives in any circumstances. Ways other than what was agreed are those
    /// that make a difference: in the same circumstances the flow would not permit the item without them.
    package func passages(side: Int = 0) -> [Passage] {
        var found: [PassageKey: Found] = [:]
        var asked: [[AgencyID]: Set<[AgencyKind]>] = [:]
        // Kinds that no flow tells apart need not be asked about twice.
        var known: [Relation: [FlowWay: Set<ItemCode>]] = [:]
        for relation in relations {
            let ends = [relation.holder.agency, relation.recipient.agency]
            let kinds = [relation.holder.kind, relation.recipient.kind]
            asked[ends, default: []].insert(kinds)
            let alike = relation.withKinds(tellingApart: flows(of: relation))
            let permits = known[alike] ?? permits(of: relation, side: side)
            known[alike] = permits
            for (flow, items) in permits {
                found[PassageKey(ends: ends, flow: flow), default: Found()].add(items, kinds)
            }
        }
        let flows = Dictionary(
            sides[side].flatMap { agreement in agreement.flows.map { (agreement.reference(to: $0), (agreement, $0)) } }
        ) { first, _ in first }
        return found.compactMap { key, found in
            flows[key.flow.reference].map { agreement, flow in
                let isAlways = found.kinds == asked[key.ends]
                return Passage(
                    from: key.ends[0], to: key.ends[1], agreement: agreement, flow: flow, way: key.flow.way,
                    items: found.items, supposing: isAlways ? [] : suppositions(key.ends, found.kinds))
            }
        }.sorted { ($0.from, $0.to, $0.reference, $0.way) < ($1.from, $1.to, $1.reference, $1.way) }
    }

    /// The leaves that each flow permits in any circumstances, by way.
    private func permits(of relation: Relation, side: Int) -> [FlowWay: Set<ItemCode>] {
        let flows = flows(of: relation)
        guard !flows.isEmpty else { return [:] }
        let search = PermitSearch(relation: relation, space: self, side: side)
        return search.agreed(flows).merging(search.otherWays(flows)) { $0.union($1) }
    }

    private func suppositions(_ ends: [AgencyID], _ kinds: Set<[AgencyKind]>) -> [String] {
        ends.enumerated().compactMap { place, agency in
            let supposed = Set(kinds.map { $0[place] })
            let possible = Set(
                relations.flatMap { [$0.holder, $0.recipient] }.filter { $0.agency == agency }.map(\.kind))
            guard possible.count > 1, supposed.count < possible.count else { return nil }
            return "\(agency) is " + supposed.map(\.rawValue).sorted().joined(separator: " or ")
        }
    }
}

struct FlowWay: Hashable {
    let reference: String
    let way: Way
}

private struct PassageKey: Hashable {
    let ends: [AgencyID]
    let flow: FlowWay
}

private struct Found {
    var items: Set<ItemCode> = []
    var kinds: Set<[AgencyKind]> = []

    mutating func add(_ more: Set<ItemCode>, _ ends: [AgencyKind]) {
        items.formUnion(more)
        kinds.insert(ends)
    }
}

extension ItemTree {
    /// The fewest codes that cover these leaves and no other.
    package func summary(of leaves: Set<ItemCode>) -> [ItemCode] {
        var codes: Set<ItemCode> = []
        for leaf in leaves {
            var best = leaf
            var code = leaf.parent
            while let parent = code, !self.leaves(of: parent).isEmpty, leaves.isSuperset(of: self.leaves(of: parent)) {
                best = parent
                code = parent.parent
            }
            codes.insert(best)
        }
        return codes.sorted()
    }
}
