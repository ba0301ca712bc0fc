import Encodings

extension BreakGlass: Record {
    init(reading members: inout MemberReader) {
        code = members.required("code", .word)
        justification = members.required("justification", .prose)
    }
}

extension DisclosureRequested: Record {
    init(reading members: inout MemberReader) {
        from = members.required("from", .agency)
        to = members.required("to", .agency)
        purpose = members.required("purpose", .purpose)
        items = members.required("items", .list(.item, Limits.items))
        reason = members.required("reason", .prose)
        actor = members.required("actor", .record())
        referral = members.optional("referral", .uuid)
        publicTask = members.optional(
            "publicTask", .either(Field<String>.prose.map { .string($0) }, Field<Bool>.flag.map { .bool($0) }))
        breakGlass = members.optional("breakGlass", .record())
        members.rule("`from` and `to` are two agencies", at: "to", code: "conflict", holds: from != to)
    }
}

extension DisclosureDecided: Record {
    init(reading members: inout MemberReader) {
        request = members.required("request", .uuid)
        decision = members.required("decision", .record())
    }
}

extension DisclosureDelivered: Record {
    init(reading members: inout MemberReader) {
        request = members.optional("request", .uuid)
        from = members.required("from", .agency)
        to = members.required("to", .agency)
        purpose = members.required("purpose", .purpose)
        actor = members.required("actor", .record())
        records = HolderRecords(amongst: &members)
        content = members.required("content", .content)
        members.rule("`from` and `to` are two agencies", at: "to", code: "conflict", holds: from != to)
    }
}

extension DisclosureReceipted: Record {
    init(reading members: inout MemberReader) {
        delivery = members.required("delivery", .uuid)
        digest = members.required("digest", .digest)
        note = members.optional("note", .prose)
    }
}

extension DisclosureDisputed: Record {
    init(reading members: inout MemberReader) {
        delivery = members.required("delivery", .uuid)
        digest = members.required("digest", .digest)
        note = members.optional("note", .prose)
    }
}

extension DisclosureRecalled: Record {
    init(reading members: inout MemberReader) {
        delivery = members.required("delivery", .uuid)
        reason = members.required("reason", .prose)
    }
}

extension DisclosureRecorded: Record {
    init(reading members: inout MemberReader) {
        from = members.required("from", .agency)
        to = members.required("to", .agency)
        purpose = members.required("purpose", .purpose)
        items = members.required("items", .list(.item, Limits.items))
        reason = members.required("reason", .prose)
        how = members.required("how", .label)
        when = members.required("when", .time)
        by = members.required("by", .decisionMaker)
        members.rule("`from` and `to` are two agencies", at: "to", code: "conflict", holds: from != to)
    }
}
