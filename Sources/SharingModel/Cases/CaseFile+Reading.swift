import Encodings

/// A file of cases as it is written, before what it leaves out is filled in.
struct CaseFile: Record {
    let about: String
    let given: GivenPart
    let when: WhenPart
    let cases: [CasePart]

    init(reading members: inout MemberReader) {
        about = members.required("about", .label)
        given = members.optional("given", .record(), default: GivenPart())
        when = members.optional("when", .record(), default: WhenPart())
        cases = members.required("cases", .list(.record(), 1...256))
        members.rule(
            "each case has a name of its own", at: "cases", code: "conflict",
            holds: Set(cases.map(\.name)).count == cases.count)
    }
}

struct CasePart: Record {
    let name: String
    let rule: String
    let like: String?
    let given: GivenPart
    let when: WhenPart
    let expect: CaseAnswer

    init(reading members: inout MemberReader) {
        name = members.required("name", .label)
        rule = members.required("rule", .label)
        like = members.optional("like", .label)
        given = members.optional("given", .record(), default: GivenPart())
        when = members.optional("when", .record(), default: WhenPart())
        expect = members.required("expect", .record())
    }
}

/// Members of `given`; what a case says replaces, member by member, what it is like.
struct GivenPart: Record {
    var baseline: String?
    var agreements: [AgreementPart]?
    var agencies: [AgencyID: CaseAgency]?
    var clock: DateOrTime?
    var born: Birth?
    var consents: [CaseConsent]?
    var refusals: [CaseRefusal]?
    var referrals: [CaseReferral]?
    var replicas: [Replica]?

    init() {}

    init(reading members: inout MemberReader) {
        baseline = members.optional("baseline", .label)
        agreements = members.optional("agreements", .list(.agreementPart, 0...64))
        agencies = members.optional(
            "agencies", .map(.agency, make: { try? AgencyID($0) }, Field<CaseAgency>.record()))
        clock = members.optional("clock", .dateOrTime)
        born = members.optional("born", .birth)
        consents = members.optional("consents", .list(.record(), 0...64))
        refusals = members.optional("refusals", .list(.record(), 0...64))
        referrals = members.optional("referrals", .list(.record(), 0...64))
        replicas = members.optional("replicas", .list(.record(), 0...64))
    }

    func over(_ other: GivenPart) -> GivenPart {
        var merged = self
        merged.baseline = baseline ?? other.baseline
        merged.agreements = agreements ?? other.agreements
        merged.agencies = agencies.map { (other.agencies ?? [:]).merging($0) { $1 } } ?? other.agencies
        merged.clock = clock ?? other.clock
        merged.born = born ?? other.born
        merged.consents = consents ?? other.consents
        merged.refusals = refusals ?? other.refusals
        merged.referrals = referrals ?? other.referrals
        merged.replicas = replicas ?? other.replicas
        return merged
    }
}

/// Members of `when`.
struct WhenPart: Record {
    var act: CaseQuestion.Act?
    var from: AgencyID?
    var to: AgencyID?
    var purpose: PurposeCode?
    var items: [ItemCode]?
    var role: RoleCode?
    var keyRevoked: Bool?
    var records = HolderRecords()

    init() {}

    init(reading members: inout MemberReader) {
        act = members.optional("act", .oneOf())
        from = members.optional("from", .agency)
        to = members.optional("to", .agency)
        purpose = members.optional("purpose", .purpose)
        items = members.optional("items", .list(.item, Limits.items))
        role = members.optional("role", .role)
        keyRevoked = members.optional("keyRevoked", .flag)
        records = HolderRecords(amongst: &members)
    }

    func over(_ other: WhenPart) -> WhenPart {
        var merged = self
        merged.act = act ?? other.act
        merged.from = from ?? other.from
        merged.to = to ?? other.to
        merged.purpose = purpose ?? other.purpose
        merged.items = items ?? other.items
        merged.role = role ?? other.role
        merged.keyRevoked = keyRevoked ?? other.keyRevoked
        merged.records = HolderRecords(
            withoutConsent: records.withoutConsent ?? other.records.withoutConsent,
            publicInterest: records.publicInterest ?? other.records.publicInterest,
            oneOff: records.oneOff ?? other.records.oneOff)
        return merged
    }
}

/// A file's name, or what has become of the agreement in it as well.
struct AgreementPart: Record {
    let file: String
    let signedBy: [AgencyID]?
    let suspended: Bool
    let terminated: Bool
    let unreadable: Bool

    init(file: String) {
        self.file = file
        signedBy = nil
        suspended = false
        terminated = false
        unreadable = false
    }

    init(reading members: inout MemberReader) {
        file = members.required("file", .label)
        signedBy = members.optional("signedBy", .list(.agency, 0...64))
        suspended = members.optional("suspended", .flag, default: false)
        terminated = members.optional("terminated", .flag, default: false)
        unreadable = members.optional("unreadable", .flag, default: false)
    }
}

extension Field where Value == AgreementPart {
    static var agreementPart: Field { .either(Field<String>.label.map { AgreementPart(file: $0) }, .record()) }
}

/// When the person was born, or that nobody knows.
enum Birth: Sendable {
    case unknown
    case on(DateOrTime)
}

extension Field where Value == Birth {
    static var birth: Field {
        .text(
            TextFormat("a date, such as 2015-01-31, or `unknown`") { $0 == "unknown" || DateOrTime($0) != nil },
            placeholder: .unknown
        ) { $0 == "unknown" ? .unknown : DateOrTime($0).map { .on($0) } }
    }
}

extension CaseAgency: Record {
    init(reading members: inout MemberReader) {
        kind = members.required("kind", .oneOf())
        publicAuthority = members.optional("publicAuthority", .flag, default: false)
        ended = members.optional("ended", .flag, default: false)
        dpo = members.optional("dpo", .label)
        safeguarding = members.optional("safeguarding", .label)
    }
}

extension CaseConsent: Record {
    init(reading members: inout MemberReader) {
        kind = members.required("kind", .oneOf())
        giver = members.optional("giver", .oneOf(), default: .`self`)
        purposes = members.required("purposes", .list(.purpose, 1...64))
        items = members.optional("items", .items, default: .all)
        recipients = members.required("recipients", .recipients)
        holders = members.optional("holders", .list(.agency, Limits.agencies))
        exceptions = members.optional("exceptions", .list(.record(), 0...64), default: [])
        from = members.required("from", .dateOrTime)
        until = members.optional("until", .dateOrTime)
        recorded = members.optional("recorded", .dateOrTime)
        withdrawn = members.optional("withdrawn", .dateOrTime)
        keyRevoked = members.optional("keyRevoked", .flag, default: false)
    }
}

extension CaseRefusal: Record {
    init(reading members: inout MemberReader) {
        by = members.optional("by", .oneOf(), default: .`self`)
        purposes = members.required("purposes", .list(.purpose, 1...64))
        items = members.optional("items", .items, default: .all)
        recipients = members.required("recipients", .recipients)
        holders = members.optional("holders", .list(.agency, Limits.agencies))
        recorded = members.required("recorded", .dateOrTime)
    }
}

extension CaseReferral: Record {
    init(reading members: inout MemberReader) {
        from = members.required("from", .agency)
        to = members.required("to", .agency)
    }
}

extension CaseAnswer: Record {
    init(reading members: inout MemberReader) {
        outcome = members.required("outcome", .oneOf())
        items = members.required("items", .verdicts)
        nearest = members.optional("nearest", .record())
        obligations = members.optional("obligations", .list(.record(), 0...64))
        shareFirst = members.optional("shareFirst", .flag)
        asker = members.optional("asker", .verdicts)
        recipient = members.optional("recipient", .list(.item, 0...256))
    }
}

extension CaseNearest: Record {
    init(reading members: inout MemberReader) {
        flow = members.optional("flow", .label)
        failed = members.optional("failed", .word)
        code = members.required("code", .oneOf())
    }
}

extension Field where Value == [ItemCode: CaseVerdict] {
    static var verdicts: Field {
        .map(
            .code("an item code"), make: { ItemCode($0) },
            Field<CaseVerdict>.text(
                TextFormat(
                    "`permitted`, `permitted by FLOW`, `withheld CODE` or `referred CODE`, with a code of the refusals"
                ) { CaseVerdict($0) != nil }, placeholder: CaseVerdict(result: .permitted)
            ) { CaseVerdict($0) })
    }
}
