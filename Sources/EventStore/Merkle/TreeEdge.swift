/// The right edge of a tree: the hashes of the last tile of each level, as far as it is not full. With the full tiles,
/// that is the whole tree.
package struct TreeEdge: Sendable {
    package private(set) var size: Int64 = 0
    /// By level, each with fewer than 256 hashes.
    package private(set) var levels: [[MerkleHash]] = []
    /// What each level's hashes come to: a root then costs a few hashes for each level instead of all that they hold.
    private var rows: [CompactRange] = []

    package init() {}

    /// The edge that a log has on disk.
    /// - Parameters:
    ///   - size: the size of the log.
    ///   - levels: the hashes of each level's last tile.
    package init?(size: Int64, levels: [[MerkleHash]]) {
        for (level, hashes) in levels.enumerated() {
            guard hashes.count == Int(TilePlace.lastWidth(level: level, size: size)) else { return nil }
        }
        guard TilePlace.hashCount(level: levels.count, size: size) == 0 else { return nil }
        self.size = size
        self.levels = levels
        rows = levels.map { hashes in
            var row = CompactRange()
            for hash in hashes { row.append(hash) }
            return row
        }
    }

    /// Appends a leaf; tiles that it fills go to `full`, lower levels first.
    package mutating func append(_ leaf: MerkleHash, full: inout [FullTile]) {
        var hash = leaf
        var level = 0
        while true {
            if level == levels.count {
                levels.append([])
                rows.append(CompactRange())
            }
            levels[level].append(hash)
            rows[level].append(hash)
            guard levels[level].count == Int(TilePlace.width) else { break }
            let hashes = levels[level]
            levels[level] = []
            var bytes: [UInt8] = []
            bytes.reserveCapacity(TilePlace.fullBytes)
            for hash in hashes { hash.append(to: &bytes) }
            let number = size >> Int64(8 * (level + 1))
            full.append(FullTile(place: TilePlace(level: level, number: number), hashes: bytes))
            hash = rows[level].root
            rows[level] = CompactRange()
            level += 1
        }
        size += 1
    }

    /// The root of the whole tree: each level's hashes are perfect subtrees of one size, followed by what is smaller.
    package var root: MerkleHash {
        var smaller: MerkleHash?
        for var row in rows {
            if let smaller { row.append(smaller) }
            if row.size > 0 { smaller = row.root }
        }
        return smaller ?? .emptyRoot
    }
}
