package import Encodings
package import EventStore
package import SharingModel

/// What an author wants to say, before it is signed.
package struct EventDraft: Sendable {
    package var type: EventType
    package var subject: PersonIdentifier?
    /// The event this one follows from.
    package var cause: UniqueID?
    /// Members of `data` without `content`; those whose value is nil are left out.
    package var data: JSONObject
    /// Content items, each concealed as an SD-JWT disclosure of its own.
    package var content: [ContentItem]
    package var id: UniqueID
    package var time: Instant

    package init(
        _ type: EventType, subject: PersonIdentifier? = nil, cause: UniqueID? = nil,
        data: KeyValuePairs<String, JSON?>, content: [ContentItem] = [], id: UniqueID = .ordered(at: .now),
        time: Instant = .now
    ) {
        self.init(type, subject: subject, cause: cause, data: JSON.object(data), content: content, id: id, time: time)
    }

    /// - Parameter data: an object; anything else stands for an empty one.
    package init(
        _ type: EventType, subject: PersonIdentifier? = nil, cause: UniqueID? = nil, data: JSON,
        content: [ContentItem] = [], id: UniqueID = .ordered(at: .now), time: Instant = .now
    ) {
        self.type = type
        self.subject = subject
        self.cause = cause
        self.data = data.object ?? JSONObject()
        self.content = content
        self.id = id
        self.time = time
    }
}

/// A signed event, ready to be posted.
package struct ComposedEvent: Sendable {
    package let id: UniqueID
    package let type: EventType
    /// `JWS`, or `JWS~disclosure~…~`.
    package let bytes: [UInt8]
}

/// Makes signed events out of drafts (LOGFORMAT section 9): the CloudEvents payload, its content concealed item by item, and the signature.
package struct EventComposer: Sendable {
    package let source: AgencyID
    /// Origin of the site that the events are for; no other takes them.
    package let site: String
    package let key: SigningKey

    package init(source: AgencyID, site: String, key: SigningKey) {
        self.source = source
        self.site = site
        self.key = key
    }

    /// Signs a draft, after holding it against the rules that every site holds it against.
    /// - Throws: `InvalidEvent` with everything that is wrong; `EventParseError` where it is beyond a limit; what the crypto library throws.
    package func compose(_ draft: EventDraft) throws -> ComposedEvent {
        try compose(draft, using: SystemRandomNumberGenerator())
    }

    /// - Parameter generator: gives the disclosures their salts; must be unpredictable where the content is real.
    package func compose(_ draft: EventDraft, using generator: some RandomNumberGenerator) throws -> ComposedEvent {
        var maker = DisclosureMaker(using: generator)
        var data = draft.data
        if draft.type.hasContent {
            let concealed = draft.content.map { maker.conceal(name: $0.code.text, value: $0.value) }
            data["content"] = .object(["_sd": Disclosure.digests(of: concealed)])
        }
        let payload = JSON.object([
            "specversion": "1.0", "id": .string(draft.id.description), "source": .string(source.text),
            "site": .string(site), "type": .string(draft.type.rawValue), "time": .string(draft.time.description),
            "subject": draft.subject.map { .string($0.text) }, "datacontenttype": "application/json",
            "cause": draft.cause.map { .string($0.description) }, "data": .object(data),
        ])
        let bytes = try EventSigner.sign(payload: payload, key: key, disclosures: maker.made)
        let parsed = try UnverifiedEvent(parsing: bytes)
        _ = try SharingEvent.decode(
            payload: parsed.payload, resolved: parsed.resolved.json, sdPointers: parsed.resolved.sdPointers)
        return ComposedEvent(id: draft.id, type: draft.type, bytes: bytes)
    }
}
