package import Encodings
package import SharingModel

/// Who would give whom, and for what.
package struct Relation: Sendable, Hashable {
    package let holder: Question.Party
    package let recipient: Question.Party
    package let purpose: PurposeCode

    /// The same for all kinds that these flows, which lead from the one to the other, cannot tell from these.
    func withKinds(tellingApart flows: [Flow]) -> Relation {
        let named = Set(flows.flatMap { $0.from.kinds + $0.to.kinds })
        var (one, other) = (holder, recipient)
        if !named.contains(one.kind) { one.kind = .private }
        if !named.contains(other.kind) { other.kind = .private }
        return Relation(holder: one, recipient: other, purpose: purpose)
    }
}

/// What is done, and what the holder records with it.
package struct Act: Sendable, Hashable {
    package let kind: Question.Kind
    package var withoutConsent = false
    package var publicInterest = false
    /// The asker stated that its public task needs it.
    package var isForPublicTask = false
    package var lift = Lift.none
    /// Offered one by one, rather than everything together.
    package var isOneByOne = false

    var verb: String {
        switch kind {
        case .request: "request"
        case .referral: "referral"
        case .delivery: "delivery"
        }
    }

    /// What the holder records.
    var recorded: String {
        let words = [
            withoutConsent ? "why without consent" : nil, publicInterest ? "public interest" : nil,
        ]
        return words.contains { $0 != nil } ? words.compactMap { $0 }.joined(separator: " and ") : "nothing"
    }

    /// - Parameter oneOff: what the holder decides for this once, where it does.
    func holderRecords(_ oneOff: OneOff?) -> HolderRecords {
        HolderRecords(
            withoutConsent: withoutConsent ? .wouldPrejudiceProtection : nil,
            publicInterest: publicInterest
                ? PublicInterest(grounds: "supposed", by: .named("supposed"), office: "supposed") : nil,
            oneOff: lift == .once(nil) ? oneOff : nil)
    }

    /// What the asker says with its breaking of the glass.
    var breakGlass: BreakGlass? {
        lift == .brokenGlass ? BreakGlass(code: "supposed", justification: "supposed") : nil
    }

    /// What somebody of the holder settled: everything.
    func resolutions(_ items: [ItemCode], _ oneOff: OneOff?) -> [ResolutionOnRecord] {
        let (decider, records): (Decider, HolderRecords)
        switch lift {
        case .settled(let role): (decider, records) = (role, HolderRecords())
        case .once(let role?): (decider, records) = (role, HolderRecords(oneOff: oneOff))
        case .none, .brokenGlass, .once(nil): return []
        }
        return [
            ResolutionOnRecord(
                event: EventReference(id: .made(950_000), index: 950_000), role: decider.role,
                items: items.map { .init(item: $0, result: .permitted) }, records: records)
        ]
    }
}

/// Somebody's role, or one that stands for all that no flow names.
package struct ActingRole: Sendable, Hashable {
    package let code: RoleCode
    package let standsForOthers: Bool
}

/// Everything else that an answer can depend on.
package struct Circumstances: Sendable, Hashable {
    package enum Dimension: String, Sendable, Hashable, CaseIterable {
        case period, act, recorded, offered, lifted, task, role, age, consent, person, referral, replicas

        /// Its place among ``Circumstances/places``; several are of the act.
        var place: Int {
            switch self {
            case .period: 0
            case .role: 1
            case .age: 2
            case .consent: 3
            case .person: 4
            case .referral: 5
            case .replicas: 6
            case .act, .recorded, .offered, .lifted, .task: 7
            }
        }
    }

    package let period: Period
    package let role: ActingRole
    package let age: AgeClass
    package let consent: ConsentState
    package var person: PersonState
    package let isReferralOpen: Bool
    package var act: Act
    package let isStale: Bool
    /// Where each of these stands among the values of its dimension: period, role, age, consent, person, referral, replicas, act.
    let places: [Int]

    package func value(of dimension: Dimension) -> String {
        switch dimension {
        case .period: period.description
        case .act: act.verb
        case .recorded: act.recorded
        case .lifted: act.lift.description
        case .task: act.isForPublicTask ? "stated" : "not stated"
        case .offered: act.isOneByOne ? "alone" : "with the rest"
        case .role: role.standsForOthers ? "any other" : role.code.text
        case .age: age.description
        case .consent: consent.description
        case .person: person.rawValue
        case .referral: isReferralOpen ? "open" : "none"
        case .replicas: isStale ? "too old" : "recent"
        }
    }
}

/// Days during which neither agreement nor law changes.
package struct Period: Sendable, Hashable, CustomStringConvertible {
    /// The first moment.
    package let start: Instant
    package let first: CalendarDay
    /// Nil for no end.
    package let last: CalendarDay?

    package var description: String { last.map { "\(first) to \($0)" } ?? "from \(first)" }
}
