import SharingPolicy

@testable import SharingModel

/// What is asked or offered with what is recorded, by itself and with everything that people may do beyond it.
struct PlainAct: Sendable {
    let kind: Question.Kind
    var records = HolderRecords()
    /// Nothing, one after the other: broken glass, settled, decided for once.
    let lifts: [PlainLift]

    static let all: [PlainAct] = [Question.Kind.request, .referral, .delivery].flatMap { kind -> [PlainAct] in
        let recorded =
            kind == .request
            ? [HolderRecords()]
            : [HolderRecords(), HolderRecords(withoutConsent: .cannotBeGiven), Records.publicInterest, Records.both]
        return recorded.map { PlainAct(kind: kind, records: $0, lifts: PlainLift.all(on: kind)) }
    }
}

/// What somebody does beyond asking or offering.
enum PlainLift: Hashable, Sendable {
    case nothing, brokenGlass
    case settled(by: RoleCode)
    /// The holder decides for once: in its offer, or settling a request.
    case once(by: RoleCode?)

    /// Everybody who could settle in the shipped agreements, and somebody who never may.
    private static let deciders: [RoleCode] = [
        "caldicott-guardian", "named-professional", "duty-manager", "headteacher", "designated-safeguarding-lead",
        "data-protection-officer", "nurse",
    ]

    static func all(on kind: Question.Kind) -> [PlainLift] {
        [.nothing] + deciders.map { .settled(by: $0) } + [.once(by: kind == .request ? "caldicott-guardian" : nil)]
            + (kind == .referral ? [] : [.brokenGlass])
    }

    private static let once = oneOff(
        article6: "vital-interests", power: nil, special: SpecialCondition(article9: "vital-interests"),
        confidentiality: "public-interest")

    /// - Parameter question: with the act's records, and nothing of this.
    func add(to question: inout Question, settling leaves: [ItemCode]) {
        switch self {
        case .nothing: break
        case .brokenGlass: question.breakGlass = SharingPolicyTests.brokenGlass
        case .settled(let role): question.resolutions = [resolution(by: role, leaves)]
        case .once(let role?):
            question.resolutions = [resolution(by: role, leaves, records: HolderRecords(oneOff: Self.once))]
        case .once(nil):
            question.records = HolderRecords(
                withoutConsent: question.records.withoutConsent, publicInterest: question.records.publicInterest,
                oneOff: Self.once)
        }
    }
}

/// What is on record of the person.
enum PlainPerson: CaseIterable, Sendable {
    case ordinary, objection, death, gillick, lacking, bestInterests, bestInterestsAlone, courtOrder, received

    func add(to facts: inout Facts, _ purpose: PurposeCode, _ recipient: AgencyID, _ leaves: [ItemCode]) {
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
            facts.received = [ReceivedOnRecord(event: event(400), from: agency("org:other:1"), items: leaves)]
        }
    }
}
