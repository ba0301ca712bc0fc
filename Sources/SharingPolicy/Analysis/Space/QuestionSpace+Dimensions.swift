package import SharingModel

/// The values that count in each dimension for one relation.
package struct Dimensions: Sendable {
    let periods: [Period]
    let roles: [ActingRole]
    let ages: [AgeClass]
    let consents: [ConsentState]
    let persons: [PersonState]
    let referrals: [Bool]
    let acts: [Act]
    let staleness: [Bool]

    /// Roles that break the glass; for others it makes no difference.
    let glassBreakers: Set<RoleCode>

    /// Every combination. What people do beyond asking or offering, and what is on record of the person, each by itself and both together.
    package var circumstances: [Circumstances] {
        acts.indices.flatMap { circumstances(ofAct: $0) }
    }

    func circumstances(ofAct number: Int) -> [Circumstances] {
        var all: [Circumstances] = []
        let act = acts[number]
        for (period, periodPlace) in zip(periods, 0...) {
            for (role, rolePlace) in zip(roles, 0...)
            where act.lift != .brokenGlass || glassBreakers.contains(role.code) {
                for (age, agePlace) in zip(ages, 0...) {
                    for (consent, consentPlace) in zip(consents, 0...) {
                        for (person, personPlace) in zip(persons, 0...) {
                            for (referral, referralPlace) in zip(referrals, 0...) {
                                for (isStale, stalePlace) in zip(staleness, 0...) {
                                    all.append(
                                        Circumstances(
                                            period: period, role: role, age: age, consent: consent, person: person,
                                            isReferralOpen: referral, act: act, isStale: isStale,
                                            places: [
                                                periodPlace, rolePlace, agePlace, consentPlace, personPlace,
                                                referralPlace, stalePlace, number,
                                            ]))
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
            persons: persons(relation, flows, asksForConsent: !kinds.isEmpty),
            referrals: flows.contains { $0.conditions.openReferral } ? [false, true] : [false],
            acts: acts(of: flows, sharesFirst: sharesFirst(relation)),
            staleness: flows.contains { $0.conditions.maxStaleness != nil } ? [false, true] : [false],
            glassBreakers: Set(flows.flatMap(\.breakGlass)))
    }

    /// Leaf items that no flow of the relation tells apart, in one list each.
    package func itemClasses(of relation: Relation) -> [[ItemCode]] {
        let flows = flows(of: relation)
        let groups = flows.flatMap(\.inseparable)
        var classes: [ItemClassKey: [ItemCode]] = [:]
        for leaf in baseline.items.leaves(of: baseline.items.items.keys) {
            let isBound = groups.contains { $0.contains { $0.covers(leaf) } }
            let key = ItemClassKey(
                protection: baseline.items[leaf]?.class, isCommon: baseline.items[leaf]?.common == true,
                isUntilSchoolLeaving: baseline.items[leaf]?.untilSchoolLeaving == true,
                coveredBy: flows.map { $0.covers(leaf) },
                itself: isBound || leaf == .informant ? leaf : nil)
            classes[key, default: []].append(leaf)
        }
        return classes.values.sorted { ($0.first?.text ?? "") < ($1.first?.text ?? "") }
    }

    /// The classes that a flow binds to others. What is bound to nothing fares alone as it does with the rest.
    func boundClasses(_ classes: [[ItemCode]], of relation: Relation) -> [[ItemCode]] {
        let groups = flows(of: relation).flatMap(\.inseparable)
        return classes.filter { $0.contains { leaf in groups.contains { $0.contains { $0.covers(leaf) } } } }
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
            if flow.consent != .notRequired { kinds.insert(.engagement) }
        }
        // Who has a consent of whatever kind need not say why there is none: one that is not looked for stands for all such.
        if flows.contains(where: asksWhyWithoutConsent),
            let other = ConsentKind.allCases.first(where: { !kinds.contains($0) })
        {
            kinds.insert(other)
        }
        return kinds
    }

    private func asksWhyWithoutConsent(_ flow: Flow) -> Bool {
        var conditions = [flow.basis.special?.schedule1]
        if case .schedule1(let code, _)? = flow.basis.criminal { conditions.append(code) }
        return conditions.contains { $0.flatMap { baseline.schedule1[$0]?.needsWithoutConsentReason } == true }
    }

    /// Whether a referral passes whole at all times: nothing else about it changes the answer.
    private func sharesFirst(_ relation: Relation) -> Bool {
        let recipient = relation.recipient
        return baseline.purposes[relation.purpose]?.safeguarding == true
            && periods.allSatisfy {
                baseline.shareFirst(
                    purpose: relation.purpose, recipient: recipient.agency, kind: recipient.kind, on: $0.first) != nil
            }
    }

    private func acts(of flows: [Flow], sharesFirst: Bool) -> [Act] {
        guard !flows.isEmpty else { return [Act(kind: .request)] }
        let mayDispense = flows.contains { $0.consent == .requiredUnlessRisk || asksWhyWithoutConsent($0) }
        let mayOverride = flows.contains {
            baseline.confidentiality[$0.basis.confidentiality.gateway]?.eachTime == true
        }
        let oneByOne = flows.contains { !$0.inseparable.isEmpty } ? [false, true] : [false]
        let asksForTask = flows.contains { baseline.article6[$0.basis.article6]?.onPublicTask == true }
        var acts: [Act] = []
        for kind in [Question.Kind.request, .referral, .delivery] {
            if kind == .referral, sharesFirst {
                acts.append(Act(kind: kind))
                continue
            }
            // Only who offers records anything or chooses what to offer together; only who asks states its task.
            for withoutConsent in kind.isPush && mayDispense ? [false, true] : [false] {
                for publicInterest in kind.isPush && mayOverride ? [false, true] : [false] {
                    for isAlone in kind.isPush ? oneByOne : [false] {
                        for isForTask in kind != .referral && asksForTask ? [false, true] : [false] {
                            for lift in lifts(of: flows, on: kind) {
                                acts.append(
                                    Act(
                                        kind: kind, withoutConsent: withoutConsent, publicInterest: publicInterest,
                                        isForPublicTask: isForTask, lift: lift, isOneByOne: isAlone))
                            }
                        }
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
    let isCommon: Bool
    let isUntilSchoolLeaving: Bool
    let coveredBy: [Bool]
    /// Where an item is told apart from every other.
    let itself: ItemCode?
}
