@testable import EventStore

extension FuzzTarget {
    static let trees: [FuzzTarget] = [
        FuzzTarget(name: "tile-path", check: tilePath), FuzzTarget(name: "merkle", check: merkle),
    ]

    @Sendable static func tilePath(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes), let path = TilePath(text) else { return false }
        holds(same(path.description, text), "a path has one spelling")
        holds(path.number >= 0 && (1...TilePlace.width).contains(path.width), "numbers are within their ranges")
        if case .hashes(let level) = path.content { holds((0...63).contains(level), "a level is 0 to 63") }
        for size in [0, 1, 255, 256, 257, 65_536, 1 << 40, Int64.max] {
            guard let range = path.range(size: size) else { continue }
            holds(Int64(range.count) == path.width, "a path names as many as its width")
            holds(range.lowerBound >= 0 && range.upperBound <= path.available(size: size), "nothing beyond the tree")
        }
        return true
    }

    /// Two trees and a proof between them, made from the definitions of RFC 9162 and then changed as the input says:
    /// a proof holds if, and only if, nothing in it was changed.
    @Sendable static func merkle(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 3 else { return false }
        let size = Int(bytes[0]) % 96 + 1
        let older = Int(bytes[1]) % (size + 1)
        let index = Int(bytes[2]) % size
        let leaves = (0..<size).map { MerkleHash.leaf([UInt8(truncatingIfNeeded: $0)]) }
        let root = Reference.root(leaves[...])
        holds(Merkle.root(of: leaves) == root, "a root is what the definition says")

        let inclusion = Reference.inclusion(of: index, in: leaves[...])
        let changedInclusion = changed(inclusion, by: bytes.dropFirst(3))
        holds(
            Merkle.isIncluded(leaves[index], at: Int64(index), in: Int64(size), root: root, proof: changedInclusion)
                == (changedInclusion == inclusion), "an inclusion proof holds if it is the one")

        let consistency = older == 0 || older == size ? [] : Reference.consistency(of: older, in: leaves[...], true)
        let changedConsistency = changed(consistency, by: bytes.dropFirst(3))
        holds(
            Merkle.isConsistent(
                from: Int64(older), root: Reference.root(leaves[..<older]), to: Int64(size), root: root,
                proof: changedConsistency) == (changedConsistency == consistency),
            "a consistency proof holds if it is the one")
        return true
    }

    /// Pairs of bytes: which hash, and what to do to it.
    private static func changed(_ proof: [MerkleHash], by steps: ArraySlice<UInt8>) -> [MerkleHash] {
        var proof = proof
        var steps = steps.prefix(128)
        while let step = steps.popFirst(), let argument = steps.popFirst() {
            let place = proof.isEmpty ? 0 : Int(argument) % proof.count
            switch step % 5 {
            case 0 where !proof.isEmpty:
                var hash = proof[place].bytes
                hash[Int(step / 5) % hash.count] ^= 1 << (argument % 8)
                proof[place] = MerkleHash(hash) ?? .emptyRoot
            case 1 where !proof.isEmpty: proof.remove(at: place)
            case 2: proof.insert(MerkleHash.leaf([argument]), at: place)
            case 3 where !proof.isEmpty: proof.swapAt(0, place)
            case 4 where !proof.isEmpty: proof.insert(proof[place], at: place)
            default: break
            }
        }
        return proof
    }
}

/// The Merkle tree by the letter of RFC 9162, section 2.1: slow, and short enough to be seen right.
enum Reference {
    static func root(_ leaves: ArraySlice<MerkleHash>) -> MerkleHash {
        guard let first = leaves.first else { return .emptyRoot }
        guard leaves.count > 1 else { return first }
        let split = split(leaves)
        return .node(root(leaves[..<split]), root(leaves[split...]))
    }

    /// PATH(m, D[n]), section 2.1.3.1.
    static func inclusion(of index: Int, in leaves: ArraySlice<MerkleHash>) -> [MerkleHash] {
        guard leaves.count > 1 else { return [] }
        let split = split(leaves)
        return index < split
            ? inclusion(of: index, in: leaves[..<split]) + [root(leaves[split...])]
            : inclusion(of: index, in: leaves[split...]) + [root(leaves[..<split])]
    }

    /// SUBPROOF(m, D[n], b), section 2.1.4.1; `older` counts from the first leaf of the whole tree.
    static func consistency(of older: Int, in leaves: ArraySlice<MerkleHash>, _ isWhole: Bool) -> [MerkleHash] {
        if older == leaves.endIndex { return isWhole ? [] : [root(leaves)] }
        let split = split(leaves)
        return older <= split
            ? consistency(of: older, in: leaves[..<split], isWhole) + [root(leaves[split...])]
            : consistency(of: older, in: leaves[split...], false) + [root(leaves[..<split])]
    }

    /// Where the right half begins: after the largest power of two below the number of leaves.
    private static func split(_ leaves: ArraySlice<MerkleHash>) -> Int {
        var size = 1
        while size * 2 < leaves.count { size *= 2 }
        return leaves.startIndex + size
    }
}
