import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

extension Admission {
    func request(_ data: DisclosureRequested, _ event: SharingEvent) throws -> Admitted {
        try checkEnrolled(data.from, at: "/data/from")
        guard data.to != data.from else {
            throw Rejection.invalid("/data/from", "same-agency", "what is asked for must be held by another agency")
        }
        if let id = data.referral {
            guard let referral = try reader.referral(id), referral.released != nil,
                Set([referral.sender, referral.recipient]) == Set([data.from, data.to])
            else { throw unknown("referral") }
            try checkSamePerson(event, as: referral.subject)
        }
        return Admitted(
            audience: try audience(of: event),
            question: DecisionTask(
                kind: .request, holder: data.from, recipient: data.to, purpose: data.purpose,
                items: data.items.map { Question.Item($0) }, role: data.actor.role, breakGlass: data.breakGlass,
                isNeededForPublicTask: data.isNeededForPublicTask))
    }

    /// With a request it is decided as that request's asker asked; without one, as the holder's own push.
    func deliver(_ data: DisclosureDelivered, _ event: SharingEvent) throws -> Admitted {
        try checkEnrolled(data.to)
        guard data.to != data.from else {
            throw Rejection.invalid("/data/to", "same-agency", "a delivery goes to another agency than its holder")
        }
        var task = DecisionTask(
            kind: .delivery, holder: data.from, recipient: data.to, purpose: data.purpose,
            items: data.content.map(Question.Item.init), role: data.actor.role, records: data.records,
            releases: event.envelope.id)
        if let id = data.request {
            guard let request = try reader.disclosure(of: id), request.kind == .request, request.sender == data.from,
                request.recipient == data.to
            else { throw unknown("request") }
            try checkSamePerson(event, as: request.subject)
            guard request.purpose == data.purpose else {
                throw Rejection.invalid(
                    "/data/purpose", "other-purpose", "the request that this answers was for another purpose")
            }
            task.role = request.role ?? data.actor.role
            task.requestKey = request.kid
            task.resolutions = context.resolutions
            if case .disclosureRequested(let asked)? = context.earlier?.data {
                task.breakGlass = asked.breakGlass
                task.asked = asked.items
                task.isNeededForPublicTask = asked.isNeededForPublicTask
            }
        }
        return Admitted(audience: try audience(of: event), question: task)
    }

    /// What follows a delivery: a recipient's receipt or dispute, the holder's recall. A redirected referral has two recipients, each with its
    /// own release of the one content.
    func onDelivery(_ id: UniqueID, _ event: SharingEvent) throws -> Admitted {
        let author = event.envelope.source
        guard let row = try reader.disclosure(of: id), row.content != nil else {
            throw Self.wrongAuthor
        }
        switch event.authorRule {
        case .deliveryRecipient:
            guard try author != row.sender && reader.releasedItems(of: row.contentEvent, to: author) != nil else {
                throw Self.wrongAuthor
            }
        default: guard author == row.sender else { throw Self.wrongAuthor }
        }
        try checkSamePerson(event, as: row.subject)
        // Whoever was given nothing is not told that it is taken back: for it there was nothing.
        let others = author == row.sender ? try reader.recipients(of: row.contentEvent) : [author]
        return Admitted(audience: .agencies([row.sender] + others))
    }

    /// The site's own record that a recipient read content: for the holder, and for the agency that read.
    func opened(_ data: ContentOpened) throws -> Admitted {
        let holder = try reader.disclosure(of: data.event)?.sender
        return Admitted(audience: .agencies([holder, data.by.employer].compactMap(\.self)))
    }

    /// A receipt is proof of what arrived, so it must be over exactly what was released.
    func checkDigest(_ digest: String) throws {
        guard digest == context.releasedDigest else {
            throw Rejection.invalid(
                "/data/digest", "digest-mismatch",
                "the digest is not that of what was released; dispute the delivery if something else arrived")
        }
    }
}
