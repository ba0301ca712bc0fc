import Encodings

/// What must be verified in order: the clock across chunks, tiles, and the root at every checkpoint.
struct VerifierSpine {
    private let storage: any LogStorage
    private let size: Int64

    private var range = CompactRange()
    private var edge = TreeEdge()
    /// Nothing can be said of roots behind an entry that is missing.
    private var isBroken = false
    private var lastRecorded: (index: Int64, time: Instant)?
    /// Those of the chunk at hand that the tree has not reached yet.
    private var checkpoints: ArraySlice<CheckedCheckpoint> = []
    private var lastCheckpointSize: Int64 = -1
    private var tileCounts: [Int: Int64] = [:]

    init(storage: any LogStorage, size: Int64) {
        self.storage = storage
        self.size = size
    }

    /// The tree over the hashes of the stored tiles, from the first chunk on whose entries give others. Where it gives
    /// the root that was signed, the tiles vouch for every entry but those that differ.
    private var vouched: CompactRange?
    private var cannotVouch = false
    private var tileDiffers = false
    /// Entries that differ from the stored tiles, and wait for a root that says who is right.
    private var differing: [Int64] = []

    /// Takes the next chunk into the tree.
    mutating func take(_ chunk: ChunkResult, _ report: inout VerificationReport) {
        let before = range
        tileDiffers = false
        extend(by: chunk, &report)
        if vouched != nil || isBroken || tileDiffers { vouch(for: chunk, before, &report) }
    }

    private mutating func extend(by chunk: ChunkResult, _ report: inout VerificationReport) {
        if let last = lastRecorded, let first = chunk.firstRecorded, first.time < last.time {
            report.add([Finding(.clockWentBack, at: first.index, "recorded before entry \(last.index)")])
        }
        if let last = chunk.lastRecorded { lastRecorded = last }
        checkpoints = chunk.checkpoints[...]
        report.checkpoints += Int64(checkpoints.count)
        for checked in checkpoints { judge(checked, &report) }
        checkRoots(&report)
        for leaf in chunk.leaves {
            guard let leaf, !isBroken else {
                isBroken = true
                return
            }
            var full: [FullTile] = []
            edge.append(leaf, full: &full)
            range.append(leaf)
            report.entries += 1
            for tile in full { check(tile, &report) }
            checkRoots(&report)
        }
    }

    /// Follows the stored tile instead of the entries, and takes note of where they differ.
    private mutating func vouch(for chunk: ChunkResult, _ before: CompactRange, _ report: inout VerificationReport) {
        guard !cannotVouch else { return }
        let place = TilePlace(level: 0, number: chunk.range.lowerBound / TilePlace.width)
        let isFull = chunk.leaves.count == Int(TilePlace.width)
        let bytes: [UInt8]? = isFull ? (try? storage.tile(place)) ?? nil : nil
        let stored = bytes.flatMap(FullTile.hashes)
        var roots: [Int64: MerkleHash] = [:]
        for case .success(let checkpoint) in chunk.checkpoints.map(\.checkpoint) {
            roots[checkpoint.size] = checkpoint.root
        }
        var tree = vouched ?? before
        for (offset, leaf) in chunk.leaves.enumerated() {
            guard let hash = stored?[offset] ?? leaf else {
                cannotVouch = true
                return
            }
            if hash != leaf { differing.append(chunk.range.lowerBound + Int64(offset)) }
            tree.append(hash)
            guard let root = roots[tree.size], root == tree.root, tree.size > report.provenSize else { continue }
            report.vouchedSize = tree.size
            report.add(
                differing.map {
                    Finding(
                        .entryNotSigned, at: $0,
                        "it is not the entry that was signed: the stored tiles, which give the root, say so")
                })
            report.notSigned += Int64(differing.count)
            differing = []
        }
        vouched = tree
    }

    /// What a checkpoint says by itself.
    private func judge(_ checked: CheckedCheckpoint, _ report: inout VerificationReport) {
        switch checked.checkpoint {
        case .success(let checkpoint):
            guard checkpoint.size != checked.size else { return }
            report.add([Finding(.checkpointDamaged, at: checked.size, "it was signed for size \(checkpoint.size)")])
        case .failure(let error):
            let kind: Finding.Kind = error == .endedKey ? .checkpointKeyEnded : .checkpointDamaged
            report.add([Finding(kind, at: checked.size, error.description)])
        }
    }

    /// Holds the tree as it is now against the checkpoint that was signed at this size, if there is one.
    private mutating func checkRoots(_ report: inout VerificationReport) {
        while let checked = checkpoints.first, checked.size <= range.size {
            checkpoints.removeFirst()
            lastCheckpointSize = checked.size
            guard case .success(let checkpoint) = checked.checkpoint else { continue }
            guard checkpoint.root != range.root else {
                if checkpoint.size == range.size { report.provenSize = range.size }
                continue
            }
            report.add([Finding(.checkpointRoot, at: checked.size, "the entries give another root than was signed")])
        }
    }

    private mutating func check(_ tile: FullTile, _ report: inout VerificationReport) {
        tileCounts[tile.place.level, default: 0] += 1
        report.tiles += 1
        let first = tile.place.number << Int64(8 * (tile.place.level + 1))
        do throws(StorageError) {
            guard let stored = try storage.tile(tile.place) else {
                return report.add([Finding(.tileMissing, at: first, "there is no \(tile.place.path())")])
            }
            if stored != tile.hashes {
                tileDiffers = true
                report.add([
                    Finding(.tileMismatch, at: first, "\(tile.place.path()) has other hashes than the entries give")
                ])
            }
        } catch {
            report.add([Finding(.storageFailed, at: first, error.description)])
        }
    }

    /// What can be said only at the end.
    mutating func finish(_ report: inout VerificationReport) {
        guard !isBroken else { return }
        if range.size == size, lastCheckpointSize != size {
            report.add([Finding(.checkpointMissing, at: size, "no checkpoint covers the last entries")])
        }
        do throws(StorageError) {
            // A daemon at work may have filled more since: at most as many as the log has by now.
            let stored = try storage.tileCounts()
            let now = max(size, try storage.newestCheckpoint()?.size ?? 0)
            for level in Set(stored.keys).union(tileCounts.keys).sorted() {
                let expected = tileCounts[level] ?? 0
                let most = level < 0 ? 0 : max(expected, TilePlace.hashCount(level: level + 1, size: now))
                let found = stored[level] ?? 0
                guard found < expected || found > most else { continue }
                report.add([Finding(.tileCount, "level \(level) must have \(expected) full tiles and has \(found)")])
            }
        } catch {
            report.add([Finding(.storageFailed, error.description)])
        }
    }
}
