package import EventStore
import SharingModel
import Shipping

/// The keys of a peer's log, followed as the registrar follows those of its own.
package struct PeerKeyBook: PeerKeys {
    private var book = KeyBook()
    /// What shipments to the peer may be sealed to, as its log announced them, each with its position.
    private var sealing: [(index: Int64, key: AgreementPublicKey)] = []

    package init() {}

    package mutating func follow(_ entry: Entry, _ event: UnverifiedEvent, at index: Int64) {
        guard let decoded = SharingMeaning.decoded(event), decoded.envelope.source.text == entry.author else { return }
        if case .hpkeKeyRotated(let data) = decoded.data, entry.author == "site:" + (decoded.envelope.site),
            let key = try? AgreementPublicKey(jwk: data.jwk)
        {
            sealing.append((index, key))
        }
        // A key that cannot be read enrols nobody.
        _ = try? book.apply(
            RecordedEvent(
                index: index, id: entry.id, type: entry.type, author: decoded.envelope.source,
                kid: entry.kid.description, subject: nil, audience: entry.audience, cause: entry.cause,
                releases: entry.releases, recorded: entry.recorded, event: decoded))
    }

    package func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding {
        book.standing(of: kid, author: author, at: index)
    }

    /// The newest last.
    var agreementKeys: [AgreementPublicKey] { sealing.sorted { $0.index < $1.index }.map(\.key) }

    package func announcedCheckpointKey(_ entry: Entry, _ event: UnverifiedEvent) -> String? {
        CheckpointKeys.announced(in: entry, event.payload)
    }
}
