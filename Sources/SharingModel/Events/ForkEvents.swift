package import Encodings

/// `sharing.fork.detected.v1`: a log showed two histories, or went back to an older one. The site's own log is one of those that it may be about.
package struct ForkDetected: Sendable, Hashable {
    /// Origin of the log.
    package let peer: String
    package let evidence: RecordedForkEvidence
}

/// Two checkpoints that the log signed, as notes, and what shows that they contradict each other (docs/FORMAT.md, section 14). The strongroom
/// checks it.
package struct RecordedForkEvidence: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case fork
        case rolledBack = "rolled-back"
    }

    package let kind: Kind
    /// The one of the smaller size.
    package let older: String
    package let newer: String
    /// The newer tree's root at the older one's size, in base64.
    package let root: String?
    /// The consistency proof from that root to the newer one's, hashes in base64.
    package let proof: [String]?
    /// On a log that went on from an older copy of itself: what its operator gave up.
    package let givenUp: GivenUp?

    package struct GivenUp: Sendable, Hashable {
        /// Entries from here on, up to `to`, are given up.
        package let from: Int64
        package let to: Int64
        package let reason: String
    }
}

extension RecordedForkEvidence {
    /// As it stands in the event, for the strongroom to read.
    package var json: JSON {
        .object([
            "kind": .string(kind.rawValue), "older": .string(older), "newer": .string(newer),
            "root": root.map { .string($0) }, "proof": proof.map { .strings($0) },
            "givenUp": givenUp.map {
                .object(["from": .integer($0.from), "to": .integer($0.to), "reason": .string($0.reason)])
            },
        ])
    }
}
