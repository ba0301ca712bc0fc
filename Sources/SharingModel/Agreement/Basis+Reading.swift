import Encodings

extension Basis: Record {
    init(reading members: inout MemberReader) {
        article6 = members.required("article6", .legal)
        power = members.optional("power", .legal)
        special = members.optional("special", .record())
        criminal = members.optional("criminal", Field<CriminalMembers>.record().map { $0.condition })
        confidentiality = members.required("confidentiality", .confidentiality)
    }
}

extension SpecialCondition: Record {
    init(reading members: inout MemberReader) {
        article9 = members.required("article9", .legal)
        schedule1 = members.optional("schedule1", .legal)
        policyDocument = members.optional("policyDocument", Field<PolicyDocument>.record().map { $0.reference })
    }
}

/// An appropriate policy document: its reference, and when it was last reviewed.
struct PolicyDocument: Record {
    let reference: DocumentReference

    init(reading members: inout MemberReader) {
        let ref = members.required("ref", .label)
        reference = DocumentReference(ref: ref, date: members.optional("reviewed", .day))
    }
}

/// `{officialAuthority: true}` or `{schedule1, policyDocument}`.
struct CriminalMembers: Record {
    let condition: CriminalCondition

    init(reading members: inout MemberReader) {
        let officialAuthority = members.optional("officialAuthority", .flag, default: false)
        let schedule1 = members.optional("schedule1", .legal)
        let document = members.optional("policyDocument", Field<PolicyDocument>.record().map { $0.reference })
        members.rule(
            "either `officialAuthority: true` or `schedule1` is required", at: "schedule1", code: "missing-member",
            holds: officialAuthority || schedule1 != nil)
        members.rule(
            "`officialAuthority` and `schedule1` exclude each other", at: "schedule1", code: "conflict",
            holds: !officialAuthority || schedule1 == nil)
        condition = schedule1.map { .schedule1($0, policyDocument: document) } ?? .officialAuthority
    }
}

extension Field where Value == Confidentiality {
    /// The gateway's code, or `{statute: <section>}`.
    static var confidentiality: Field {
        .either(
            Field<LegalCode>.legal.map { Confidentiality(gateway: $0) },
            Field<StatuteMembers>.record().map {
                Confidentiality(gateway: LegalCode(unchecked: "statute"), statute: $0.statute)
            })
    }
}

/// `{statute: children-act-1989-s47}`
struct StatuteMembers: Record {
    let statute: LegalCode

    init(reading members: inout MemberReader) { statute = members.required("statute", .legal) }
}
