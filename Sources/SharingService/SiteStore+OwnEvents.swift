package import Encodings
package import EventStore
package import SharingModel

/// What the site says itself, signed by its key.
extension SiteStore {
    /// An event of the site's own.
    /// - Parameters:
    ///   - id: nil for a new one, in the order of time.
    ///   - subject: the identifier of the person that it is about; nil for nobody.
    ///   - disclosures: what is concealed in `data`.
    ///   - isOwn: whether it may be of a type that only the site itself records, as it may when it is made just now.
    /// - Throws: as `unsignedEvent`; `OwnEventError`.
    func ownEvent(
        _ type: EventType, _ data: JSON, id: UniqueID? = nil, subject: String? = nil, cause: UniqueID? = nil,
        disclosures: [Disclosure] = [], at now: Instant, isOwn: Bool = true
    ) throws -> ReceivedEvent {
        let own = try unsignedEvent(
            type, data, id: id, subject: subject, cause: cause, disclosures: disclosures, at: now)
        return ReceivedEvent(verified: try own.unsigned.signed(), event: own.event, isOwn: isOwn)
    }

    /// The same without its signature: signing takes as long as all else, and need not be done where events are put in order.
    /// - Throws: `EventParseError`, `SiteError.ownEventInvalid`: faults of this program, or too much to say.
    func unsignedEvent(
        _ type: EventType, _ data: JSON, id: UniqueID? = nil, subject: String?, cause: UniqueID?,
        disclosures: [Disclosure], at now: Instant
    ) throws -> (unsigned: UnsignedEvent, event: SharingEvent) {
        let id = id ?? UniqueID.ordered(at: now)
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(id), "source": .string(author.text), "site": .string(origin),
            "type": .string(type.rawValue), "time": .text(now), "subject": subject.map { .string($0) },
            "cause": cause.map { .text($0) }, "datacontenttype": "application/json", "data": data,
        ])
        let unsigned = try UnsignedEvent(payload: payload, key: siteKey, disclosures: disclosures)
        do throws(InvalidEvent) {
            return (
                unsigned,
                try SharingEvent.decode(
                    payload: unsigned.payload, resolved: unsigned.resolved.json,
                    sdPointers: unsigned.resolved.sdPointers)
            )
        } catch {
            throw SiteError.ownEventInvalid(error.description)
        }
    }

    /// The same for everybody, while no daemon has the folder: ready to be appended.
    /// - Throws: as `ownEvent`.
    package func ownDraft(_ type: EventType, _ data: JSON, now: Instant) throws -> EntryDraft {
        let own = try ownEvent(type, data, at: now)
        return EntryDraft(
            event: own.verified, id: own.event.envelope.id, type: type.rawValue, author: author.text, subject: nil,
            audience: ["*"], cause: nil, occurred: now, recorded: now)
    }
}
