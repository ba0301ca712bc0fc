import Encodings
import SharingPolicy

@testable import SharingModel

/// Every question about some agreements, asked one after the other: plain loops over everything that could matter, whether it does or not.
/// Written without a look at `QuestionSpace`, to hold it against.
///
/// Its core is what was agreed and what the holder records. Beyond that: what is on record of the person, and what people do (broken glass,
/// settling, deciding for once), each with each.
struct PlainQuestions: Sendable {
    let baseline: Baseline
    let agreements: [Agreement]
    let clock: Instant
    /// Ask only one question of so many, of the core and of what is beyond it.
    var stride = (core: 1, beyond: 1)
    /// Ask only this part of so many, so that several can ask at once.
    var part = (number: 0, of: 1)

    struct Scene {
        let from: AgencyID
        let to: AgencyID
        let purpose: PurposeCode
        var question: Question
        let birth: BirthOnRecord?
        let consents: [ConsentOnRecord]
        let referrals: [ReferralOnRecord]
        let replicas: [Replica]
        var person: PlainPerson

        func decision(_ policy: PlainPolicy, _ clock: Instant) -> Decision {
            var facts = Facts(
                at: 4711, clock: clock, policy: "", baseline: policy.baseline, agreements: policy.records,
                prepared: policy.prepared, birth: birth, consents: consents, openReferrals: referrals,
                replicas: replicas)
            person.add(to: &facts, purpose, to)
            return Judge.decide(question, facts)
        }

        /// The same, where nobody breaks the glass, settles or decides for once.
        var unlifted: Scene {
            var scene = self
            scene.question.breakGlass = nil
            scene.question.resolutions = []
            let records = scene.question.records
            scene.question.records = HolderRecords(
                withoutConsent: records.withoutConsent, publicInterest: records.publicInterest)
            return scene
        }
    }

    /// - Returns: how many were asked.
    @discardableResult
    func forEach(_ body: (Scene) throws -> Void) rethrows -> Int {
        let agencies = Set(agreements.flatMap(\.parties).map(\.agency)).sorted()
        let flows = agreements.flatMap(\.flows)
        let purposes = Set(flows.map(\.purpose)).sorted() + ["complaint"]
        let roles = Set(flows.flatMap { ($0.conditions.roles ?? []) + $0.breakGlass }).sorted() + ["housing-officer"]
        var number = (core: 0, beyond: 0)
        var asked = 0
        for from in agencies {
            for to in agencies where to != from {
                for purpose in purposes {
                    for role in roles {
                        for act in PlainAct.all {
                            for person in PlainPerson.allCases {
                                let isCore = person == .ordinary && !act.isLifted
                                for birth in Self.births {
                                    for consents in Self.consents(purpose, to) {
                                        for isOpen in [true, false] {
                                            for isStale in [false, true] {
                                                if isCore { number.core += 1 } else { number.beyond += 1 }
                                                let (count, stride) =
                                                    isCore
                                                    ? (number.core, stride.core) : (number.beyond, stride.beyond)
                                                guard count.isMultiple(of: stride),
                                                    (count / stride) % part.of == part.number
                                                else { continue }
                                                asked += 1
                                                try body(
                                                    scene(
                                                        from, to, purpose, role, act, person, birth, consents, isOpen,
                                                        isStale))
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return asked
    }

    private static let births: [String?] = [nil, "2024-06-01", "2015-06-01", "2009-06-01", "2008-06-01", "1990-06-01"]

    private static func consents(_ purpose: PurposeCode, _ to: AgencyID) -> [[ConsentOnRecord]] {
        func given(_ kind: ConsentKind, _ giver: ConsentGiver, _ index: Int64, withdrawn: Bool = false)
            -> ConsentOnRecord
        {
            var consent = consent(kind, at: index, by: giver, for: [purpose], to: [.agency(to)], from: "2026-11-21")
            consent.recorded = moment("2026-11-21T12:00:00Z")
            if withdrawn {
                consent.withdrawal = .init(event: event(index + 1), recorded: moment("2026-11-21T12:00:00Z"))
            }
            return consent
        }
        let givers = [ConsentGiver.`self`, .parentalResponsibility]
        return [[]]
            + givers.flatMap { giver in
                [
                    [given(.engagement, giver, 100)], [given(.confidentiality, giver, 100)],
                    [given(.engagement, giver, 100), given(.confidentiality, giver, 102)],
                ]
            } + [
                [
                    given(.engagement, .`self`, 100, withdrawn: true),
                    given(.confidentiality, .`self`, 102, withdrawn: true),
                ]
            ]
    }

    private func scene(
        _ from: AgencyID, _ to: AgencyID, _ purpose: PurposeCode, _ role: RoleCode, _ act: PlainAct,
        _ person: PlainPerson, _ birth: String?, _ consents: [ConsentOnRecord], _ isOpen: Bool, _ isStale: Bool
    ) -> Scene {
        func party(_ agency: AgencyID) -> Question.Party {
            Question.Party(
                agency: agency, kind: Shipped.parties[agency]?.kind ?? .private,
                isPublicAuthority: Shipped.parties[agency]?.publicAuthority ?? false)
        }
        let leaves = baseline.items.leaves(of: baseline.items.items.keys)
        return Scene(
            from: from, to: to, purpose: purpose,
            question: Question(
                kind: act.kind, event: event(4711), holder: party(from), recipient: party(to), purpose: purpose,
                items: leaves.map { .init($0) }, role: role, records: act.records,
                breakGlass: act.breaksGlass ? brokenGlass : nil, resolutions: act.resolutions(leaves)),
            birth: birth.map { BirthOnRecord(date: .day(day($0)), event: event(5)) }, consents: consents,
            referrals: isOpen ? [ReferralOnRecord(event: event(60), from: from, to: to)] : [],
            replicas: isStale ? [Replica(origin: "partner.example", size: 1, asOf: Instant(seconds: 0))] : [],
            person: person)
    }
}

/// Agreements that all parties signed, made ready once.
struct PlainPolicy: Sendable {
    let baseline: Baseline
    let records: [AgreementOnRecord]
    let prepared: PreparedPolicy

    init(_ baseline: Baseline, _ agreements: [Agreement]) {
        self.baseline = baseline
        records = agreements.map { agreement in
            AgreementOnRecord(
                name: agreement.id, version: agreement.version, document: .readable(agreement),
                signatures: agreement.parties.enumerated().map {
                    .init(agency: $1.agency, event: event(Int64(10 + $0)))
                })
        }
        prepared = PreparedPolicy(records, baseline: baseline)
    }
}

/// What is asked or offered, and what people do.
struct PlainAct: Sendable {
    let kind: Question.Kind
    var records = HolderRecords()
    var breaksGlass = false
    var settledBy: RoleCode?
    var settledOnce = false

    var isLifted: Bool { breaksGlass || settledBy != nil || records.oneOff != nil }

    private static let once = oneOff(
        article6: "vital-interests", power: nil, special: special, confidentiality: "public-interest")
    private static let special = SpecialCondition(article9: "vital-interests")

    func resolutions(_ leaves: [ItemCode]) -> [ResolutionOnRecord] {
        settledBy.map {
            [resolution(by: $0, leaves, records: settledOnce ? HolderRecords(oneOff: Self.once) : HolderRecords())]
        } ?? []
    }

    /// Everybody who could settle in the shipped agreements, and somebody who never may.
    private static let deciders: [RoleCode] = [
        "caldicott-guardian", "named-professional", "duty-manager", "headteacher", "designated-safeguarding-lead",
        "data-protection-officer", "nurse",
    ]

    static let all: [PlainAct] = [Question.Kind.request, .referral, .delivery].flatMap { kind -> [PlainAct] in
        let recorded =
            kind == .request
            ? [HolderRecords()]
            : [HolderRecords(), HolderRecords(withoutConsent: .cannotBeGiven), Records.publicInterest, Records.both]
        return recorded.flatMap { records -> [PlainAct] in
            var acts = [PlainAct(kind: kind, records: records)]
            acts += deciders.map { PlainAct(kind: kind, records: records, settledBy: $0) }
            if kind == .request {
                acts.append(PlainAct(kind: kind, settledBy: "caldicott-guardian", settledOnce: true))
            } else {
                let oneOff = HolderRecords(
                    withoutConsent: records.withoutConsent, publicInterest: records.publicInterest, oneOff: once)
                acts.append(PlainAct(kind: kind, records: oneOff))
            }
            if kind != .referral { acts.append(PlainAct(kind: kind, records: records, breaksGlass: true)) }
            return acts
        }
    }
}

/// What is on record of the person.
enum PlainPerson: CaseIterable, Sendable {
    case ordinary, objection, death, gillick, lacking, bestInterests, bestInterestsAlone, courtOrder, received

    func add(to facts: inout Facts, _ purpose: PurposeCode, _ recipient: AgencyID) {
        let best = BestInterestsOnRecord(
            event: event(350), purposes: [purpose], items: .all, recipients: [.agency(recipient)])
        switch self {
        case .ordinary: break
        case .objection: facts.objections = [SharingPolicyTests.objection(for: [purpose])]
        case .death: facts.deaths = [SharingPolicyTests.death()]
        case .gillick: facts.capacity = [assessment(.has, .gillick)]
        case .lacking: facts.capacity = [assessment(.lacks, .mca)]
        case .bestInterests:
            facts.capacity = [assessment(.lacks, .mca)]
            facts.bestInterests = [best]
        case .bestInterestsAlone: facts.bestInterests = [best]
        case .courtOrder: facts.courtOrders = [order(.requires, to: [.agency(recipient)])]
        case .received:
            let leaves = facts.baseline.map { $0.items.leaves(of: $0.items.items.keys) } ?? []
            facts.received = [ReceivedOnRecord(event: event(400), from: agency("org:other:1"), items: leaves)]
        }
    }
}
