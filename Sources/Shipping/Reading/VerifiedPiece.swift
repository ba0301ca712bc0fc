package import EventStore

/// A piece of which everything was verified: the checkpoint's signature, that its tree continues the one before, every record against that
/// tree, every body against its entry, every author's signature, the statement against what came. Made by `PieceVerifier`, nothing else.
package struct VerifiedPiece: Sendable {
    /// An event that came.
    package struct Arrival: Sendable {
        package let index: Int64
        package let entry: Entry
        /// Nil where an erasure destroyed it.
        package let body: OpenedBody?
        /// Whether the entry stands at an earlier position than the ones told now.
        package let isLate: Bool
        /// How many positions the log had told when it came: its own included, or for an older one those up to the entry that made it this
        /// site's. The same however the log is cut into pieces.
        package let told: Int64
    }

    package let header: PieceHeader
    package let arrivals: [Arrival]
    /// The leaf hashes of the positions told, from `header.from.size` on.
    package let leaves: [MerkleHash]
    /// The tiles above the leaves that these fill.
    package let tiles: [FullTile]
    /// The statement, where there is one that is new.
    package let statement: VerifiedAudienceStatement?
    /// How it follows the one before.
    package let following: VerifiedAudienceStatement.Following?
    /// The state once this is committed.
    package let next: ReplicaState
    /// The state that it was verified against: it may be committed on no other.
    package let before: Cursor

    init(
        header: PieceHeader, arrivals: [Arrival], leaves: [MerkleHash], tiles: [FullTile],
        statement: VerifiedAudienceStatement?, following: VerifiedAudienceStatement.Following?, next: ReplicaState,
        before: Cursor
    ) {
        self.header = header
        self.arrivals = arrivals
        self.leaves = leaves
        self.tiles = tiles
        self.statement = statement
        self.following = following
        self.next = next
        self.before = before
    }

    /// Whether it tells anything: an empty poll leaves no trace in the log of who asked.
    package var tellsSomething: Bool { !arrivals.isEmpty }
}
