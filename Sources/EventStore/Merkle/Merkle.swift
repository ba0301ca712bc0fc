/// Arithmetic of the Merkle tree of RFC 6962 and RFC 9162 over hashes that are at hand. Pure.
public enum Merkle {
    /// The root of the tree over these leaf hashes (RFC 9162 §2.1.1).
    public static func root(of leaves: some Collection<MerkleHash>) -> MerkleHash {
        var range = CompactRange()
        for leaf in leaves { range.append(leaf) }
        return range.root
    }

    /// The largest power of two below `size`: where a tree splits.
    /// - Precondition: `size` is at least 2.
    static func split(_ size: Int64) -> Int64 { 1 << (Int64.bitWidth - 1 - (size - 1).leadingZeroBitCount) }

    /// Whether an inclusion proof leads from the leaf to the root (RFC 9162 §2.1.3.2).
    public static func isIncluded(
        _ leaf: MerkleHash, at index: Int64, in size: Int64, root: MerkleHash, proof: [MerkleHash]
    ) -> Bool {
        guard index >= 0, index < size, proof.count <= Limits.proofHashes else { return false }
        var position = index
        var last = size - 1
        var hash = leaf
        for step in proof {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                hash = .node(step, hash)
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, step)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether a consistency proof shows that the larger tree begins with the smaller (RFC 9162 §2.1.4.2).
    ///
    /// The empty tree is a beginning of every tree, and a tree of itself; both need an empty proof.
    public static func isConsistent(
        from oldSize: Int64, root oldRoot: MerkleHash, to newSize: Int64, root newRoot: MerkleHash,
        proof: [MerkleHash]
    ) -> Bool {
        guard oldSize >= 0, oldSize <= newSize, proof.count <= Limits.proofHashes + 1 else { return false }
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return proof.isEmpty && oldRoot == .emptyRoot }
        guard let roots = roots(from: oldSize, root: oldRoot, to: newSize, proof: proof) else { return false }
        return roots.old == oldRoot && roots.new == newRoot
    }

    /// The roots of both trees that a consistency proof leads to (RFC 9162 §2.1.4.2), whatever was signed for them; nil
    /// if it has not the form of one. If the new root is right and the old one is not, then the larger tree does not
    /// begin with the smaller, and this proof shows it.
    /// - Parameter oldRoot: where the proof begins if the smaller tree is a perfect subtree of the larger one, and so is
    ///   not repeated in the proof.
    static func roots(
        from oldSize: Int64, root oldRoot: MerkleHash, to newSize: Int64, proof: [MerkleHash]
    ) -> (old: MerkleHash, new: MerkleHash)? {
        guard oldSize > 0, oldSize < newSize, proof.count <= Limits.proofHashes + 1 else { return nil }
        var steps = proof[...]
        guard let seed = oldSize & (oldSize - 1) == 0 ? oldRoot : steps.popFirst() else { return nil }
        var position = oldSize - 1
        var last = newSize - 1
        while position & 1 == 1 {
            position >>= 1
            last >>= 1
        }
        var old = seed
        var new = seed
        for step in steps {
            guard last > 0 else { return nil }
            if position & 1 == 1 || position == last {
                old = .node(step, old)
                new = .node(step, new)
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                new = .node(new, step)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 ? (old, new) : nil
    }
}

/// The roots of the perfect subtrees that a tree falls into, from left to right: all that is needed to go on appending,
/// in O(log n).
public struct CompactRange: Sendable, Hashable {
    public private(set) var size: Int64 = 0
    private var roots: [MerkleHash] = []

    public init() {}

    public mutating func append(_ leaf: MerkleHash) {
        var hash = leaf
        var merges = size
        while merges & 1 == 1, let left = roots.popLast() {
            hash = .node(left, hash)
            merges >>= 1
        }
        roots.append(hash)
        size += 1
    }

    public var root: MerkleHash {
        guard var hash = roots.last else { return .emptyRoot }
        for left in roots.dropLast().reversed() { hash = .node(left, hash) }
        return hash
    }
}
