import Encodings
import EventStore
package import Projections

/// A site that is a peer, with its keys read.
package struct KnownPeer: Sendable {
    package let row: PeerRow
    /// Signs its audience statements, and its questions.
    let siteKey: PublicKey
    /// What is sent to it is sealed to this key, until it announces another.
    let agreementKey: AgreementPublicKey

    /// - Throws: `KeyError`, for a key that admission has let in and this release cannot read.
    init(_ row: PeerRow) throws(KeyError) {
        self.row = row
        siteKey = try PublicKey(jwk: row.siteKey)
        agreementKey = try AgreementPublicKey(jwk: row.hpke)
    }

    package var origin: String { row.origin }
    /// Where its daemon answers.
    package var url: String { row.url }
    /// Position of the event that added it.
    package var index: Int64 { row.index }

    /// As the author of its own events.
    var author: String { "site:" + row.origin }

    /// Whether there is a line to it: where its address is no web address it is reached by files alone.
    package var hasLine: Bool { row.url.hasPrefix("https://") || row.url.hasPrefix("http://") }
}
