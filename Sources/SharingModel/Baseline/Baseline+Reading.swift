import Encodings

extension Baseline: Record {
    init(reading members: inout MemberReader) {
        id = members.required("baseline", .word)
        version = members.required("version", .whole(1...Int64(Int32.max)))
        title = members.required("title", .label)
        nation = members.required("nation", .word)
        timeZone = members.required("timeZone", .timeZone)
        items = ItemTree(members.required("items", Self.codes(.record())))
        purposes = members.required("purposes", Self.codes(.record()))
        roles = members.required("roles", Self.codes(.record()))
        article6 = members.required("article6", Self.codes(.record()))
        article9 = members.required("article9", Self.codes(.record()))
        schedule1 = members.required("schedule1", Self.codes(.record()))
        powers = members.required("powers", Self.codes(.record()))
        confidentiality = members.required("confidentiality", Self.codes(.record()))
        statutes = members.required("statutes", Self.codes(.record()))
        duties = members.required("duties", Self.codes(.record()))
        shareFirst = members.required("shareFirst", .list(.record(), 0...256))
        clocks = members.required("clocks", .record())
        bankHolidays = Set(members.required("bankHolidays", .list(.day, 0...1000)))
    }

    /// An object with codes as keys.
    private static func codes<Code: VocabularyCode, Rule: Sendable>(_ rule: Field<Rule>) -> Field<[Code: Rule]> {
        .map(.code("a code"), make: { Code($0) }, rule)
    }
}

extension Field where Value == SiteTimeZone {
    static var timeZone: Field {
        .text(
            TextFormat("a time zone by its IANA name, such as Europe/London") { SiteTimeZone($0) != nil },
            placeholder: .utc
        ) {
            SiteTimeZone($0)
        }
    }
}

extension Dated {
    /// They stand among the members of the rule.
    init(amongst members: inout MemberReader) {
        from = members.required("from", .nullable(.day))
        until = members.optional("until", .day)
        nation = members.required("nation", .word)
        source = members.required("source", .label)
    }
}

extension ItemTree.Item: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        `class` = members.required("class", .oneOf())
        common = members.optional("common", .flag, default: false)
        untilSchoolLeaving = members.optional("untilSchoolLeaving", .flag, default: false)
    }
}

extension PurposeRule: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        care = members.optional("care", .flag, default: false)
        safeguarding = members.optional("safeguarding", .flag, default: false)
        childrens = members.optional("childrens", .flag, default: false)
    }
}

extension RoleRule: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        education = members.optional("education", .flag, default: false)
        decides = members.optional("decides", .flag, default: false)
    }
}

extension Article6Rule: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        dated = Dated(amongst: &members)
        closedToPublicAuthorities = members.optional("closedToPublicAuthorities", .flag, default: false)
        needsPower = members.optional("needsPower", .flag, default: false)
        needsConsent = members.optional("needsConsent", .flag, default: false)
        beyondObjection = members.optional("beyondObjection", .flag, default: false)
        purposes = members.optional("purposes", .list(.purpose, 1...64))
        onPublicTask = members.optional("onPublicTask", .flag, default: false)
    }
}

extension Article9Rule: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        dated = Dated(amongst: &members)
        needsSchedule1 = members.optional("needsSchedule1", .flag, default: false)
        needsConsent = members.optional("needsConsent", .flag, default: false)
    }
}

extension Schedule1Rule: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        dated = Dated(amongst: &members)
        article9 = members.optional("article9", .list(.legal, 0...16), default: [])
        criminal = members.optional("criminal", .flag, default: false)
        needsPolicyDocument = members.optional("needsPolicyDocument", .flag, default: false)
        needsWithoutConsentReason = members.optional("needsWithoutConsentReason", .flag, default: false)
    }
}

extension PowerRule: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        dated = Dated(amongst: &members)
    }
}

extension GatewayRule: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        dated = Dated(amongst: &members)
        careOnly = members.optional("careOnly", .flag, default: false)
        needsConsent = members.optional("needsConsent", .flag, default: false)
        needsStatute = members.optional("needsStatute", .flag, default: false)
        eachTime = members.optional("eachTime", .flag, default: false)
    }
}

extension DutyRule: Record {
    init(reading members: inout MemberReader) {
        title = members.required("title", .label)
        dated = Dated(amongst: &members)
        purposes = members.required("purposes", .list(.purpose, 1...64))
        holders = members.required("holders", .list(.oneOf(), 1...AgencyKind.allCases.count))
        recipients = members.required("recipients", .list(.oneOf(), 1...AgencyKind.allCases.count))
        exceptions = members.required("exceptions", .list(.word, 0...64))
    }
}

extension ShareFirstRule: Record {
    init(reading members: inout MemberReader) {
        purpose = members.required("purpose", .purpose)
        kinds = members.optional("kinds", .list(.oneOf(), 1...AgencyKind.allCases.count), default: [])
        agencies = members.optional("agencies", .list(.agency, 1...1000), default: [])
        dated = Dated(amongst: &members)
        members.rule(
            "`kinds` or `agencies` is required", at: "kinds", code: "missing-member",
            holds: !kinds.isEmpty || !agencies.isEmpty)
    }
}

extension Clocks: Record {
    init(reading members: inout MemberReader) {
        acknowledge = members.required("acknowledge", .record())
        decide = members.required("decide", .record())
        assessment = members.required("assessment", .limit)
        referred = members.required("referred", .record())
        reviewBreakGlass = members.required("reviewBreakGlass", .limit)
        reviewShareFirst = members.required("reviewShareFirst", .limit)
        reviewOneOff = members.required("reviewOneOff", .limit)
    }
}

extension Clocks.ByUrgency: Record {
    init(reading members: inout MemberReader) {
        routine = members.required("routine", .limit)
        urgent = members.required("urgent", .limit)
        emergency = members.required("emergency", .limit)
    }
}
