package import Encodings
package import EventStore

/// How far a replica has got, and what it holds everything new against. A value: a piece is verified against one, and gives the next.
package struct ReplicaState: Sendable {
    /// Of the log.
    package let origin: String
    /// This site.
    package let receiver: String
    package var cursor = Cursor.start
    /// Of the tree of the leaves so far; its size is the cursor's.
    package var edge = TreeEdge()
    /// Verified last.
    package var checkpoint: SignedCheckpoint?
    package var keys: CheckpointKeys
    package var authors: any PeerKeys
    /// Of the last entry that came in its own place.
    var lastRecorded: Instant?
    package var statement: VerifiedAudienceStatement?
    /// The newest one that is on disk: one that says no more than it, a little later, is not written for every poll.
    var keptStatement: AudienceStatement?
    /// The entries that came.
    package var addressed = AddressedEntries()
    /// Events that a decision released to this site and that have not come yet.
    package var awaited: Set<UniqueID> = []

    /// - Parameters:
    ///   - key: the verifier key of the log that is pinned.
    ///   - authors: keys of nobody yet.
    package init(origin: String, receiver: String, key: VerifierKey, authors: any PeerKeys) {
        self.origin = origin
        self.receiver = receiver
        keys = CheckpointKeys(first: key)
        self.authors = authors
    }

    /// Whether everything up to the newest checkpoint has come, and the peer has said so.
    package var isComplete: Bool {
        checkpoint.map { $0.checkpoint.size == cursor.size && statement?.statement.size == cursor.size } ?? false
    }

    /// What to ask for next.
    package func request(sealedTo key: AgreementPublicKey) -> ShipmentRequest {
        ShipmentRequest(
            from: cursor, known: checkpoint?.checkpoint.size ?? 0, trusted: keys.current, recipientKey: key,
            previous: statement?.statement.digest)
    }
}

/// What a verification has to look up in what is here already.
package protocol ReplicaLookup: Sendable {
    /// The leaf hash at a position below the cursor.
    func leaf(at index: Int64) throws(StorageError) -> MerkleHash?

    /// Where events stand of those that came.
    func places(of ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64]
}
