import Encodings

/// When the person was born, or that nobody knows.
enum Birth: Sendable {
    case unknown
    case on(CaseBirth)
}

extension Field where Value == Birth {
    /// A date, `unknown`, or `{expected: 2027-01-31}` of a child not yet born.
    static var birth: Field {
        .either(
            .text(
                TextFormat("a date, such as 2015-01-31, or `unknown`") { $0 == "unknown" || DateOrTime($0) != nil },
                placeholder: .unknown
            ) { text in
                text == "unknown" ? .unknown : DateOrTime(text).map { .on(CaseBirth(date: $0, isExpected: false)) }
            },
            Field<ExpectedBirth>.record().map { .on(CaseBirth(date: $0.expected, isExpected: true)) })
    }
}

private struct ExpectedBirth: Record {
    let expected: DateOrTime

    init(reading members: inout MemberReader) { expected = members.required("expected", .dateOrTime) }
}

extension CaseObjection: Record {
    init(reading members: inout MemberReader) {
        purposes = members.required("purposes", .list(.purpose, 1...64))
        items = members.optional("items", .items, default: .all)
        recipients = members.required("recipients", .recipients)
        holders = members.optional("holders", .list(.agency, Limits.agencies))
        changes = members.optional("changes", .list(.objectionChange, 0...64), default: [])
    }
}

extension CaseObjection.Change: Record {
    init(reading members: inout MemberReader) {
        verb = members.required("verb", .oneOf())
        keyRevoked = members.optional("keyRevoked", .flag, default: false)
    }
}

extension Field where Value == CaseObjection.Change {
    /// A verb alone, or with what has become of its key.
    static var objectionChange: Field {
        .either(
            Field<ObjectionChange.Verb>.oneOf().map { CaseObjection.Change(verb: $0, keyRevoked: false) }, .record())
    }
}

extension CaseCourtOrder: Record {
    init(reading members: inout MemberReader) {
        effect = members.required("effect", .oneOf())
        items = members.optional("items", .items, default: .all)
        recipients = members.required("recipients", .recipients)
        holders = members.optional("holders", .list(.agency, Limits.agencies))
        until = members.optional("until", .dateOrTime)
        discharged = members.optional("discharged", .ending, default: nil)
        keyRevoked = members.optional("keyRevoked", .flag, default: false)
    }
}

extension CaseEnding: Record {
    init(reading members: inout MemberReader) { keyRevoked = members.optional("keyRevoked", .flag, default: false) }
}

extension Field where Value == CaseEnding? {
    /// `true`, or what has become of its key.
    static var ending: Field {
        .either(
            Field<Bool>.flag.map { $0 ? CaseEnding(keyRevoked: false) : nil }, Field<CaseEnding>.record().map { $0 })
    }
}

extension CaseShield: Record {
    init(reading members: inout MemberReader) {
        by = members.optional("by", .agency, default: .placeholder)
        against = members.required("against", .against)
        holders = members.optional("holders", .list(.agency, Limits.agencies))
        lifts = members.optional("lifts", .flag, default: false)
        keyRevoked = members.optional("keyRevoked", .flag, default: false)
    }
}

extension CaseDeath: Record {
    init(reading members: inout MemberReader) {
        date = members.required("date", .dateOrTime)
        verified = members.required("verified", .flag)
    }
}

extension CaseCapacity: Record {
    init(reading members: inout MemberReader) {
        outcome = members.required("outcome", .oneOf())
        basis = members.required("basis", .oneOf())
        keyRevoked = members.optional("keyRevoked", .flag, default: false)
    }
}

extension CaseRepresentative: Record {
    init(reading members: inout MemberReader) {
        basis = members.required("basis", .oneOf())
        until = members.optional("until", .dateOrTime)
        ended = members.optional("ended", .flag, default: false)
        keyRevoked = members.optional("keyRevoked", .flag, default: false)
    }
}

extension CaseBestInterests: Record {
    init(reading members: inout MemberReader) {
        purposes = members.required("purposes", .list(.purpose, 1...64))
        items = members.optional("items", .items, default: .all)
        recipients = members.required("recipients", .recipients)
        keyRevoked = members.optional("keyRevoked", .flag, default: false)
    }
}

extension CaseReceived: Record {
    init(reading members: inout MemberReader) {
        from = members.required("from", .agency)
        items = members.required("items", .list(.item, Limits.items))
    }
}

extension CaseResolution: Record {
    init(reading members: inout MemberReader) {
        role = members.required("role", .role)
        items = members.required("items", .list(.record(), Limits.items))
        records = HolderRecords(amongst: &members)
        keyRevoked = members.optional("keyRevoked", .flag, default: false)
        members.rule(
            "each item is settled once", at: "items", code: "conflict",
            holds: Set(items.map(\.item)).count == items.count)
    }
}
