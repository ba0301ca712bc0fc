/// Answers for any tree up to a size, from full tiles and the right edge.
///
/// A value for one question: it remembers the tiles that it has read.
package struct TileTree {
    /// The hashes of a full tile; nil if it is not there.
    package typealias Fetch = (TilePlace) throws(LogError) -> [UInt8]?

    let edge: TreeEdge
    let fetch: Fetch
    private var tiles: [TilePlace: [UInt8]] = [:]

    package init(edge: TreeEdge, fetch: @escaping Fetch) {
        self.edge = edge
        self.fetch = fetch
    }

    /// The proof that a leaf is in the tree of a size (RFC 9162 §2.1.3.1).
    package mutating func inclusionProof(_ index: Int64, in size: Int64) throws(LogError) -> [MerkleHash] {
        guard size <= edge.size, index >= 0, index < size else { throw .outOfRange }
        var proof: [MerkleHash] = []
        var low: Int64 = 0
        var high = size
        while high - low > 1 {
            let middle = low + Merkle.split(high - low)
            if index < middle {
                proof.append(try root(from: middle, to: high))
                high = middle
            } else {
                proof.append(try root(from: low, to: middle))
                low = middle
            }
        }
        return proof.reversed()
    }

    /// The proof that the tree of one size begins with the tree of another (RFC 9162 §2.1.4.1).
    package mutating func consistencyProof(from old: Int64, to new: Int64) throws(LogError) -> [MerkleHash] {
        guard old >= 0, old <= new, new <= edge.size else { throw .outOfRange }
        guard old > 0, old < new else { return [] }
        var proof: [MerkleHash] = []
        var low: Int64 = 0
        var high = new
        // Down to the subtree that ends where the old tree ends; it is left out only where it is the old tree itself.
        while old != high {
            let middle = low + Merkle.split(high - low)
            if old <= middle {
                proof.append(try root(from: middle, to: high))
                high = middle
            } else {
                proof.append(try root(from: low, to: middle))
                low = middle
            }
        }
        if low > 0 { proof.append(try root(from: low, to: high)) }
        return proof.reversed()
    }

    /// The root of the leaves in a range that the recursion of RFC 9162 makes.
    package mutating func root(from low: Int64, to high: Int64) throws(LogError) -> MerkleHash {
        let count = high - low
        if count & (count - 1) == 0 { return try perfect(height: count.trailingZeroBitCount, number: low / count) }
        let middle = low + Merkle.split(count)
        return .node(try root(from: low, to: middle), try root(from: middle, to: high))
    }

    /// The root of the perfect subtree `number` of 2^height leaves.
    private mutating func perfect(height: Int, number: Int64) throws(LogError) -> MerkleHash {
        let level = height / 8
        let rise = Int64(height % 8)
        let first = number << rise
        let hashes = try row(level: level, from: first, count: Int(1 << rise))
        return Merkle.root(of: hashes)
    }

    /// Hashes of one level that stand in one tile.
    private mutating func row(level: Int, from first: Int64, count: Int) throws(LogError) -> [MerkleHash] {
        let place = TilePlace(level: level, number: first / TilePlace.width)
        let offset = Int(first % TilePlace.width)
        let inEdge = TilePlace.hashCount(level: level, size: edge.size) / TilePlace.width == place.number
        if inEdge {
            guard level < edge.levels.count, offset + count <= edge.levels[level].count else { throw .outOfRange }
            return Array(edge.levels[level][offset..<(offset + count)])
        }
        let bytes = try tile(place)
        var hashes: [MerkleHash] = []
        for position in offset..<(offset + count) {
            guard let hash = MerkleHash(bytes[(position * 32)..<(position * 32 + 32)]) else {
                throw .tileMissing(place)
            }
            hashes.append(hash)
        }
        return hashes
    }

    private mutating func tile(_ place: TilePlace) throws(LogError) -> [UInt8] {
        if let bytes = tiles[place] { return bytes }
        guard let bytes = try fetch(place), bytes.count == TilePlace.fullBytes else { throw .tileMissing(place) }
        tiles[place] = bytes
        return bytes
    }
}
