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
    let total: Int
    private(set) var found: [Key: [Circumstances]] = [:]
    let questions: Int
    private(set) var changed = 0
    /// Of each dimension, how many values there are.
    private let widths: [Circumstances.Dimension: Int]

    init(_ relation: Relation, in space: QuestionSpace) {
        self.relation = relation
        let all = space.dimensions(of: relation).circumstances
        let classes = space.itemClasses(of: relation)
        total = all.count
        questions = total * classes.reduce(0) { $0 + $1.count }
        widths = Dictionary(
            uniqueKeysWithValues: Circumstances.Dimension.allCases.map { dimension in
                (dimension, Set(all.map { $0.value(of: dimension) }).count)
            })
        for circumstances in all {
            let before = space.answers(relation, circumstances, classes, side: 0)
            let after = space.answers(relation, circumstances, classes, side: 1)
            for items in classes {
                guard let old = before[items], let new = after[items], old != new else { continue }
                found[Key(items: items, before: old, after: new), default: []].append(circumstances)
                changed += items.count
            }
        }
    }

    /// Classes of items that change alike are told together.
    func changes(supposing: [String]) -> [AgreementDifference.Change] {
        var together: [Alike: [ItemCode]] = [:]
        for (key, circumstances) in found {
            together[Alike(before: key.before, after: key.after, circumstances: circumstances), default: []] +=
                key.items
        }
        return together.map { alike, items in
            AgreementDifference.Change(
                from: relation.holder.agency, to: relation.recipient.agency, purpose: relation.purpose,
                items: items.sorted(), before: alike.before, after: alike.after, when: values(of: alike.circumstances),
                circumstances: alike.circumstances.count, of: total, supposing: supposing)
        }.sorted {
            ($0.items.first?.text ?? "", $0.weight, $0.before, $0.after)
                < ($1.items.first?.text ?? "", $1.weight, $1.before, $1.after)
        }
    }

    private struct Alike: Hashable {
        let before: ItemAnswer
        let after: ItemAnswer
        let circumstances: [Circumstances]
    }

    private func values(of circumstances: [Circumstances]) -> [Circumstances.Dimension: [String]] {
        var values: [Circumstances.Dimension: [String]] = [:]
        for dimension in Circumstances.Dimension.allCases {
            var listed: [String] = []
            for value in circumstances.map({ $0.value(of: dimension) }) where !listed.contains(value) {
                listed.append(value)
            }
            if listed.count < widths[dimension] ?? 0 { values[dimension] = listed }
        }
        return values
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
