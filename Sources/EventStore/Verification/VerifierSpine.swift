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

    /// Takes the next chunk into the tree.
    mutating func take(_ chunk: ChunkResult, _ report: inout VerificationReport) {
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

    /// What a checkpoint says by itself.
    private func judge(_ checked: CheckedCheckpoint, _ report: inout VerificationReport) {
        switch checked.checkpoint {
        case .success(let checkpoint):
            guard checkpoint.size != checked.size else { return }
            report.add([Finding(.checkpointDamaged, at: checked.size, "it was signed for size \(checkpoint.size)")])
        case .failure(let error):
            report.add([Finding(.checkpointDamaged, at: checked.size, error.description)])
        }
    }

    /// Holds the tree as it is now against the checkpoint that was signed at this size, if there is one.
    private mutating func checkRoots(_ report: inout VerificationReport) {
        while let checked = checkpoints.first, checked.size <= range.size {
            checkpoints.removeFirst()
            lastCheckpointSize = checked.size
            guard case .success(let checkpoint) = checked.checkpoint, checkpoint.root != range.root else { continue }
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
            let stored = try storage.tileCounts()
            for level in Set(stored.keys).union(tileCounts.keys).sorted() where stored[level] != tileCounts[level] {
                let expected = tileCounts[level] ?? 0
                report.add([
                    Finding(.tileCount, "level \(level) must have \(expected) full tiles and has \(stored[level] ?? 0)")
                ])
            }
        } catch {
            report.add([Finding(.storageFailed, error.description)])
        }
    }
}
