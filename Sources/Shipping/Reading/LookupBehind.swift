package import Encodings
package import EventStore

/// What will be here once a verified piece is committed: for verifying the one behind it meanwhile.
package struct LookupBehind: ReplicaLookup {
    private let piece: VerifiedPiece
    private let places: [UniqueID: Int64]
    /// What is here already. Whether the piece is among it by then makes no difference.
    private let base: any ReplicaLookup

    package init(_ piece: VerifiedPiece, _ base: any ReplicaLookup) {
        self.piece = piece
        self.base = base
        // What comes late may come twice.
        places = Dictionary(piece.arrivals.map { ($0.entry.id, $0.index) }) { first, _ in first }
    }

    package func leaf(at index: Int64) throws(StorageError) -> MerkleHash? {
        guard index >= piece.before.size else { return try base.leaf(at: index) }
        let place = Int(index - piece.before.size)
        return place < piece.leaves.count ? piece.leaves[place] : nil
    }

    package func places(of ids: [UniqueID]) throws(StorageError) -> [UniqueID: Int64] {
        var found = try base.places(of: ids)
        for id in ids { if let place = places[id] { found[id] = place } }
        return found
    }
}
