extension ConsentException: Record {
    init(reading members: inout MemberReader) {
        to = members.required("to", .recipientOrRecipients)
        items = members.required("items", .items)
    }
}

extension NoticeReference: Record {
    init(reading members: inout MemberReader) {
        ref = members.required("ref", .label)
        version = members.required("version", .version)
    }
}

/// What shows that consent was given.
struct Evidence: Record {
    let sha256: String

    init(reading members: inout MemberReader) { sha256 = members.required("sha256", .digest) }
}

extension ConsentGiven: Record {
    init(reading members: inout MemberReader) {
        kind = members.required("kind", .oneOf())
        giver = members.required("giver", .oneOf())
        purposes = members.required("purposes", .list(.purpose, 1...64))
        items = members.required("items", .items)
        recipients = members.required("recipients", .recipients)
        holders = members.optional("holders", .list(.agency, Limits.agencies))
        exceptions = members.optional("exceptions", .list(.record(), 0...64), default: [])
        method = members.required("method", .oneOf())
        from = members.required("from", .dateOrTime)
        until = members.optional("until", .dateOrTime)
        takenBy = members.optional("takenBy", .record())
        notice = members.optional("notice", .record())
        evidence = members.optional("evidence", Field<Evidence>.record().map { $0.sha256 })
        members.rule(
            "a gdpr consent names its recipients: `*` is not among them", at: "recipients", code: "conflict",
            holds: kind != .gdpr || !recipients.contains(.anyone))
        members.rule(
            "`until` is not before `from`", at: "until", code: "conflict",
            holds: until.map { $0.end(in: .utc) >= from.start(in: .utc) } ?? true)
    }
}

extension ConsentWithdrawn: Record {
    init(reading members: inout MemberReader) {
        consent = members.required("consent", .uuid)
        by = members.required("by", .oneOf())
        reason = members.optional("reason", .prose)
    }
}

extension ConsentRefused: Record {
    init(reading members: inout MemberReader) {
        purposes = members.required("purposes", .list(.purpose, 1...64))
        items = members.required("items", .items)
        recipients = members.required("recipients", .recipients)
        by = members.required("by", .oneOf())
        holders = members.optional("holders", .list(.agency, Limits.agencies))
    }
}
