package import Encodings

extension Actor: Record {
    init(reading members: inout MemberReader) {
        id = members.required("id", .label)
        role = members.required("role", .role)
        employer = members.optional("employer", .agency)
        actsFor = members.optional("actsFor", .agency)
    }
}

extension Actor {
    /// Reads who acts from outside an event, as a token's claim.
    /// - Throws: `InvalidEvent` with every violation.
    package init(json: JSON) throws(InvalidEvent) {
        let report = ReadingReport()
        Schema.object(Actor.described().shape).check(json, report)
        guard report.isClean, let actor = Self.read(json, report), report.isClean else {
            throw InvalidEvent(violations: report.violations)
        }
        self = actor
    }
}

extension Informed: Record {
    init(reading members: inout MemberReader) {
        told = members.required("told", .flag)
        reason = members.optional("reason", .prose)
    }
}

extension AboutPerson: Record {
    init(reading members: inout MemberReader) {
        person = members.required("person", .person)
        relation = members.required("relation", .word)
    }
}

extension PublicInterest: Record {
    init(reading members: inout MemberReader) {
        grounds = members.required("grounds", .prose)
        by = members.required("by", .decisionMaker)
        office = members.required("office", .label)
    }
}

extension OneOff: Record {
    init(reading members: inout MemberReader) {
        grounds = members.required("grounds", .prose)
        basis = members.required("basis", .record())
        by = members.required("by", .decisionMaker)
        office = members.required("office", .label)
    }
}

extension HolderRecords {
    /// They stand among the members of the event, not in an object of their own.
    init(amongst members: inout MemberReader) {
        withoutConsent = members.optional("withoutConsent", .oneOf())
        publicInterest = members.optional("publicInterest", .record())
        oneOff = members.optional("oneOff", .record())
    }
}

extension ReferralSubmitted: Record {
    init(reading members: inout MemberReader) {
        from = members.required("from", .agency)
        to = members.required("to", .agency)
        urgency = members.required("urgency", .oneOf())
        purpose = members.required("purpose", .purpose)
        actor = members.required("actor", .record())
        informed = members.optional("informed", .record())
        about = members.optional("about", .list(.record(), 0...64), default: [])
        records = HolderRecords(amongst: &members)
        content = members.required("content", .content)
        members.rule(
            "the content holds at least `referral.summary`", at: "content", code: "missing-content",
            holds: content.contains { $0.code.text == "referral.summary" })
        members.rule("`from` and `to` are two agencies", at: "to", code: "conflict", holds: from != to)
    }
}

extension ReferralInfoProvided: Record {
    init(reading members: inout MemberReader) {
        referral = members.required("referral", .uuid)
        actor = members.required("actor", .record())
        content = members.required("content", .content)
    }
}

/// The members of a step that needs no reason.
struct PlainStep: Record {
    let referral: UniqueID
    let actor: Actor
    let reason: String?

    init(reading members: inout MemberReader) {
        referral = members.required("referral", .uuid)
        actor = members.required("actor", .record())
        reason = members.optional("reason", .prose)
    }

    func transition(_ verb: ReferralVerb) -> ReferralTransition {
        ReferralTransition(verb: verb, referral: referral, actor: actor, reason: reason, to: nil)
    }
}

/// The members of a step that says why: declined, closed, withdrawn.
struct ReasonedStep: Record {
    let referral: UniqueID
    let actor: Actor
    let reason: String

    init(reading members: inout MemberReader) {
        referral = members.required("referral", .uuid)
        actor = members.required("actor", .record())
        reason = members.required("reason", .prose)
    }

    func transition(_ verb: ReferralVerb) -> ReferralTransition {
        ReferralTransition(verb: verb, referral: referral, actor: actor, reason: reason, to: nil)
    }
}

/// The members of `referral.redirected`.
struct Redirection: Record {
    let referral: UniqueID
    let actor: Actor
    let reason: String
    let to: AgencyID

    init(reading members: inout MemberReader) {
        referral = members.required("referral", .uuid)
        actor = members.required("actor", .record())
        reason = members.required("reason", .prose)
        to = members.required("to", .agency)
    }

    var transition: ReferralTransition {
        ReferralTransition(verb: .redirected, referral: referral, actor: actor, reason: reason, to: to)
    }
}
