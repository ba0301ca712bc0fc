package import Encodings

/// The law and vocabulary of a nation as a site applies it: data, adopted by event, never code.
package struct Baseline: Sendable, Hashable {
    package let id: String
    package let version: Int64
    package let title: String
    package let nation: String
    package let timeZone: SiteTimeZone
    package let items: ItemTree
    package let purposes: [PurposeCode: PurposeRule]
    package let roles: [RoleCode: RoleRule]
    /// UK GDPR Article 6(1) bases.
    package let article6: [LegalCode: Article6Rule]
    /// UK GDPR Article 9(2) conditions.
    package let article9: [LegalCode: Article9Rule]
    /// Conditions of DPA 2018 Schedule 1.
    package let schedule1: [LegalCode: Schedule1Rule]
    package let powers: [LegalCode: PowerRule]
    /// Ways a duty of confidence is lifted.
    package let confidentiality: [LegalCode: GatewayRule]
    /// Sections that lift confidence, for the gateway `statute`.
    package let statutes: [LegalCode: PowerRule]
    /// Duties to share.
    package let duties: [LegalCode: DutyRule]
    package let shareFirst: [ShareFirstRule]
    package let clocks: Clocks
    /// Bank holidays, on which nobody is expected to work.
    package let bankHolidays: Set<CalendarDay>

    /// The share-first rule that names this recipient for this purpose on this day.
    package func shareFirst(
        purpose: PurposeCode, recipient: AgencyID, kind: AgencyKind, on day: CalendarDay
    ) -> ShareFirstRule? {
        shareFirst.first {
            $0.purpose == purpose && $0.dated.isInForce(on: day)
                && ($0.kinds.contains(kind) || $0.agencies.contains(recipient))
        }
    }
}

/// When and where a rule of law applies, and where to read it.
package struct Dated: Sendable, Hashable {
    /// Nil: not in force.
    package let from: CalendarDay?
    /// The last day; nil for no end.
    package let until: CalendarDay?
    package let nation: String
    package let source: String

    package func isInForce(on day: CalendarDay) -> Bool {
        guard let from, from <= day else { return false }
        return until.map { day <= $0 } ?? true
    }
}
