import SharingModel

/// The names under which an offer holds its content, each with the leaves it stands for.
///
/// What is under one name is signed as one disclosure and cannot be split: a leaf reaches the recipient only under a
/// name all of whose leaves may go. `Decision.released(of:)` lets go of exactly those names, so what is permitted on a
/// push and what is released are the same.
struct OfferedNames {
    private let leavesOfNames: [[ItemCode]]

    /// None unless content is offered: what is asked for by a parent's name can still be given leaf by leaf.
    init(_ docket: Docket) {
        let leaves = docket.items.map(\.code)
        let names = docket.question.kind.isPush ? Set(docket.question.items.map(\.code)) : []
        leavesOfNames = names.map { name in leaves.filter(name.covers) }
    }

    /// Whether each name of an offer is a leaf that the baseline knows: then none holds another back.
    static func areLeaves(in docket: Docket) -> Bool {
        docket.question.items.allSatisfy { name in
            docket.items.place(of: name.code).map { docket.items[$0].known != nil } ?? false
        }
    }

    /// The leaves offered that no name carries, because under each of their names there is one that does not stand.
    func stuck(where stands: (ItemCode) -> Bool) -> Set<ItemCode> {
        let (carried, held) = (leavesOfNames.filter { $0.allSatisfy(stands) }, leavesOfNames)
        return Set(held.joined()).subtracting(carried.joined())
    }
}
