import EventStore
import SharingModel

/// An event with a place in a batch, to be appended when the batch is.
struct DraftedEvent: Sendable {
    enum Signing: Sendable {
        /// By its author.
        case received(VerifiedEvent)
        /// The site's own, which is signed when all of the batch is in order.
        case own(UnsignedEvent)
    }

    let signing: Signing
    let recorded: RecordedEvent

    /// What makes an event the same event.
    var payloadBytes: [UInt8] {
        switch signing {
        case .received(let verified): verified.payloadBytes
        case .own(let unsigned): unsigned.payloadBytes
        }
    }

    /// Nil for what the site has not signed yet.
    var received: VerifiedEvent? { if case .received(let verified) = signing { verified } else { nil } }

    func draft() throws(OwnEventError) -> EntryDraft {
        let verified =
            switch signing {
            case .received(let verified): verified
            case .own(let unsigned): try unsigned.signed()
            }
        return EntryDraft(
            event: verified, id: recorded.id, type: recorded.type, author: recorded.author.text,
            subject: recorded.subject?.id, audience: recorded.audience, cause: recorded.cause,
            releases: recorded.releases, occurred: recorded.event.envelope.time, recorded: recorded.recorded)
    }
}
