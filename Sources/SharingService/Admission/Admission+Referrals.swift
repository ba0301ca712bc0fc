import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

extension Admission {
    func submit(_ data: ReferralSubmitted, _ event: SharingEvent) throws -> Admitted {
        try checkEnrolled(data.to)
        guard data.to != data.from else {
            throw Rejection.invalid("/data/to", "same-agency", "a referral goes to another agency than its sender")
        }
        return Admitted(
            audience: try audience(of: event),
            question: DecisionTask(
                kind: .referral, holder: data.from, recipient: data.to, purpose: data.purpose,
                items: data.content.map(Question.Item.init), role: data.actor.role, records: data.records,
                isPersonInformed: data.informed?.told == true, releases: event.envelope.id))
    }

    func provide(_ data: ReferralInfoProvided, _ event: SharingEvent) throws -> Admitted {
        let referral = try self.referral(data.referral, event)
        guard event.envelope.source == referral.sender else { throw Self.wrongAuthor }
        try checkStep(.infoProvided, referral)
        return Admitted(
            audience: try audience(of: event),
            question: DecisionTask(
                kind: .referral, holder: referral.sender, recipient: referral.recipient, purpose: referral.purpose,
                items: data.content.map(Question.Item.init), role: data.actor.role, releases: event.envelope.id))
    }

    func move(_ data: ReferralTransition, _ event: SharingEvent) throws -> Admitted {
        let referral = try self.referral(data.referral, event)
        let mover = data.verb.isSenders ? referral.sender : referral.recipient
        guard event.envelope.source == mover else { throw Self.wrongAuthor }
        if let to = data.to { try checkEnrolled(to) }
        try checkStep(data.verb, referral)
        var admitted = Admitted(audience: try audience(of: event))
        guard data.verb == .redirected, let to = data.to else { return admitted }
        guard to != referral.recipient, to != referral.sender else {
            throw Rejection.invalid(
                "/data/to", "same-agency", "a referral is redirected to an agency that has no part in it yet")
        }
        if referral.namesPupil { try checkMayBeShownPupilNumbers(to, at: "/data/to") }
        let items = try reader.disclosure(of: data.referral)?.items ?? []
        admitted.question = DecisionTask(
            kind: .referral, holder: referral.sender, recipient: to, purpose: referral.purpose,
            items: items.map { Question.Item($0) }, role: data.actor.role, releases: data.referral)
        return admitted
    }

    /// Assessments and plans are the recipient's, once the referral has reached it.
    func work(_ data: ReferralWork, _ event: SharingEvent) throws -> Admitted {
        let referral = try self.referral(data.referral, event)
        guard event.envelope.source == referral.recipient else { throw Self.wrongAuthor }
        let kind = Digest.base64url(of: data.kind)
        let steps = try reader.casework(on: data.referral)
        let casework = steps.reduce(Casework()) { casework, row in
            (try? casework.applying(row.verb, row.kind, on: .accepted)) ?? casework
        }
        do throws(ForbiddenCasework) {
            _ = try casework.applying(data.step, kind, on: referral.life.state)
        } catch {
            throw Rejection(.conflict, "forbidden-transition", error.description)
        }
        guard steps.count < ServiceLimits.referralSteps || data.step.isEnding else { throw Self.tooManySteps }
        return Admitted(audience: try audience(of: event))
    }

    /// The referral that a step is about, if the author sent it or it has reached the author.
    private func referral(_ id: UniqueID, _ event: SharingEvent) throws -> ReferralRow {
        let author = event.envelope.source
        guard let row = try reader.referral(id),
            row.sender == author || (row.recipient == author && row.released != nil)
        else { throw Self.wrongAuthor }
        try checkSamePerson(event, as: row.subject)
        return row
    }

    private func checkStep(_ verb: ReferralVerb, _ referral: ReferralRow) throws {
        guard referral.released != nil || verb == .withdrawn else {
            throw Rejection(
                .conflict, "referral-not-released",
                "the referral has not reached its recipient; see its decision, and submit another")
        }
        let next: ReferralLife
        do throws(ForbiddenTransition) {
            next = try referral.life.applying(verb, purposeIsSafeguarding: referral.isSafeguarding)
        } catch {
            throw Rejection(.conflict, "forbidden-transition", error.description)
        }
        guard
            try reader.stepCount(of: referral.event) < ServiceLimits.referralSteps
                || (verb.leadsToEnd && next != referral.life)
        else { throw Self.tooManySteps }
    }

    static let tooManySteps = Rejection(
        .conflict, "too-many-steps",
        "a referral may have \(ServiceLimits.referralSteps) steps, and as many of casework, and this one has; end what has begun, and submit another referral"
    )
}

extension Question.Item {
    init(_ content: ContentItem) { self.init(content.code, isNoneKnown: content.value == .null) }
}
