import Encodings
package import SharingModel

/// What somebody does beyond asking or offering, each by itself: two of them together permit no more than one of them does, because each
/// flow is tried behind each by itself.
package enum Lift: Sendable, Hashable {
    case none
    /// The asker breaks the glass (DOMAIN 5.7).
    case brokenGlass
    /// Somebody of the holder says yes to everything (DOMAIN 5.8).
    case settled(Decider)
    /// The holder decides for this once, on a basis that the law carries (DOMAIN 5.6): in its offer, or settling a request.
    case once(Decider?)
}

/// A role that settles, which stands for all roles that settle the same flows.
package struct Decider: Sendable, Hashable {
    package let role: RoleCode
    /// All of them, itself among them.
    package let alike: [RoleCode]
}

extension Lift: CustomStringConvertible {
    package var description: String {
        switch self {
        case .none: "nothing"
        case .brokenGlass: "glass broken"
        case .settled(let decider): "yes by " + decider.alike.map(\.text).joined(separator: ", ")
        case .once: "one-off"
        }
    }
}

extension QuestionSpace {
    /// What can be done beyond asking or offering between these flows' ends.
    func lifts(of flows: [Flow], on kind: Question.Kind) -> [Lift] {
        guard !flows.isEmpty else { return [.none] }
        let deciders = deciders(of: flows)
        var lifts = [Lift.none] + deciders.map { .settled($0) }
        if kind != .referral, flows.contains(where: { !$0.breakGlass.isEmpty }) { lifts.append(.brokenGlass) }
        if kind.isPush {
            lifts.append(.once(nil))
        } else if let first = deciders.first {
            lifts.append(.once(first))
        }
        return lifts
    }

    /// Roles that may settle what one of the flows refers; one for all that may settle the same flows.
    private func deciders(of flows: [Flow]) -> [Decider] {
        var alike: [[Bool]: [RoleCode]] = [:]
        for role in baseline.roles.keys.sorted() {
            let settles = flows.map { DecidingRoles.mayDecide(role, under: $0, baseline) }
            if settles.contains(true) { alike[settles, default: []].append(role) }
        }
        return alike.values.compactMap { roles in roles.first.map { Decider(role: $0, alike: roles) } }
            .sorted { $0.role < $1.role }
    }

    /// A decision for once that the law of a day carries for items of every class; nil where the baseline has no such law.
    static func oneOff(under baseline: Baseline, on day: CalendarDay) -> OneOff? {
        func first<Rule>(_ rules: [LegalCode: Rule], _ fits: (Rule) -> Bool) -> LegalCode? {
            rules.filter { fits($0.value) }.keys.min()
        }
        func isLaw(_ dated: Dated) -> Bool { dated.isInForce(on: day) }
        let power = first(baseline.powers) { isLaw($0.dated) }
        let article6 = first(baseline.article6) {
            isLaw($0.dated) && !$0.needsConsent && !$0.closedToPublicAuthorities && $0.purposes == nil
                && (!$0.needsPower || power != nil)
        }
        let gateway = first(baseline.confidentiality) {
            isLaw($0.dated) && !$0.careOnly && !$0.needsConsent && !$0.needsStatute && $0.eachTime
        }
        guard let article6, let gateway else { return nil }
        let article9 = first(baseline.article9) { isLaw($0.dated) && !$0.needsConsent && !$0.needsSchedule1 }
        let criminal = first(baseline.schedule1) {
            isLaw($0.dated) && $0.criminal && !$0.needsWithoutConsentReason && !$0.needsPolicyDocument
        }
        return OneOff(
            grounds: "supposed",
            basis: Basis(
                article6: article6, power: power,
                special: article9.map { SpecialCondition(article9: $0) },
                criminal: criminal.map { .schedule1($0, policyDocument: nil) },
                confidentiality: Confidentiality(gateway: gateway)), by: .named("supposed"), office: "supposed")
    }
}
