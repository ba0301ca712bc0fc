package import SharingModel

/// The values that count in each dimension for one relation.
package struct Dimensions: Sendable {
    let periods: [Period]
    let roles: [ActingRole]
    let ages: [AgeClass]
    let consents: [ConsentState]
    let referrals: [Bool]
    let acts: [Act]
    let staleness: [Bool]

    /// Every combination.
    package var circumstances: [Circumstances] {
        var all: [Circumstances] = []
        for period in periods {
            for role in roles {
                for age in ages {
                    for consent in consents {
                        for referral in referrals {
                            for act in acts {
                                for isStale in staleness {
                                    all.append(
                                        Circumstances(
                                            period: period, role: role, age: age, consent: consent,
                                            isReferralOpen: referral, act: act, isStale: isStale))
                                }
                            }
                        }
                    }
                }
            }
        }
        return all
    }
}

extension QuestionSpace {
    /// A dimension that no flow of the relation looks at has one value, which stands for all.
    package func dimensions(of relation: Relation) -> Dimensions {
        let flows = flows(of: relation)
        let kinds = consentKinds(of: flows)
        return Dimensions(
            periods: periods, roles: roles(of: flows), ages: ages(of: flows, asksForConsent: !kinds.isEmpty),
            consents: ConsentState.states(of: kinds),
            referrals: flows.contains { $0.conditions.openReferral } ? [false, true] : [false],
            acts: acts(of: flows),
            staleness: flows.contains { $0.conditions.maxStaleness != nil } ? [false, true] : [false])
    }

    /// Leaf items that no flow of the relation tells apart, in one list each.
    package func itemClasses(of relation: Relation) -> [[ItemCode]] {
        let flows = flows(of: relation)
        let groups = flows.flatMap(\.inseparable)
        var classes: [ItemClassKey: [ItemCode]] = [:]
        for leaf in baseline.items.leaves(of: baseline.items.items.keys) {
            let isBound = groups.contains { $0.contains { $0.covers(leaf) } }
            let key = ItemClassKey(
                protection: baseline.items[leaf]?.class, coveredBy: flows.map { $0.covers(leaf) },
                itself: isBound || leaf.text == "informant" ? leaf : nil)
            classes[key, default: []].append(leaf)
        }
        return classes.values.sorted { ($0.first?.text ?? "") < ($1.first?.text ?? "") }
    }

    private func roles(of flows: [Flow]) -> [ActingRole] {
        let named = Set(flows.flatMap { ($0.conditions.roles ?? []) + $0.breakGlass })
        let other = baseline.roles.keys.sorted().first { !named.contains($0) }
        return named.sorted().map { ActingRole(code: $0, standsForOthers: false) }
            + [other].compactMap { $0.map { ActingRole(code: $0, standsForOthers: true) } }
    }

    private func ages(of flows: [Flow], asksForConsent: Bool) -> [AgeClass] {
        var changes = Set(flows.flatMap { [$0.subjects.from, $0.subjects.to].compactMap { $0 } })
        // Who may say yes changes at 16 and at 18.
        if asksForConsent { changes.formUnion([16, 18]) }
        guard asksForConsent || flows.contains(where: \.subjects.isLimited) else { return [.unknown] }
        return AgeClass.classes(changingAt: changes)
    }

    /// Kinds of consent that a flow may look for. Where any kind does, one stands for all.
    private func consentKinds(of flows: [Flow]) -> Set<ConsentKind> {
        var kinds: Set<ConsentKind> = []
        for flow in flows {
            let basis = flow.basis
            if baseline.article6[basis.article6]?.needsConsent == true { kinds.insert(.gdpr) }
            if basis.special.flatMap({ baseline.article9[$0.article9]?.needsConsent }) == true { kinds.insert(.gdpr) }
            if baseline.confidentiality[basis.confidentiality.gateway]?.needsConsent == true {
                kinds.insert(.confidentiality)
            }
            if flow.consent != .notRequired || asksWhyWithoutConsent(flow) { kinds.insert(.engagement) }
        }
        return kinds
    }

    private func asksWhyWithoutConsent(_ flow: Flow) -> Bool {
        var conditions = [flow.basis.special?.schedule1]
        if case .schedule1(let code, _)? = flow.basis.criminal { conditions.append(code) }
        return conditions.contains { $0.flatMap { baseline.schedule1[$0]?.needsWithoutConsentReason } == true }
    }

    private func acts(of flows: [Flow]) -> [Act] {
        guard !flows.isEmpty else { return [Act(kind: .request)] }
        let mayDispense = flows.contains { $0.consent == .requiredUnlessRisk || asksWhyWithoutConsent($0) }
        let mayOverride = flows.contains {
            baseline.confidentiality[$0.basis.confidentiality.gateway]?.eachTime == true
        }
        let oneByOne = flows.contains { !$0.inseparable.isEmpty } ? [false, true] : [false]
        var acts = [Act(kind: .request)]
        for kind in [Question.Kind.referral, .delivery] {
            for withoutConsent in mayDispense ? [false, true] : [false] {
                for publicInterest in mayOverride ? [false, true] : [false] {
                    acts += oneByOne.map {
                        Act(
                            kind: kind, withoutConsent: withoutConsent, publicInterest: publicInterest, isOneByOne: $0)
                    }
                }
            }
        }
        return acts
    }
}

/// What tells items apart.
private struct ItemClassKey: Hashable {
    let protection: ItemClass?
    let coveredBy: [Bool]
    /// Where an item is told apart from every other.
    let itself: ItemCode?
}
