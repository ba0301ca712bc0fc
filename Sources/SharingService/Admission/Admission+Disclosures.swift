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
            audience: try audience(event.audienceRule),
            question: DecisionTask(
                kind: .request, holder: data.from, recipient: data.to, purpose: data.purpose,
                items: data.items.map { Question.Item($0) }, role: data.actor.role))
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
        }
        return Admitted(audience: try audience(event.audienceRule), question: task)
    }

    /// What follows a delivery: a recipient's receipt or dispute, the holder's recall. A redirected referral has two recipients, each with its
    /// own release of the one content.
    func onDelivery(_ id: UniqueID, _ event: SharingEvent) throws -> Admitted {
        let author = event.envelope.source
        guard let row = try reader.disclosure(of: id), row.kind != .request, row.kind != .recorded else {
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
        return Admitted(audience: .agencies([row.sender, author == row.sender ? row.recipient : author]))
    }

    /// What the holder says later of something that was decided.
    func onDecided(_ id: UniqueID, _ event: SharingEvent) throws -> Admitted {
        guard let row = try reader.disclosure(of: id), row.kind != .recorded, row.sender == event.envelope.source else {
            throw Self.wrongAuthor
        }
        try checkSamePerson(event, as: row.subject)
        return Admitted(audience: try audience(event.audienceRule))
    }

    /// A receipt is proof of what arrived, so it must be over exactly what was released.
    func checkDigest(_ digest: String) throws {
        guard digest == releasedDigest else {
            throw Rejection.invalid(
                "/data/digest", "digest-mismatch",
                "the digest is not that of what was released; dispute the delivery if something else arrived")
        }
    }
}
