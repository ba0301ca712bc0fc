import Encodings
import EventStore
import Support
import Testing

/// A tree in tiles as the specification defines them, without the code that the log uses to make them.
private struct DefinedTiles {
    let leaves: [MerkleHash]
    private let levels: [[MerkleHash]]
    /// The root at some sizes.
    let roots: [Int64: MerkleHash]

    init(size: Int, roots sizes: Set<Int64>, generator: inout SeededGenerator) {
        let seed = generator.next()
        leaves = (0..<size).map { number in
            withUnsafeBytes(of: (seed, number)) { MerkleHash.leaf(Array($0)) }
        }
        var levels = [leaves]
        while let last = levels.last, last.count >= 256 {
            levels.append((0..<(last.count / 256)).map { Merkle.root(of: last[($0 * 256)..<($0 * 256 + 256)]) })
        }
        self.levels = levels
        var range = CompactRange()
        var roots: [Int64: MerkleHash] = [0: range.root]
        for leaf in leaves {
            range.append(leaf)
            if sizes.contains(range.size) { roots[range.size] = range.root }
        }
        self.roots = roots
    }

    func bytes(_ path: TilePath) -> [UInt8]? {
        guard case .hashes(let level) = path.content, level < levels.count else { return nil }
        let range = Int(path.number * 256)..<Int(path.number * 256 + path.width)
        return range.upperBound <= levels[level].count ? levels[level][range].flatMap(\.bytes) : nil
    }

    func tree(_ size: Int64) throws -> PublishedTree {
        try PublishedTree(size: size) { (path: TilePath) throws(LogError) in bytes(path) }
    }
}

@Suite struct ProofTests {
    @Test(
        "over tiles of random trees, every sampled proof between any two sizes holds",
        arguments: [1, 2, 255, 257, 4096, 65_535, 65_536, 65_793, 100_000])
    func proofs(size: Int) throws {
        var generator = SeededGenerator(seed: UInt64(size))
        let end = Int64(size)
        var sizes: Set<Int64> = [1, end, max(1, end - 1), min(end, 256), min(end, 65_536)]
        for _ in 0..<40 { sizes.insert(.random(in: 1...end, using: &generator)) }
        let tiles = DefinedTiles(size: size, roots: sizes, generator: &generator)
        let whole = try tiles.tree(end)
        #expect(whole.root == tiles.roots[end])
        for size in sizes.sorted() {
            let root = try #require(tiles.roots[size])
            #expect(try whole.root(at: size) == root)
            let then = try tiles.tree(size)
            #expect(then.root == root)
            for index in [0, size - 1, .random(in: 0..<size, using: &generator)] {
                let proof = try whole.inclusionProof(index, in: size)
                #expect(Merkle.isIncluded(tiles.leaves[Int(index)], at: index, in: size, root: root, proof: proof))
                #expect(try then.inclusionProof(index, in: size) == proof)
            }
            for old in sizes.filter({ $0 <= size }).sorted().shuffled(using: &generator).prefix(6) + [0] {
                let proof = try whole.consistencyProof(from: old, to: size)
                let oldRoot = try #require(tiles.roots[old])
                #expect(Merkle.isConsistent(from: old, root: oldRoot, to: size, root: root, proof: proof))
                #expect(try then.consistencyProof(from: old, to: size) == proof)
            }
        }
        #expect(throws: LogError.outOfRange) { try whole.inclusionProof(end, in: end) }
        #expect(throws: LogError.outOfRange) { try whole.inclusionProof(0, in: end + 1) }
        #expect(throws: LogError.outOfRange) { try whole.consistencyProof(from: 0, to: end + 1) }
        #expect(throws: LogError.outOfRange) { try whole.root(at: end + 1) }
    }

    @Test("a tree whose tiles are missing or of another width is not made")
    func missingTiles() throws {
        var generator = SeededGenerator(seed: 5)
        let tiles = DefinedTiles(size: 600, roots: [], generator: &generator)
        #expect(throws: LogError.tileMissing(TilePlace(level: 0, number: 2))) {
            try PublishedTree(size: 600) { (_: TilePath) throws(LogError) in nil }
        }
        #expect(throws: LogError.tileMissing(TilePlace(level: 0, number: 2))) {
            try PublishedTree(size: 600) { (path: TilePath) throws(LogError) in tiles.bytes(path)?.dropLast(32) }
        }
        let partial = try PublishedTree(size: 600) { (path: TilePath) throws(LogError) in
            path.width == 256 ? nil : tiles.bytes(path)
        }
        #expect(throws: LogError.tileMissing(TilePlace(level: 0, number: 0))) { try partial.inclusionProof(3, in: 600) }
        #expect(throws: LogError.outOfRange) { try tiles.tree(-1) }
    }

    /// The bytes with each changed in turn, to a value drawn at random.
    private func changes(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [[UInt8]] {
        bytes.indices.map { position in
            var changed = bytes
            changed[position] ^= .random(in: 1...255, using: &generator)
            return changed
        }
    }

    private func hashChanges(_ hash: MerkleHash, _ generator: inout SeededGenerator) -> [MerkleHash] {
        changes(hash.bytes, &generator).compactMap { MerkleHash($0) }
    }

    /// A proof of inclusion alone does not bind the size: with the same root, leaf 0 leads up the same path in a tree of
    /// 5 and of 6. The signed checkpoint binds it, which the test of proof files below holds against.
    @Test("a proof with any single byte of proof, leaf, index or root changed does not hold", arguments: 1...4)
    func changedHashes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let size = Int64.random(in: 2...100_000, using: &generator)
        let old = Int64.random(in: 1..<size, using: &generator)
        let index = Int64.random(in: 0..<size, using: &generator)
        let tiles = DefinedTiles(size: Int(size), roots: [old, size], generator: &generator)
        let tree = try tiles.tree(size)
        let (root, oldRoot) = (try #require(tiles.roots[size]), try #require(tiles.roots[old]))
        let leaf = tiles.leaves[Int(index)]
        let inclusion = try tree.inclusionProof(index, in: size)
        func included(_ leaf: MerkleHash, _ index: Int64, _ root: MerkleHash, _ proof: [MerkleHash]) -> Bool {
            Merkle.isIncluded(leaf, at: index, in: size, root: root, proof: proof)
        }
        let consistency = try tree.consistencyProof(from: old, to: size)
        func consistent(_ oldRoot: MerkleHash, _ root: MerkleHash, _ proof: [MerkleHash]) -> Bool {
            Merkle.isConsistent(from: old, root: oldRoot, to: size, root: root, proof: proof)
        }
        #expect(included(leaf, index, root, inclusion) && consistent(oldRoot, root, consistency))
        var survivors = 0
        for changed in hashChanges(leaf, &generator) where included(changed, index, root, inclusion) { survivors += 1 }
        for changed in hashChanges(root, &generator) {
            if included(leaf, index, changed, inclusion) { survivors += 1 }
            if consistent(oldRoot, changed, consistency) { survivors += 1 }
        }
        for changed in hashChanges(oldRoot, &generator) where consistent(changed, root, consistency) { survivors += 1 }
        for byte in 0..<8 {
            for value in 1...255 as ClosedRange<Int64> {
                if included(leaf, index ^ (value << Int64(8 * byte)), root, inclusion) { survivors += 1 }
            }
        }
        for position in inclusion.indices {
            for changed in hashChanges(inclusion[position], &generator) {
                var proof = inclusion
                proof[position] = changed
                if included(leaf, index, root, proof) { survivors += 1 }
            }
        }
        for position in consistency.indices {
            for changed in hashChanges(consistency[position], &generator) {
                var proof = consistency
                proof[position] = changed
                if consistent(oldRoot, root, proof) { survivors += 1 }
            }
        }
        #expect(survivors == 0, "size \(size), old \(old), index \(index)")
    }

    @Test("a proof file of either kind holds, and with any single byte of it changed is refused", arguments: 1...3)
    func changedFiles(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let site = try Site()
        let first = try site.append(37)
        let old = site.log.head.checkpoint
        try site.append(20)
        let key = site.signer.verifierKey
        let entry = first[5].entry.bytes
        let bare = try site.log.tlogProof(5)
        let inclusion = TlogProof(index: 5, hashes: bare.hashes, checkpoint: bare.checkpoint, extra: entry).text
        #expect(try TlogProof(parsing: inclusion).verified(entry: entry, by: key).size == 57)
        for changed in changes(Array(inclusion.utf8), &generator) {
            guard let text = String(validating: changed, as: UTF8.self), let proof = try? TlogProof(parsing: text)
            else {
                continue
            }
            #expect(throws: NoteError.self) { try proof.verified(entry: proof.extra ?? [], by: key) }
        }
        let consistency = try site.log.consistencyProof(between: old, and: site.log.head.checkpoint).text
        let (older, newer) = try ConsistencyProof(parsing: consistency).verified(by: key)
        #expect(older.size == 37 && newer.size == 57)
        for changed in changes(Array(consistency.utf8), &generator) {
            guard let text = String(validating: changed, as: UTF8.self),
                let proof = try? ConsistencyProof(parsing: text)
            else { continue }
            #expect(throws: ConsistencyProofError.self) { try proof.verified(by: key) }
        }
    }

    @Test("a proof of consistency is refused where it is cut, turned round, or of another log")
    func consistencyFiles() throws {
        let site = try Site()
        #expect(try site.log.checkpoint(from: 0)?.checkpoint.size == 0)
        let empty = site.log.head.checkpoint
        try site.append(6)
        let old = site.log.head.checkpoint
        try site.append(9)
        let new = site.log.head.checkpoint
        let key = site.signer.verifierKey
        for pair in [(empty, empty), (empty, new), (old, old), (old, new)] {
            let text = try site.log.consistencyProof(between: pair.0, and: pair.1).text
            let proof = try ConsistencyProof(parsing: text)
            #expect(proof.text == text && proof.old == pair.0 && proof.new == pair.1)
            try proof.verified(by: key)
        }
        #expect(try site.log.checkpoint(from: 6) == old)
        #expect(try site.log.checkpoint(from: 7) == new)
        #expect(try site.log.checkpoint(from: 16) == nil)
        #expect(throws: LogError.outOfRange) { try site.log.consistencyProof(between: new, and: old) }
        let hashes = try site.log.consistencyProof(from: 6, to: 15)
        for wrong in [
            ConsistencyProof(old: new, new: old, hashes: hashes), ConsistencyProof(old: old, new: new, hashes: []),
            ConsistencyProof(old: old, new: new, hashes: hashes.reversed()),
            ConsistencyProof(old: old, new: new, hashes: hashes + hashes.prefix(1)),
        ] { #expect(throws: ConsistencyProofError.doesNotHold) { try wrong.verified(by: key) } }
        let other = try Site()
        #expect(throws: ConsistencyProofError.checkpoint(.noKnownSignature)) {
            try ConsistencyProof(old: old, new: new, hashes: hashes).verified(by: other.signer.verifierKey)
        }
        let text = ConsistencyProof(old: old, new: new, hashes: hashes).text
        for broken in [
            "", "\n\n\n\n\n\n\n\n", String(text.dropFirst()), String(text.dropLast()), text + "\n", "\n" + text,
            text.replacing("\n\n", with: "\n"), text.replacing("\n", with: "\r\n"),
            ConsistencyProof.header + "\n\n" + old.note,
            try site.log.tlogProof(0).text,
        ] { #expect(throws: ConsistencyProofError.self) { try ConsistencyProof(parsing: broken) } }
    }
}
