import Encodings

/// The event in a body, in whichever way it can be read.
enum BodyEvent {
    case plain(PlainEvent)
    case any(UnverifiedEvent)

    init(in body: OpenedBody, _ headers: inout SeenHeaders) throws(EventParseError) {
        if body.disclosures.isEmpty, let event = PlainEvent(scanning: body.jws, headers: &headers) {
            self = .plain(event)
        } else {
            self = .any(try body.event(&headers))
        }
    }

    var parts: JWSParts {
        switch self {
        case .plain(let event): event.parts
        case .any(let event): event.jws.parts
        }
    }

    /// The identifier of the person whom the event is about.
    var subject: String? {
        switch self {
        case .plain(let event): event.subject
        case .any(let event): event.payload["subject"]?.string
        }
    }

    func disagreement(with entry: Entry) -> String? {
        switch self {
        case .plain(let event): event.disagreement(with: entry)
        case .any(let event): EntryMembers.disagreement(of: entry, with: event.payload)
        }
    }
}
