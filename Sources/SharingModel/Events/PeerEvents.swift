package import Encodings

/// `sharing.peer.added.v1`: another site whose log this one takes in, and that may have of this log what it is entitled to.
package struct PeerAdded: Sendable, Hashable {
    /// Origin of its log, and its name.
    package let origin: String
    /// Where its daemon answers, `https://…`; or `file:`.
    package let url: String
    /// The verifier key of its checkpoints: what is pinned.
    package let vkey: String
    /// The public key of its site, which signs decisions and audience statements.
    package let siteKey: JSON
    /// The public X25519 key that what is sent to it is sealed to, until it announces another.
    package let hpke: JSON

    /// The `url` of a site without a line: it is never asked, and its shipments come and go as files.
    package static let fileOnly = "file:"
}

/// `sharing.peer.removed.v1`: nothing is taken from this site any more, and nothing given to it. What came before stays.
package struct PeerRemoved: Sendable, Hashable {
    package let origin: String
    package let reason: String
}

/// `sharing.sync.advanced.v1`: from this position on, the site knows what a peer's log addressed to it up to a size. It makes a replay over
/// several logs say the same again.
package struct SyncAdvanced: Sendable, Hashable {
    /// Origin of the peer's log.
    package let peer: String
    /// How many entries of it were verified.
    package let size: Int64
    /// The root of its tree at that size, in standard base64.
    package let root: String
}

/// `sharing.hpke-key.rotated.v1`: shipments to this site are sealed to another key from now on.
package struct HPKEKeyRotated: Sendable, Hashable {
    /// The public X25519 key.
    package let jwk: JSON
}
