/// One direction of sharing that an agreement allows, and on what conditions.
package struct Flow: Sendable, Hashable {
    package let id: String
    package let from: FlowEnd
    package let to: FlowEnd
    package let purpose: PurposeCode
    package let subjects: SubjectRange
    package let items: [ItemCode]
    /// Groups of which all goes or nothing.
    package let inseparable: [[ItemCode]]
    package let basis: Basis
    package let consent: ConsentNeed
    package let conditions: FlowConditions
    /// The holder's roles that settle what is referred to it.
    package let decide: [RoleCode]
    /// Roles that may break the glass.
    package let breakGlass: [RoleCode]
    package let obligations: FlowObligations

    package func covers(_ item: ItemCode) -> Bool { items.contains { $0.covers(item) } }
}

extension Flow {
    /// A flow for some items, under which a one-off decision can be held against the law like any other. It belongs to no agreement.
    package static func oneOff(_ oneOff: OneOff, purpose: PurposeCode, items: [ItemCode]) -> Flow {
        Flow(
            id: "one-off", from: FlowEnd(everyParty: true), to: FlowEnd(everyParty: true), purpose: purpose,
            subjects: .anyone, items: items, inseparable: [], basis: oneOff.basis, consent: .notRequired,
            conditions: .none, decide: [], breakGlass: [], obligations: .none)
    }
}

/// Who may be at one end of a flow. Always parties of the agreement.
package struct FlowEnd: Sendable, Hashable {
    /// `parties`: any of them.
    package let everyParty: Bool
    package let agencies: [AgencyID]
    package let kinds: [AgencyKind]

    package init(everyParty: Bool = false, agencies: [AgencyID] = [], kinds: [AgencyKind] = []) {
        self.everyParty = everyParty
        self.agencies = agencies
        self.kinds = kinds
    }

    /// Whether an agency stands at this end; the caller checks that it is a party.
    package func covers(_ agency: AgencyID, kind: AgencyKind) -> Bool {
        everyParty || agencies.contains(agency) || kinds.contains(kind)
    }
}

/// Whose information, by age in completed years.
package struct SubjectRange: Sendable, Hashable {
    package let from: Int64?
    package let to: Int64?

    package init(from: Int64? = nil, to: Int64? = nil) {
        self.from = from
        self.to = to
    }

    /// `any`
    package static let anyone = SubjectRange()

    package var isLimited: Bool { from != nil || to != nil }

    /// Whether somebody of this age, in completed years, is meant: at least `from` and under `to`. `{to: 18}` is everybody who is not yet 18.
    package func covers(age: Int64) -> Bool { age >= from ?? 0 && to.map { age < $0 } ?? true }
}

package enum ConsentNeed: String, Sendable, Hashable, CaseIterable {
    case required
    case requiredUnlessRisk = "required-unless-risk"
    case notRequired = "not-required"
}

package struct FlowConditions: Sendable, Hashable {
    /// The asker's roles; nil for any.
    package let roles: [RoleCode]?
    /// Whether a referral must be open between the two.
    package let openReferral: Bool
    /// How old the facts from a peer may be.
    package let maxStaleness: Span?
    /// Whether it goes on applying after the person's death.
    package let afterDeath: Bool
}

package struct FlowObligations: Sendable, Hashable {
    /// Within what time the recipient acknowledges.
    package let receipt: Span?
    /// Whether the recipient may pass it on: `none`, or a word the parties agreed.
    package let onward: String?
    package let notifySubject: NotifySubject?
    /// How long the recipient keeps it, from its release on.
    package var retention: Span?

    package enum NotifySubject: Sendable, Hashable {
        case yes
        /// Not told, and why: `would-prejudice-protection`.
        case no(String)
    }

    /// Whether the recipient may pass nothing on.
    package var forbidsOnward: Bool { onward == "none" }

    /// As decisions list them.
    package var list: [Obligation] {
        var list: [Obligation] = []
        if let receipt { list.append(Obligation(kind: "receipt", value: receipt.text)) }
        if let onward { list.append(Obligation(kind: "onward", value: onward)) }
        switch notifySubject {
        case .yes?: list.append(Obligation(kind: "notify-subject", value: "yes"))
        case .no(let reason)?: list.append(Obligation(kind: "notify-subject", value: "no: " + reason))
        case nil: break
        }
        if let retention { list.append(Obligation(kind: "retention", value: retention.text)) }
        return list
    }
}

/// A length of time as it is written: `15m`, `72h`, `30d`.
package struct Span: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    package let seconds: Int64

    /// A whole number of seconds, minutes, hours or days of 24 hours (`s m h d`), up to 9,999; nil for anything else.
    package init?(_ text: String) {
        let factors: [UInt8: Int64] = [
            UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3600, UInt8(ascii: "d"): 86_400,
        ]
        guard let unit = text.utf8.last, let factor = factors[unit] else { return nil }
        let digits = text.utf8.dropLast()
        guard (1...4).contains(digits.count), digits.allSatisfy(\.isDigit), let count = Int64(Substring(digits)),
            count > 0
        else { return nil }
        self.text = text
        seconds = count * factor
    }

    /// For placeholders.
    init(text: String, seconds: Int64) {
        self.text = text
        self.seconds = seconds
    }

    package var description: String { text }
}
