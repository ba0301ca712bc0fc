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
        let words = [withoutConsent ? "why without consent" : nil, publicInterest ? "public interest" : nil]
        return words.contains { $0 != nil } ? words.compactMap { $0 }.joined(separator: " and ") : "nothing"
    }

    var holderRecords: HolderRecords {
        HolderRecords(
            withoutConsent: withoutConsent ? .wouldPrejudiceProtection : nil,
            publicInterest: publicInterest
                ? PublicInterest(grounds: "supposed", by: .named("supposed"), office: "supposed") : nil)
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
        case period, act, recorded, offered, role, age, consent, referral, replicas
    }

    package let period: Period
    package let role: ActingRole
    package let age: AgeClass
    package let consent: ConsentState
    package let isReferralOpen: Bool
    package let act: Act
    package let isStale: Bool

    package func value(of dimension: Dimension) -> String {
        switch dimension {
        case .period: period.description
        case .act: act.verb
        case .recorded: act.recorded
        case .offered: act.isOneByOne ? "alone" : "with the rest"
        case .role: role.standsForOthers ? "any other" : role.code.text
        case .age: age.description
        case .consent: consent.description
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
