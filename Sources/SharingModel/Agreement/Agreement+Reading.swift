import Encodings

extension Agreement: Record {
    init(reading members: inout MemberReader) {
        id = members.required("agreement", .agreement)
        version = members.required("version", .whole(1...Int64(Int32.max)))
        title = members.required("title", .label)
        nation = members.required("nation", .word)
        parties = members.required("parties", .list(.record(), 2...Limits.agencies.upperBound))
        inForce = members.required("inForce", .record())
        dpia = members.optional("dpia", Field<ImpactAssessment>.record().map { $0.reference })
        contacts = members.optional("contacts", .record(), default: AgreementContacts(rights: nil, breach: nil))
        flows = members.required("flows", .list(.record(), 1...256))
        members.rule(
            "each party is named once", at: "parties", code: "conflict",
            holds: Set(parties.map(\.agency)).count == parties.count)
        members.rule(
            "each flow has an id of its own", at: "flows", code: "conflict",
            holds: Set(flows.map(\.id)).count == flows.count)
    }
}

extension Agreement.Party: Record {
    init(reading members: inout MemberReader) {
        agency = members.required("agency", .agency)
        role = members.required("role", .oneOf())
        signatory = members.optional("signatory", .label)
    }
}

extension Agreement.InForce: Record {
    init(reading members: inout MemberReader) {
        from = members.required("from", .dateOrTime)
        until = members.optional("until", .dateOrTime)
        review = members.optional("review", .day)
    }
}

/// A data protection impact assessment: its reference, and when it was approved.
struct ImpactAssessment: Record {
    let reference: DocumentReference

    init(reading members: inout MemberReader) {
        let ref = members.required("ref", .label)
        reference = DocumentReference(ref: ref, date: members.optional("approved", .day))
    }
}

extension AgreementContacts: Record {
    init(reading members: inout MemberReader) {
        rights = members.optional("rights", .label)
        breach = members.optional("breach", .label)
    }
}

extension Flow: Record {
    init(reading members: inout MemberReader) {
        id = members.required("id", .word)
        from = members.required("from", .flowEnd)
        to = members.required("to", .flowEnd)
        purpose = members.required("purpose", .purpose)
        subjects = members.required("subjects", .subjects)
        items = members.required("items", .list(.item, Limits.items))
        inseparable = members.optional("inseparable", .list(.list(.item, 2...64), 0...64), default: [])
        basis = members.required("basis", .record())
        consent = members.required("consent", .oneOf())
        conditions = members.optional("conditions", .record(), default: .none)
        decide = members.optional("decide", .list(.role, 0...64), default: [])
        breakGlass = members.optional("breakGlass", Field<BreakGlassMembers>.record().map { $0.roles }, default: [])
        obligations = members.optional("obligations", .record(), default: .none)
    }
}

extension FlowConditions: Record {
    static let none = FlowConditions(roles: nil, openReferral: false, maxStaleness: nil, afterDeath: false)

    /// `referral: open` is the only thing that can be asked of a referral.
    enum ReferralCondition: String, CaseIterable, Sendable { case open }

    init(reading members: inout MemberReader) {
        roles = members.optional("roles", .list(.role, 1...64))
        openReferral = members.optional("referral", Field<ReferralCondition>.oneOf()) != nil
        maxStaleness = members.optional("maxStaleness", .span)
        afterDeath = members.optional("afterDeath", .flag, default: false)
    }
}

/// `breakGlass: {roles: [social-worker]}`
struct BreakGlassMembers: Record {
    let roles: [RoleCode]

    init(reading members: inout MemberReader) { roles = members.required("roles", .list(.role, 1...64)) }
}

extension FlowObligations: Record {
    static let none = FlowObligations(receipt: nil, onward: nil, notifySubject: nil, retention: nil)

    init(reading members: inout MemberReader) {
        receipt = members.optional("receipt", .span)
        onward = members.optional("onward", .word)
        notifySubject = members.optional("notifySubject", .notifySubject)
        retention = members.optional("retention", .span)
    }
}

extension Field where Value == FlowObligations.NotifySubject {
    /// `yes`, or `{no: <reason>}`.
    static var notifySubject: Field {
        .either(
            Field<YesWord>.oneOf().map { _ in .yes }, Field<NotNotified>.record().map { .no($0.reason) })
    }
}

enum YesWord: String, CaseIterable, Sendable { case yes }

/// `{no: would-prejudice-protection}`
struct NotNotified: Record {
    let reason: String

    init(reading members: inout MemberReader) { reason = members.required("no", .word) }
}

extension Field where Value == SubjectRange {
    /// `any`, or `{from: age, to: age}` in years.
    static var subjects: Field {
        .either(Field<AnyWord>.oneOf().map { _ in .anyone }, Field<AgeRange>.record().map { $0.range })
    }
}

enum AnyWord: String, CaseIterable, Sendable { case any }

struct AgeRange: Record {
    let range: SubjectRange

    init(reading members: inout MemberReader) {
        let from = members.optional("from", .whole(0...150))
        let to = members.optional("to", .whole(0...150))
        range = SubjectRange(from: from, to: to)
    }
}

extension Field where Value == FlowEnd {
    /// `parties`, `{kinds: [nhs]}`, or a list of agencies and of such.
    static var flowEnd: Field {
        let kinds = Field<KindsMembers>.record().map { FlowEnd(kinds: $0.kinds) }
        let agency = Field<AgencyID>.agency.map { FlowEnd(agencies: [$0]) }
        let list = Field<[FlowEnd]>.list(.either(agency, kinds), Limits.agencies).map { ends in
            FlowEnd(agencies: ends.flatMap(\.agencies), kinds: ends.flatMap(\.kinds))
        }
        let parties = Field<PartiesWord>.oneOf().map { _ in FlowEnd(everyParty: true) }
        return Field(
            schema: { .either([parties.schema(), kinds.schema(), list.schema()]) }, placeholder: parties.placeholder
        ) { json, report in
            switch json {
            case .string: parties.read(json, report)
            case .object: kinds.read(json, report)
            default: list.read(json, report)
            }
        }
    }
}

enum PartiesWord: String, CaseIterable, Sendable { case parties }

struct KindsMembers: Record {
    let kinds: [AgencyKind]

    init(reading members: inout MemberReader) {
        kinds = members.required("kinds", .list(.oneOf(), 1...AgencyKind.allCases.count))
    }
}
