/// The newest state of a log that was committed: published after the commit, never before.
public struct LogHead: Sendable {
    public let size: Int64
    public let root: MerkleHash
    /// The signed checkpoint; `checkpoint.note` is what receipts carry.
    public let checkpoint: SignedCheckpoint

    /// The tree's right edge at this size.
    let edge: TreeEdge

    init(checkpoint: SignedCheckpoint, edge: TreeEdge) {
        size = checkpoint.checkpoint.size
        root = checkpoint.checkpoint.root
        self.checkpoint = checkpoint
        self.edge = edge
    }

    /// Reads the newest state from storage, and makes sure that entries and tiles give the root that was signed.
    /// - Throws: `LogError.empty` where there is no log.
    init(of storage: any LogStorage, verifiedBy keys: CheckpointKeys) throws(LogError) {
        let checkpoint = try Self.newestCheckpoint(of: storage, verifiedBy: keys)
        let size = checkpoint.checkpoint.size
        var levels: [[MerkleHash]] = []
        var level = 0
        while TilePlace.hashCount(level: level, size: size) > 0 {
            levels.append(try Self.lastHashes(level: level, size: size, of: storage))
            level += 1
        }
        guard let edge = TreeEdge(size: size, levels: levels), edge.root == checkpoint.checkpoint.root else {
            throw .rootMismatch(size: size)
        }
        self.init(checkpoint: checkpoint, edge: edge)
        for rotation in keys.rotations { try prove(rotation, keys, in: storage) }
    }

    /// Makes sure that the tree in which the old key announced a new one is a beginning of this tree.
    private func prove(
        _ rotation: CheckpointKeys.Rotation, _ keys: CheckpointKeys, in storage: any LogStorage
    ) throws(LogError) {
        let covered = rotation.index + 1
        // A log may be behind what its keys were read from.
        guard covered < size else { return }
        let stored = try LogError.reading { () throws(StorageError) in
            try storage.checkpoints(from: covered, limit: 1).first
        }
        var tree = TileTree(edge: edge) { (place: TilePlace) throws(LogError) in
            try LogError.reading { () throws(StorageError) in try storage.tile(place) }
        }
        let root = try tree.root(from: 0, to: covered)
        do throws(NoteError) {
            guard let stored, stored.size == covered else { throw NoteError.noKnownSignature }
            let checkpoint = try SignedCheckpoint(parsing: stored.note).verified(by: keys)
            guard checkpoint.size == covered, checkpoint.root == root else { throw NoteError.proofDoesNotHold }
        } catch {
            throw .checkpointDamaged(error)
        }
    }

    private static func newestCheckpoint(
        of storage: any LogStorage, verifiedBy keys: CheckpointKeys
    ) throws(LogError) -> SignedCheckpoint {
        guard let stored = try LogError.reading({ () throws(StorageError) in try storage.newestCheckpoint() }) else {
            throw .empty
        }
        do throws(NoteError) {
            let checkpoint = try SignedCheckpoint(parsing: stored.note)
            try checkpoint.verified(by: keys)
            return checkpoint
        } catch {
            throw .checkpointDamaged(error)
        }
    }

    /// The hashes of a level's last tile, as far as it is not full: leaves of the last entries, or roots of the last
    /// full tiles below.
    private static func lastHashes(
        level: Int, size: Int64, of storage: any LogStorage
    ) throws(LogError) -> [MerkleHash] {
        let count = TilePlace.hashCount(level: level, size: size)
        let range = (count - TilePlace.lastWidth(level: level, size: size))..<count
        var hashes: [MerkleHash] = []
        if level == 0 {
            let entries = try LogError.reading { () throws(StorageError) in try storage.entries(in: range) }
            guard entries.count == range.count else { throw .entryMissing(index: range.lowerBound) }
            hashes = entries.map { .leaf($0.bytes) }
        } else {
            for number in range {
                let place = TilePlace(level: level - 1, number: number)
                let tile = try LogError.reading { () throws(StorageError) in try storage.tile(place) }
                guard let root = tile.flatMap(FullTile.root) else { throw .tileMissing(place) }
                hashes.append(root)
            }
        }
        return hashes
    }
}

extension FullTile {
    /// The hashes in a full tile's bytes; nil unless there are 256.
    static func hashes(_ bytes: [UInt8]) -> [MerkleHash]? {
        guard bytes.count == TilePlace.fullBytes else { return nil }
        return stride(from: 0, to: bytes.count, by: MerkleHash.byteCount).compactMap { start in
            MerkleHash(bytes[start..<(start + MerkleHash.byteCount)])
        }
    }

    /// The root over the hashes of a full tile; nil unless there are 256.
    static func root(_ bytes: [UInt8]) -> MerkleHash? { hashes(bytes).map { Merkle.root(of: $0) } }
}

extension LogError {
    /// Runs a read of storage and gives its error our type.
    static func reading<Result>(_ work: () throws(StorageError) -> Result) throws(LogError) -> Result {
        do throws(StorageError) {
            return try work()
        } catch {
            throw .storage(error)
        }
    }
}
