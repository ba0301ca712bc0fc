import SharingModel

/// Which consents a flow needs for items of a class. The kinds are not interchangeable.
struct ConsentNeeds: Sendable {
    /// In the order in which they are looked for.
    let kinds: [ConsentKind]
    /// The condition relied on for the items asks why there is no consent.
    let hasToSayWhyWithoutConsent: Bool
    private let isRequiredUnlessRisk: Bool

    /// - Parameters:
    ///   - article9: what is relied on for items of this class, where they are special.
    ///   - condition: the condition of Schedule 1 that is relied on for items of this class.
    init(
        _ need: ConsentNeed, _ article6: Article6Rule?, _ gateway: GatewayRule?, article9: Article9Rule?,
        condition: Schedule1Rule?
    ) {
        var kinds: [ConsentKind] = []
        if article9?.needsConsent == true || article6?.needsConsent == true { kinds.append(.gdpr) }
        if gateway?.needsConsent == true { kinds.append(.confidentiality) }
        if kinds.isEmpty, need != .notRequired { kinds.append(.engagement) }
        self.kinds = kinds
        hasToSayWhyWithoutConsent = condition?.needsWithoutConsentReason ?? false
        isRequiredUnlessRisk = need == .requiredUnlessRisk
    }

    /// Whether the holder's `withoutConsent` can stand in for a consent. Never for one that is itself the basis in
    /// data protection law.
    func mayBeDispensedWith(_ kind: ConsentKind) -> Bool { isRequiredUnlessRisk && kind != .gdpr }
}
