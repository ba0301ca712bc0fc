extension KeyAnnouncement: Record {
    init(reading members: inout MemberReader) {
        jwk = members.required("jwk", .publicKey)
        roles = members.required("roles", .list(.oneOf(), 1...KeyRole.allCases.count))
    }
}

extension SiteFounded: Record {
    init(reading members: inout MemberReader) {
        origin = members.required("origin", .origin)
        name = members.required("name", .label)
        vkey = members.required("vkey", .label)
        keys = members.required("keys", .list(.record(), 1...Limits.keys.upperBound))
    }
}

extension AgencyContacts: Record {
    init(reading members: inout MemberReader) {
        dpo = members.optional("dpo", .label)
        safeguarding = members.optional("safeguarding", .label)
        breach = members.optional("breach", .label)
    }
}

extension AgencyRegistered: Record {
    init(reading members: inout MemberReader) {
        agency = members.required("agency", .agency)
        name = members.required("name", .label)
        kind = members.required("kind", .oneOf())
        publicAuthority = members.required("publicAuthority", .flag)
        site = members.optional("site", .origin)
        contacts = members.optional("contacts", .record())
        keys = members.required("keys", .list(.record(), Limits.keys))
    }
}

extension AgencyEnded: Record {
    init(reading members: inout MemberReader) {
        agency = members.required("agency", .agency)
        reason = members.required("reason", .prose)
    }
}

extension KeyEnrolled: Record {
    init(reading members: inout MemberReader) {
        agency = members.required("agency", .author)
        jwk = members.required("jwk", .publicKey)
        roles = members.required("roles", .list(.oneOf(), 1...KeyRole.allCases.count))
    }
}

extension KeyRevoked: Record {
    init(reading members: inout MemberReader) {
        kid = members.required("kid", .digest)
        since = members.required("since", .time)
        reason = members.required("reason", .prose)
    }
}

extension CheckpointKeyRotated: Record {
    init(reading members: inout MemberReader) {
        vkey = members.required("vkey", .label)
    }
}

extension BaselineAdopted: Record {
    init(reading members: inout MemberReader) {
        let parsed = members.required("document", Field<ParsedDocument<Baseline>>.document(Baseline.parse(yaml:file:)))
        document = parsed.text
        baseline = parsed.value
    }
}
