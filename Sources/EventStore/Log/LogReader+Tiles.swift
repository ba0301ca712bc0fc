extension LogReader {
    /// The bytes that tlog-tiles v0.1.0 puts at a path, for the present head; nil where there is nothing.
    ///
    /// A partial tile or bundle stays what it was when the tree grows beyond it: its bytes are the first of the full one.
    /// So what was ever served at a path is served there for ever, and may be cached as immutable. Nothing is served
    /// beyond the tree, no partial tile as a full one, and never an empty one.
    ///
    /// Bundles of entries say who shared with whom: they are for auditors, hashes are for everybody.
    public func tile(at path: TilePath) throws(LogError) -> [UInt8]? {
        let head = head
        guard let range = path.range(size: head.size) else { return nil }
        switch path.content {
        case .entries: return try bundle(range)
        case .hashes(let level): return try hashes(level, path.number, range, head)
        }
    }

    private func hashes(
        _ level: Int, _ number: Int64, _ range: Range<Int64>, _ head: LogHead
    ) throws(LogError) -> [UInt8] {
        let count = range.count * MerkleHash.byteCount
        if number == TilePlace.hashCount(level: level, size: head.size) / TilePlace.width {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            for hash in head.edge.levels[level].prefix(range.count) { hash.append(to: &bytes) }
            return bytes
        }
        let place = TilePlace(level: level, number: number)
        let tile = try LogError.reading { () throws(StorageError) in try storage.tile(place) }
        guard let tile, tile.count == TilePlace.fullBytes else { throw .tileMissing(place) }
        return Array(tile.prefix(count))
    }

    /// `uint16 big-endian length || entry` for each entry.
    private func bundle(_ range: Range<Int64>) throws(LogError) -> [UInt8] {
        let entries = try LogError.reading { () throws(StorageError) in try storage.entries(in: range) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + 2 + $1.bytes.count })
        for (index, entry) in zip(range, entries) {
            guard entry.index == index, let length = UInt16(exactly: entry.bytes.count) else {
                throw .entryMissing(index: index)
            }
            bytes.append(UInt8(length >> 8))
            bytes.append(UInt8(truncatingIfNeeded: length))
            bytes.append(contentsOf: entry.bytes)
        }
        guard entries.count == range.count else { throw .entryMissing(index: range.lowerBound + Int64(entries.count)) }
        return bytes
    }

    /// The proof that the log of one checkpoint begins with that of an earlier one: text that anybody can verify with
    /// the site's verifier key.
    public func consistencyProof(
        between old: SignedCheckpoint, and new: SignedCheckpoint
    ) throws(LogError) -> ConsistencyProof {
        let hashes = try consistencyProof(from: old.checkpoint.size, to: new.checkpoint.size)
        return ConsistencyProof(old: old, new: new, hashes: hashes)
    }

    /// The checkpoint that was signed at a size, or else the next larger one: one is signed at the end of each append,
    /// not at every size. Nil beyond the head.
    public func checkpoint(from size: Int64) throws(LogError) -> SignedCheckpoint? {
        guard size <= head.size else { return nil }
        let stored = try LogError.reading { () throws(StorageError) in
            try storage.checkpoints(from: max(size, 0), limit: 1).first
        }
        do throws(NoteError) {
            return try stored.map { stored throws(NoteError) in try SignedCheckpoint(parsing: stored.note) }
        } catch {
            throw .checkpointDamaged(error)
        }
    }
}
