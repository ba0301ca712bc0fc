import Encodings

extension SubjectUnlinked: Record {
    init(reading members: inout MemberReader) {
        identifiers = members.required("identifiers", .list(.person, Limits.identifiers))
        source = members.required("source", .label)
        confidence = members.required("confidence", .number(0...1))
    }
}

extension SubjectPairing: Record {
    init(reading members: inout MemberReader) {
        other = members.required("other", .otherPerson)
        evidence = members.required("evidence", .prose)
    }
}

extension SubjectDeceased: Record {
    init(reading members: inout MemberReader) {
        date = members.required("date", .dateOrTime)
        source = members.required("source", .label)
        verified = members.required("verified", .flag)
    }
}

extension SubjectShield: Record {
    init(reading members: inout MemberReader) {
        holders = members.optional("holders", .list(.agency, Limits.agencies))
        against = members.required("against", .against)
        reason = members.required("reason", .prose)
    }
}

extension RepresentativeRecorded: Record {
    init(reading members: inout MemberReader) {
        basis = members.required("basis", .oneOf())
        until = members.optional("until", .dateOrTime)
    }
}

extension StatusRecorded: Record {
    init(reading members: inout MemberReader) {
        status = members.required("status", .word)
        from = members.required("from", .dateOrTime)
    }
}

extension CapacityAssessed: Record {
    init(reading members: inout MemberReader) {
        decision = members.required("decision", .prose)
        outcome = members.required("outcome", .oneOf())
        basis = members.required("basis", .oneOf())
        assessor = members.required("assessor", .decisionMaker)
    }
}

extension BestInterestsDecided: Record {
    init(reading members: inout MemberReader) {
        purposes = members.required("purposes", .list(.purpose, 1...64))
        items = members.required("items", .items)
        recipients = members.required("recipients", .recipients)
        decider = members.required("decider", .decisionMaker)
        consulted = members.required("consulted", .either(Field<String>.prose.map { [$0] }, .list(.prose, 0...64)))
    }
}

extension CourtOrderRecorded: Record {
    init(reading members: inout MemberReader) {
        holders = members.optional("holders", .list(.agency, Limits.agencies))
        effect = members.required("effect", .oneOf())
        items = members.required("items", .items)
        recipients = members.required("recipients", .recipients)
        until = members.optional("until", .dateOrTime)
    }
}

extension ObjectionRaised: Record {
    init(reading members: inout MemberReader) {
        purposes = members.required("purposes", .list(.purpose, 1...64))
        items = members.required("items", .items)
        recipients = members.required("recipients", .recipients)
        holders = members.optional("holders", .list(.agency, Limits.agencies))
    }
}

extension InvolvementStarted: Record {
    init(reading members: inout MemberReader) {
        service = members.required("service", .label)
        sensitive = members.required("sensitive", .flag)
        consent = members.optional("consent", .uuid)
        significantHarm = members.optional(
            "significantHarm", .either(Field<String>.prose.map { .string($0) }, Field<Bool>.flag.map { .bool($0) }))
        members.rule(
            "a sensitive service is recorded only with `consent` or `significantHarm`", at: "consent",
            code: "missing-member",
            holds: !sensitive || consent != nil || significantHarm.map { $0 != .bool(false) } ?? false)
    }
}

extension LeadAssigned: Record {
    init(reading members: inout MemberReader) { professional = members.required("professional", .record()) }
}

/// The members of `assessment.*` and `plan.*`.
struct ReferralWorkMembers: Record {
    let referral: UniqueID
    let kind: String
    let actor: Actor
    let outcome: String?

    init(reading members: inout MemberReader) {
        referral = members.required("referral", .uuid)
        kind = members.required("kind", .label)
        actor = members.required("actor", .record())
        outcome = members.optional("outcome", .prose)
    }

    func work(_ step: CaseworkVerb) -> ReferralWork {
        ReferralWork(step: step, referral: referral, kind: kind, actor: actor, outcome: outcome)
    }
}

extension DisclosureResolved.Item: Record {
    init(reading members: inout MemberReader) {
        item = members.required("item", .item)
        result = members.required("result", .oneOf())
        exception = members.optional("exception", .word)
        members.rule(
            "an `exception` is a reason to withhold", at: "exception", code: "conflict",
            holds: exception == nil || result == .withheld)
    }
}

extension DisclosureResolved: Record {
    init(reading members: inout MemberReader) {
        request = members.required("request", .uuid)
        items = members.required("items", .list(.record(), Limits.items))
        reason = members.required("reason", .prose)
        by = members.required("by", .record())
        records = HolderRecords(amongst: &members)
        members.rule(
            "each item is settled once", at: "items", code: "conflict",
            holds: Set(items.map(\.item)).count == items.count)
    }
}

extension ContentOpened: Record {
    init(reading members: inout MemberReader) {
        event = members.required("event", .uuid)
        by = members.required("by", .record())
        items = members.required("items", .list(.item, Limits.items))
    }
}

extension ReviewCompleted: Record {
    init(reading members: inout MemberReader) {
        event = members.required("event", .uuid)
        of = members.required("of", .oneOf())
        outcome = members.required("outcome", .oneOf())
        note = members.required("note", .prose)
    }
}
