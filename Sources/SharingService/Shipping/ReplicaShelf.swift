import EventStore
package import Projections
package import Shipping

/// Where the replicas of peers' logs are to be had.
package protocol ReplicaShelf: Sendable {
    /// - Parameters:
    ///   - origin: of the peer.
    ///   - vkey: the verifier key of its log, which names it.
    /// - Throws: `ReplicaError`, or `NoteError` for a key that is none.
    func replica(of origin: String, vkey: String) throws -> PeerReplica
}

extension ReplicaShelf {
    /// The replica of a peer's log.
    package func replica(of peer: PeerRow) throws -> PeerReplica { try replica(of: peer.origin, vkey: peer.vkey) }
}
