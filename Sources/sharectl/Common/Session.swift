import Encodings
import EventStore
import SharingClient
import SharingModel

/// A visit to a site, as somebody.
struct Session {
    let client: SiteClient
    let context: Contexts.Context

    /// The agency acted for.
    func agency() throws(ClientError) -> AgencyID {
        guard let agency = client.settings.agency else { throw .keyMissing }
        return agency
    }

    /// Signs events as the agency acted for.
    func composer() async throws -> EventComposer {
        guard let key = client.settings.key else { throw ClientError.keyMissing }
        return EventComposer(source: try agency(), site: try await client.origin(), key: key)
    }

    /// Signs an event and posts it.
    func post(_ draft: EventDraft) async throws -> PostedReceipt {
        try await client.post(try await composer().compose(draft).bytes)
    }

    /// An event as it was signed, as far as this reader may have it.
    func recorded(_ id: UniqueID) async throws -> SignedRecord {
        let answer = try await client.get("/v1/events/\(id)")
        guard let jws = answer["jws"]?.string else {
            throw Failure(.refused, "the body of event \(id) is not for this reader, or was erased")
        }
        return try SignedRecord(jws: jws, disclosures: answer["disclosures"], expecting: id)
    }

    /// The site's reference for a person.
    func reference(to person: PersonIdentifier) async throws -> String {
        let answer = try await client.ask("/v1/subjects/lookup", .object(["identifier": .string(person.text)]))
        guard let reference = answer["subject"]?.string else {
            throw ClientError.unexpectedAnswer(status: 200, reason: "`subject` is missing")
        }
        return reference
    }
}

/// What a reader was given of a signed event: the payload with the disclosures put in place.
struct SignedRecord {
    let payload: JSON
    /// `JWS~disclosure~…~`, disclosures in `_sd` order.
    let compact: [UInt8]
    /// Digests of what was not given.
    let withheld: [String]

    var data: JSON { payload["data"] ?? .null }
    var type: EventType? { payload["type"]?.string.flatMap(EventType.init) }

    /// - Throws: `EventParseError` where a disclosure does not belong to the signed event; `ClientError` where it is another event.
    init(jws: String, disclosures: JSON?, expecting id: UniqueID) throws {
        let given = (disclosures?.array ?? []).compactMap(\.string)
        let text = given.isEmpty ? jws : jws + "~" + given.joined(separator: "~") + "~"
        let event = try UnverifiedEvent(parsing: Array(text.utf8), disclosures: .some)
        guard event.payload["id"]?.string == id.description else {
            throw ClientError.notProven(reason: "another event was signed than the one asked for")
        }
        payload = event.resolved.json
        compact = Disclosure.compact(jws: event.jws.bytes, disclosures: event.resolved.inOrder)
        withheld = event.resolved.withheld
    }

    /// The person it is about.
    func subject() throws -> PersonIdentifier {
        guard let text = payload["subject"]?.string else {
            throw ClientError.unexpectedAnswer(status: 200, reason: "the event names no person")
        }
        return try PersonIdentifier(text)
    }

    /// A member of `data` that must be a text.
    func text(_ name: String) throws(ClientError) -> String {
        guard let text = data[name]?.string else {
            throw .unexpectedAnswer(status: 200, reason: "`data.\(name)` is missing from the event")
        }
        return text
    }
}
