/// A tree as it is published, in tiles: proofs for any pair of sizes, from the O(log n) tiles that they need, wherever
/// those come from. What comes is not believed: proofs are for `Merkle` to verify.
public struct PublishedTree {
    /// The bytes at a path; nil where there is nothing.
    public typealias Source = (TilePath) throws(LogError) -> [UInt8]?

    public let size: Int64
    private let edge: TreeEdge
    private let source: Source

    /// Reads the right edge of the tree of a size.
    /// - Throws: `LogError.tileMissing` where a tile is not there or has not as many hashes as it must; what the source
    ///   throws.
    public init(size: Int64, tiles source: @escaping Source) throws(LogError) {
        guard size >= 0 else { throw .outOfRange }
        self.size = size
        self.source = source
        var levels: [[MerkleHash]] = []
        while TilePlace.hashCount(level: levels.count, size: size) > 0 {
            let level = levels.count
            let width = TilePlace.lastWidth(level: level, size: size)
            guard width > 0 else {
                levels.append([])
                continue
            }
            let number = TilePlace.hashCount(level: level, size: size) / TilePlace.width
            let path = TilePath(.hashes(level: level), number: number, width: width)
            guard let bytes = try source(path), let hashes = FullTile.row(bytes), hashes.count == width else {
                throw .tileMissing(TilePlace(level: level, number: number))
            }
            levels.append(hashes)
        }
        guard let edge = TreeEdge(size: size, levels: levels) else { throw .outOfRange }
        self.edge = edge
    }

    /// The root that the tiles give.
    public var root: MerkleHash { edge.root }

    /// The root of the tree when it had this size.
    public func root(at size: Int64) throws(LogError) -> MerkleHash {
        guard (0...self.size).contains(size) else { throw .outOfRange }
        guard size > 0 else { return .emptyRoot }
        var tree = tree
        return try tree.root(from: 0, to: size)
    }

    /// The proof that a leaf is in the tree of a size, from leaf to root (RFC 9162 §2.1.3.1).
    public func inclusionProof(_ index: Int64, in size: Int64) throws(LogError) -> [MerkleHash] {
        var tree = tree
        return try tree.inclusionProof(index, in: size)
    }

    /// The proof that the tree of one size begins with the tree of another (RFC 9162 §2.1.4.1).
    public func consistencyProof(from old: Int64, to new: Int64) throws(LogError) -> [MerkleHash] {
        var tree = tree
        return try tree.consistencyProof(from: old, to: new)
    }

    private var tree: TileTree {
        TileTree(edge: edge) { [source] (place: TilePlace) throws(LogError) in
            try source(TilePath(.hashes(level: place.level), number: place.number))
        }
    }
}

extension FullTile {
    /// The hashes in the bytes of a tile of any width; nil where they do not come out even.
    static func row(_ bytes: [UInt8]) -> [MerkleHash]? {
        guard bytes.count % MerkleHash.byteCount == 0, bytes.count <= TilePlace.fullBytes else { return nil }
        return stride(from: 0, to: bytes.count, by: MerkleHash.byteCount).compactMap { start in
            MerkleHash(bytes[start..<(start + MerkleHash.byteCount)])
        }
    }
}
