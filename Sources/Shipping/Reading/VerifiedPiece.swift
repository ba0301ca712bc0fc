package import EventStore

/// A piece of which everything was verified: the checkpoint's signature, that its tree continues the one before, every record against that
/// tree, every body against its entry, every author's signature, the statement against what came. Made by `PieceVerifier`, nothing else.
package struct VerifiedPiece: Sendable {
    /// An event that came.
    package struct Arrival: Sendable {
        private let came: CameEntry
        /// Salt and event, as they were sealed; nil where an erasure destroyed them.
        package let plain: [UInt8]?

        init(_ came: CameEntry, plain: [UInt8]?) {
            self.came = came
            self.plain = plain
        }

        package var index: Int64 { came.index }
        package var entry: Entry { came.entry }
        package var leaf: MerkleHash { came.leaf }
        /// Whether the entry stands at an earlier position than the ones told now.
        package var isLate: Bool { came.isLate }
        /// How many positions the log had told when it came: its own included, or for an older one those up to the entry that made it this
        /// site's. The same however the log is cut into pieces.
        package var told: Int64 { came.told }
        package var body: OpenedBody? { plain.flatMap { OpenedBody(plain: $0) } }
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
    /// Where the state stood that it was verified against: it may be committed on no other.
    package let before: Cursor
    /// The statement that this state held.
    private let statementBefore: [UInt8]?

    init(
        header: PieceHeader, arrivals: [Arrival], leaves: [MerkleHash], tiles: [FullTile],
        statement: VerifiedAudienceStatement?, following: VerifiedAudienceStatement.Following?, next: ReplicaState,
        before: ReplicaState
    ) {
        self.header = header
        self.arrivals = arrivals
        self.leaves = leaves
        self.tiles = tiles
        self.statement = statement
        self.following = following
        self.next = next
        self.before = before.cursor
        statementBefore = before.statement?.jws
    }

    /// Whether it was verified against this state: then it may be committed.
    package func continues(_ state: ReplicaState) -> Bool {
        state.cursor == before && state.statement?.jws == statementBefore
            && state.checkpoint?.checkpoint.size ?? 0 <= header.checkpoint.checkpoint.size
    }

    /// Whether it tells anything: an empty poll leaves no trace in the log of who asked.
    package var tellsSomething: Bool { !arrivals.isEmpty }
}
