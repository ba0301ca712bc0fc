package import Encodings

/// A well-formed event: its attributes and its typed data.
package struct SharingEvent: Sendable, Hashable {
    package let envelope: Envelope
    package let data: EventData

    package init(envelope: Envelope, data: EventData) {
        self.envelope = envelope
        self.data = data
    }
}

/// An event at its position in the log: what projections read and policy builds its facts from.
package struct RecordedEvent: Sendable, Hashable {
    /// Where an event that is not of this site's own log comes from.
    package struct Arrival: Sendable, Hashable {
        /// Origin of the log that it stands in.
        package let peer: String
        /// The verifier key of that log, which names it: a peer may begin another.
        package let vkey: String
        /// Its position there.
        package let position: Int64
        /// The place of the `sync.advanced` that brought it.
        package let broughtAt: Int64

        package init(peer: String, vkey: String, position: Int64, broughtAt: Int64) {
            self.peer = peer
            self.vkey = vkey
            self.position = position
            self.broughtAt = broughtAt
        }
    }

    /// Its place among everything that this site knows, in the order in which the site came to know it: its own log, and behind each
    /// `sync.advanced` what that brought of a peer's. Where there are no peers it is the position in the log.
    package let index: Int64
    package let id: UniqueID
    package let type: String
    package let author: AgencyID
    /// Thumbprint of the key that signed it.
    package let kid: String
    package let subject: SubjectReference?
    /// Who may read it, sorted; `["*"]` is everybody enrolled.
    package let audience: [String]
    package let cause: UniqueID?
    /// On a decision, the events with content that it releases.
    package let releases: [UniqueID]
    /// The site's clock, never going backwards along the log.
    package let recorded: Instant
    package let event: SharingEvent
    /// Nil for an event of this site's own log.
    package let arrival: Arrival?

    /// The same event at another place.
    package func at(_ place: Int64) -> RecordedEvent {
        guard place != index else { return self }
        return RecordedEvent(
            index: place, id: id, type: type, author: author, kid: kid, subject: subject, audience: audience,
            cause: cause, releases: releases, recorded: recorded, event: event, arrival: arrival)
    }

    package init(
        index: Int64, id: UniqueID, type: String, author: AgencyID, kid: String, subject: SubjectReference? = nil,
        audience: [String] = [], cause: UniqueID? = nil, releases: [UniqueID] = [], recorded: Instant,
        event: SharingEvent, arrival: Arrival? = nil
    ) {
        self.index = index
        self.id = id
        self.type = type
        self.author = author
        self.kid = kid
        self.subject = subject
        self.audience = audience
        self.cause = cause
        self.releases = releases
        self.recorded = recorded
        self.event = event
        self.arrival = arrival
    }
}

/// One thing wrong with an event or a document, and where (RFC 6901 JSON pointer). Never holds the value found there.
package struct Violation: Sendable, Hashable, CustomStringConvertible {
    package let pointer: String
    /// Stable, for programs: `missing-member`.
    package let code: String
    /// For people.
    package let detail: String

    package init(pointer: String, code: String, detail: String) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }

    package var description: String { "\(pointer): \(detail) (\(code))" }
}

/// A verified event that is not well formed: everything found wrong with it.
package struct InvalidEvent: Error, Sendable, Hashable, CustomStringConvertible {
    package let violations: [Violation]

    package init(violations: [Violation]) { self.violations = violations }

    package var description: String { violations.map(\.description).joined(separator: "; ") }
}
