package import Encodings

/// A key as it is announced: its public JWK, which the strongroom reads, and what it may do.
package struct KeyAnnouncement: Sendable, Hashable {
    package let jwk: JSON
    package let roles: [KeyRole]
}

/// `sharing.site.founded.v1`: event 0, signed by the site key it carries.
package struct SiteFounded: Sendable, Hashable {
    package let origin: String
    package let name: String
    /// Verifier key of the checkpoints (LOGFORMAT §1).
    package let vkey: String
    package let keys: [KeyAnnouncement]
}

/// Where to turn to at an agency.
package struct AgencyContacts: Sendable, Hashable {
    package let dpo: String?
    package let safeguarding: String?
    package let breach: String?
}

/// `sharing.agency.registered.v1`
package struct AgencyRegistered: Sendable, Hashable {
    package let agency: AgencyID
    package let name: String
    package let kind: AgencyKind
    package let publicAuthority: Bool
    /// Origin of the site that hosts it; nil for this one.
    package let site: String?
    package let contacts: AgencyContacts?
    package let keys: [KeyAnnouncement]
}

/// `sharing.agency.ended.v1`
package struct AgencyEnded: Sendable, Hashable {
    package let agency: AgencyID
    package let reason: String
}

/// `sharing.key.enrolled.v1`
package struct KeyEnrolled: Sendable, Hashable {
    package let agency: AgencyID
    package let jwk: JSON
    package let roles: [KeyRole]
}

/// `sharing.key.revoked.v1`
package struct KeyRevoked: Sendable, Hashable {
    /// RFC 7638 SHA-256 thumbprint, base64url.
    package let kid: String
    /// From when on the key is not to be trusted.
    package let since: Instant
    package let reason: String
}

/// `sharing.checkpoint-key.rotated.v1`: recorded by the site itself while its daemon is stopped.
package struct CheckpointKeyRotated: Sendable, Hashable {
    /// The verifier key that signs the checkpoints after the one that covers this event.
    package let vkey: String
}

/// `sharing.baseline.adopted.v1`
package struct BaselineAdopted: Sendable, Hashable {
    /// The YAML text; policy digests are taken over its bytes.
    package let document: String
    /// What it says.
    package let baseline: Baseline
}
