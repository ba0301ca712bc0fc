/// How an item of information is protected.
package enum ItemClass: String, Sendable, Hashable, CaseIterable {
    case ordinary, special, criminal
}

/// The items of information that exist, as a tree of dotted codes.
package struct ItemTree: Sendable, Hashable {
    package struct Item: Sendable, Hashable {
        package let title: String
        package let `class`: ItemClass
        /// Every agency has its own of it, so having received it from another takes nothing away.
        package var common = false
        /// A parent speaks for the person until the end of compulsory schooling rather than until 16 (Children and Families Act 2014
        /// ss.79 and 80).
        package var untilSchoolLeaving = false
    }

    package let items: [ItemCode: Item]
    private let leavesByCode: [ItemCode: [ItemCode]]

    package init(_ items: [ItemCode: Item]) {
        self.items = items
        let parents = Set(items.keys.compactMap(\.parent))
        var leaves: [ItemCode: [ItemCode]] = [:]
        for leaf in items.keys.sorted() where !parents.contains(leaf) {
            var code: ItemCode? = leaf
            while let ancestor = code {
                leaves[ancestor, default: []].append(leaf)
                code = ancestor.parent
            }
        }
        leavesByCode = leaves
    }

    package subscript(code: ItemCode) -> Item? { items[code] }

    /// The known leaves that a code covers, sorted; itself if it is a leaf, none if it is unknown.
    package func leaves(of code: ItemCode) -> [ItemCode] { leavesByCode[code] ?? [] }

    /// The codes as their leaves, sorted, each once; a code that is unknown stays as it is, to be answered as such.
    package func leaves(of codes: some Sequence<ItemCode>) -> [ItemCode] {
        var leaves: [ItemCode] = []
        for code in codes { leaves += leavesByCode[code] ?? [code] }
        leaves.sort()
        // Neighbours that are the same, without a set: nearly always there are few and none twice.
        var each: [ItemCode] = []
        each.reserveCapacity(leaves.count)
        for leaf in leaves where each.last != leaf { each.append(leaf) }
        return each
    }

    /// The classes of the leaves that a code covers; empty for an unknown code.
    package func classes(of code: ItemCode) -> Set<ItemClass> { Set(leaves(of: code).compactMap { items[$0]?.class }) }
}
