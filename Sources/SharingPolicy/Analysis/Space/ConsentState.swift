import Encodings
package import SharingModel

/// What there is of consent to the very thing in question.
package enum ConsentState: Sendable, Hashable, CustomStringConvertible {
    case none
    /// Of these kinds, all by the same giver.
    case given(Set<ConsentKind>, by: ConsentGiver)
    /// Of these kinds, and taken back.
    case withdrawn(Set<ConsentKind>)

    /// Every state that rules which look for these kinds can tell apart.
    static func states(of kinds: Set<ConsentKind>) -> [ConsentState] {
        guard !kinds.isEmpty else { return [.none] }
        var subsets: [Set<ConsentKind>] = [[]]
        for kind in ConsentKind.allCases where kinds.contains(kind) { subsets += subsets.map { $0.union([kind]) } }
        let given = [ConsentGiver.`self`, .parentalResponsibility].flatMap { giver in
            subsets.filter { !$0.isEmpty }.map { ConsentState.given($0, by: giver) }
        }
        return [.none] + given + [.withdrawn(kinds)]
    }

    /// The consents as they would be on record, given the day before.
    func onRecord(_ relation: Relation, clock: Instant) -> [ConsentOnRecord] {
        let (kinds, giver, isWithdrawn): (Set<ConsentKind>, ConsentGiver, Bool)
        switch self {
        case .none: return []
        case .given(let given, by: let by): (kinds, giver, isWithdrawn) = (given, by, false)
        case .withdrawn(let given): (kinds, giver, isWithdrawn) = (given, .`self`, true)
        }
        let dayBefore = clock.adding(seconds: -86_400)
        return ConsentKind.allCases.enumerated().filter { kinds.contains($1) }.map { number, kind in
            let place = 100_000 + 2 * Int64(number)
            return ConsentOnRecord(
                event: EventReference(id: .made(place), index: place), recorded: dayBefore, kind: kind, giver: giver,
                purposes: [relation.purpose], items: .all, recipients: [.agency(relation.recipient.agency)],
                from: .time(dayBefore),
                withdrawal: isWithdrawn
                    ? .init(event: EventReference(id: .made(place + 1), index: place + 1), recorded: dayBefore) : nil)
        }
    }

    package var description: String {
        switch self {
        case .none: "none"
        case .given(let kinds, .`self`): Self.words(kinds)
        case .given(let kinds, let giver): "\(Self.words(kinds)) by \(giver.rawValue)"
        case .withdrawn: "withdrawn"
        }
    }

    private static func words(_ kinds: Set<ConsentKind>) -> String {
        kinds.map(\.rawValue).sorted().joined(separator: " and ")
    }
}
