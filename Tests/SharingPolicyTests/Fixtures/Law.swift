import Encodings

@testable import SharingModel

/// A small baseline of England for policy tests: a word of each sort that the rules tell apart.
enum TestLaw {
    static let baseline = Baseline(
        id: "test", version: 1, title: "test law", nation: "england",
        timeZone: SiteTimeZone("Europe/London") ?? .utc,
        items: ItemTree(items), purposes: purposes,
        roles: [
            "social-worker": RoleRule(title: "", education: false), "nurse": RoleRule(title: "", education: false),
            "teacher": RoleRule(title: "", education: true),
            "guardian": RoleRule(title: "", education: false, decides: true),
            "manager": RoleRule(title: "", education: false),
        ],
        article6: article6, article9: article9, schedule1: schedule1,
        powers: [
            "children-act-2004-s10": PowerRule(title: "", dated: always),
            "repealed": PowerRule(title: "", dated: until("2026-01-31")),
            "not-yet": PowerRule(title: "", dated: never),
            "scottish": PowerRule(
                title: "", dated: Dated(from: day("2000-01-01"), until: nil, nation: "scotland", source: "")),
            "ends-in-december": PowerRule(title: "", dated: until("2026-12-31")),
        ],
        confidentiality: gateways, statutes: ["hsca-2012-s251b": PowerRule(title: "", dated: always)], duties: duties,
        shareFirst: [
            ShareFirstRule(purpose: "safeguarding-children", kinds: [.council], agencies: [], dated: always),
            ShareFirstRule(purpose: "early-help", kinds: [.council], agencies: [], dated: always),
        ],
        clocks: clocks, bankHolidays: [])

    static let always = Dated(from: day("2000-01-01"), until: nil, nation: "uk", source: "")
    static let never = Dated(from: nil, until: nil, nation: "england", source: "")

    static func until(_ last: String) -> Dated {
        Dated(from: day("2000-01-01"), until: day(last), nation: "england", source: "")
    }

    private static let items: [ItemCode: ItemTree.Item] = [
        "identity": .init(title: "", class: .ordinary, common: true), "contact": .init(title: "", class: .ordinary),
        "risk": .init(title: "", class: .ordinary), "risk.to-child": .init(title: "", class: .ordinary),
        "risk.unsafe-contact": .init(title: "", class: .ordinary), "health": .init(title: "", class: .special),
        "health.summary": .init(title: "", class: .special), "health.mental": .init(title: "", class: .special),
        "police": .init(title: "", class: .criminal), "referral": .init(title: "", class: .ordinary),
        "referral.summary": .init(title: "", class: .ordinary, common: true),
        "education": .init(title: "", class: .ordinary),
        "education.send": .init(title: "", class: .ordinary, untilSchoolLeaving: true),
    ]

    private static let purposes: [PurposeCode: PurposeRule] = [
        "early-help": PurposeRule(title: "", care: false, safeguarding: false, childrens: true),
        "direct-care": PurposeRule(title: "", care: true, safeguarding: false, childrens: false),
        "safeguarding-children": PurposeRule(title: "", care: false, safeguarding: true, childrens: true),
        "continuing-care": PurposeRule(title: "", care: true, safeguarding: false, childrens: false),
    ]

    private static let duties: [LegalCode: DutyRule] = [
        "duty-of-care": DutyRule(
            title: "", dated: always, purposes: ["continuing-care"], holders: [.nhs], recipients: [.council],
            exceptions: ["person-objects"]),
        "duty-to-come": DutyRule(
            title: "", dated: never, purposes: ["early-help"], holders: [.nhs], recipients: [.council],
            exceptions: ["detrimental-to-child"]),
    ]

    private static let article6: [LegalCode: Article6Rule] = [
        "consent": .init(
            title: "", dated: always, closedToPublicAuthorities: false, needsPower: false, needsConsent: true),
        "public-task": .init(
            title: "", dated: always, closedToPublicAuthorities: false, needsPower: true, needsConsent: false),
        "legitimate-interests": .init(
            title: "", dated: always, closedToPublicAuthorities: true, needsPower: false, needsConsent: false),
        "legal-obligation": .init(
            title: "", dated: always, closedToPublicAuthorities: false, needsPower: true, needsConsent: false,
            beyondObjection: true),
        "recognised-legitimate-interest": .init(
            title: "", dated: always, closedToPublicAuthorities: true, needsPower: false, needsConsent: false,
            purposes: ["safeguarding-children"], onPublicTask: true),
        "not-yet": .init(
            title: "", dated: never, closedToPublicAuthorities: false, needsPower: false, needsConsent: false),
    ]

    private static let article9: [LegalCode: Article9Rule] = [
        "explicit-consent": .init(title: "", dated: always, needsSchedule1: false, needsConsent: true),
        "substantial-public-interest": .init(title: "", dated: always, needsSchedule1: true, needsConsent: false),
        "health-or-social-care": .init(title: "", dated: always, needsSchedule1: true, needsConsent: false),
        "not-yet": .init(title: "", dated: never, needsSchedule1: false, needsConsent: false),
    ]

    private static let schedule1: [LegalCode: Schedule1Rule] = [
        "safeguarding": .init(
            title: "", dated: always, article9: ["substantial-public-interest"], criminal: true,
            needsPolicyDocument: true, needsWithoutConsentReason: true),
        "care": .init(
            title: "", dated: always, article9: ["health-or-social-care"], criminal: false, needsPolicyDocument: false,
            needsWithoutConsentReason: false),
        "not-yet": .init(
            title: "", dated: never, article9: ["health-or-social-care"], criminal: true, needsPolicyDocument: false,
            needsWithoutConsentReason: false),
    ]

    private static let gateways: [LegalCode: GatewayRule] = [
        "consent": gateway(needsConsent: true), "implied-direct-care": gateway(careOnly: true),
        "statute": gateway(needsStatute: true), "court-order": gateway(), "best-interests": gateway(),
        "public-interest": gateway(eachTime: true), "none-owed": gateway(),
        "not-yet": GatewayRule(
            title: "", dated: never, careOnly: false, needsConsent: false, needsStatute: false, eachTime: false),
    ]

    private static func gateway(
        careOnly: Bool = false, needsConsent: Bool = false, needsStatute: Bool = false, eachTime: Bool = false
    ) -> GatewayRule {
        GatewayRule(
            title: "", dated: always, careOnly: careOnly, needsConsent: needsConsent, needsStatute: needsStatute,
            eachTime: eachTime)
    }

    private static let clocks: Clocks = {
        let day = ClockLimit.workingDays(1)
        let each = Clocks.ByUrgency(routine: day, urgent: day, emergency: .sameDay)
        return Clocks(
            acknowledge: each, decide: each, assessment: .workingDays(45), referred: each, reviewBreakGlass: day,
            reviewShareFirst: day, reviewOneOff: .workingDays(10))
    }()
}

func day(_ text: String) -> CalendarDay { CalendarDay(text) ?? CalendarDay(daysSince1970: 0) }

func moment(_ text: String) -> Instant { Instant(text) ?? Instant(seconds: 0) }

// Codes and agencies as literals, for tests only. A misspelt one becomes a word no rule knows, which its test then
// shows.

extension ItemCode: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(unchecked: text) }
}

extension PurposeCode: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(unchecked: text) }
}

extension RoleCode: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(unchecked: text) }
}

extension LegalCode: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(unchecked: text) }
}

extension AgreementID: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(unchecked: text) }
}
