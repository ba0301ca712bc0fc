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
        breakGlass = members.optional("breakGlass", .flag)
        contact = members.optional("contact", .label)
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
