package import Encodings
package import SharingModel

/// What two sets of agreements answer differently: every question of the space that both induce, asked on both sides.
package struct AgreementDifference: Sendable {
    /// Items that fare alike: answered in one way before and in another after, in so many circumstances.
    package struct Change: Sendable {
        package let from: AgencyID
        package let to: AgencyID
        package let purpose: PurposeCode
        /// Leaves.
        package let items: [ItemCode]
        package let before: ItemAnswer
        package let after: ItemAnswer
        /// The values at which it happens, of those dimensions of which it does not happen at every value.
        package let when: [Circumstances.Dimension: [String]]
        /// Number of circumstances in which it happens, and of all there are.
        package let circumstances: Int
        package let of: Int
        /// The kinds of the two agencies on which it depends, where nobody said which they are.
        package let supposing: [String]
    }

    package let changes: [Change]
    /// Number of circumstances asked about, times items.
    package let questions: Int
    /// Number of questions that are answered differently.
    package let changed: Int

    package var isEmpty: Bool { changes.isEmpty }

    package init(
        before: [Agreement], after: [Agreement], baseline: Baseline, parties: [AgencyID: PartyFacts]
    ) {
        let space = QuestionSpace(baseline: baseline, sides: [before, after], parties: parties)
        var changes: [Change] = []
        var questions = 0
        var changed = 0
        for relation in space.relations {
            let comparison = RelationComparison(relation, in: space)
            changes += comparison.changes(supposing: space.suppositions(about: relation))
            questions += comparison.questions
            changed += comparison.changed
        }
        self.changes = changes
        self.questions = questions
        self.changed = changed
    }
}

/// One relation, asked about on both sides.
private struct RelationComparison {
    struct Key: Hashable {
        let items: [ItemCode]
        let before: ItemAnswer
        let after: ItemAnswer
    }

    let relation: Relation
    /// Everything that is asked; what is found names it by its place here.
    private let all: [Circumstances]
    /// How many of them ask for everything together; the others are about what is bound to something else.
    private let together: Int
    private let bound: Set<[ItemCode]>
    private(set) var found: [Key: [Int32]] = [:]
    let questions: Int
    private(set) var changed = 0

    init(_ relation: Relation, in space: QuestionSpace) {
        self.relation = relation
        all = space.dimensions(of: relation).circumstances
        let classes = space.itemClasses(of: relation)
        bound = Set(space.boundClasses(classes, of: relation))
        together = all.count { !$0.act.isOneByOne }
        let (count, joint) = (all.count, together)
        questions = classes.reduce(0) { [bound] in $0 + (bound.contains($1) ? count : joint) * $1.count }
        for (place, circumstances) in zip(Int32(0)..., all) {
            let before = space.answers(relation, circumstances, classes, side: 0)
            let after = space.answers(relation, circumstances, classes, side: 1)
            for items in classes {
                guard let old = before[items], let new = after[items], old != new else { continue }
                found[Key(items: items, before: old, after: new), default: []].append(place)
                changed += items.count
            }
        }
    }

    /// Classes of items that change alike are told together.
    func changes(supposing: [String]) -> [AgreementDifference.Change] {
        var alike: [Alike: [ItemCode]] = [:]
        for (key, circumstances) in found {
            let isBound = bound.contains(key.items)
            alike[
                Alike(isBound: isBound, before: key.before, after: key.after, circumstances: circumstances),
                default: []] += key.items
        }
        guard !alike.isEmpty else { return [] }
        let widths = [
            true: Self.values(all).mapValues(\.count),
            false: Self.values(all.lazy.filter { !$0.act.isOneByOne }).mapValues(\.count),
        ]
        return alike.map { alike, items in
            AgreementDifference.Change(
                from: relation.holder.agency, to: relation.recipient.agency, purpose: relation.purpose,
                items: items.sorted(), before: alike.before, after: alike.after,
                when: values(of: alike.circumstances, widths: widths[alike.isBound] ?? [:]),
                circumstances: alike.circumstances.count, of: alike.isBound ? all.count : together,
                supposing: supposing)
        }.sorted {
            ($0.items.first?.text ?? "", $0.weight, $0.before, $0.after)
                < ($1.items.first?.text ?? "", $1.weight, $1.before, $1.after)
        }
    }

    private struct Alike: Hashable {
        let isBound: Bool
        let before: ItemAnswer
        let after: ItemAnswer
        let circumstances: [Int32]
    }

    /// The values at which something happens, of those dimensions of which it does not happen at every value.
    private func values(
        of circumstances: [Int32], widths: [Circumstances.Dimension: Int]
    ) -> [Circumstances.Dimension: [String]] {
        Self.values(circumstances.lazy.map { all[Int($0)] }).filter { dimension, listed in
            listed.count < widths[dimension] ?? 0
        }
    }

    /// Of each dimension the values that occur. Circumstances are many and values few, so places are looked at first.
    private static func values(_ circumstances: some Sequence<Circumstances>) -> [Circumstances.Dimension: [String]] {
        var examples: [[Int: Circumstances]] = []
        for one in circumstances {
            if examples.isEmpty { examples = one.places.map { _ in [:] } }
            for (axis, place) in one.places.enumerated() where examples[axis][place] == nil {
                examples[axis][place] = one
            }
        }
        guard !examples.isEmpty else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: Circumstances.Dimension.allCases.map { dimension in
                var listed: [String] = []
                for (_, one) in examples[dimension.place].sorted(by: { $0.key < $1.key }) {
                    let value = one.value(of: dimension)
                    if !listed.contains(value) { listed.append(value) }
                }
                return (dimension, listed)
            })
    }
}

extension AgreementDifference {
    package var json: JSON {
        .object([
            "same": .bool(isEmpty), "questions": .integer(Int64(questions)), "changed": .integer(Int64(changed)),
            "changes": .array(changes.map(\.json)),
        ])
    }
}

extension AgreementDifference.Change {
    package var json: JSON {
        .object([
            "from": .string(from.text), "to": .string(to.text), "purpose": .string(purpose.text),
            "items": .strings(items.map(\.text)), "before": before.json, "after": after.json,
            "when": .object(
                JSONObject(
                    Circumstances.Dimension.allCases.compactMap { dimension in
                        when[dimension].map { (dimension.rawValue, .strings($0)) }
                    })), "circumstances": .integer(Int64(circumstances)), "of": .integer(Int64(of)),
            "supposing": .strings(supposing),
        ])
    }
}

extension AgreementDifference.Change {
    /// When it happens, in words: `role: nurse; referral: open`. Empty where it always does.
    package var conditions: String {
        let words = Circumstances.Dimension.allCases.compactMap { dimension in
            when[dimension].map { "\(dimension.rawValue): " + $0.joined(separator: " | ") }
        }
        return (supposing.map { "if \($0)" } + words).joined(separator: "; ")
    }
}

extension AgreementDifference.Change {
    /// What opens or closes first, what asks people next, another reason for the same no last.
    fileprivate var weight: Int {
        let results = [before.result, after.result]
        if results.contains(.permitted) { return 0 }
        return results.contains(.referred) ? 1 : 2
    }
}
