import Encodings
import EventStore
import Support
import Testing

/// The definition of RFC 9162 §2.1.1, word for word, to hold everything else against.
private func definedRoot(_ leaves: ArraySlice<MerkleHash>) -> MerkleHash {
    guard let first = leaves.first else { return .emptyRoot }
    if leaves.count == 1 { return first }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let middle = leaves.startIndex + split
    return .node(definedRoot(leaves[..<middle]), definedRoot(leaves[middle...]))
}

/// The log that `vectors/tlog/tessera` holds.
enum Tessera {
    static let words = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split(
        separator: " ")
    static let leaves = words.map { MerkleHash.leaf(Array($0.utf8)) }
    static let key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
    static let roots = [
        8: "bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY=", 11: "Yok1cS5VdokGLBy73BC2I16b3atss6KBN9jnIi6Fz/A=",
        15: "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=",
    ]
    static let inclusion4in15 = [
        "yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=", "nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=",
        "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=", "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=",
    ]
    static let consistency11to15 = [
        "uy2MRu32l9VzMYXmlLTuLB0EuEIiyfy02KXQov7P7TM=", "O61cHA6zA3ynJh7PzdEPrfB8aE1YBWCBnJcNIpeUePs=",
        "+aOLtO2sRhNENZkJokiDScXfm3SIduSzvll41DTaUUI=", "Oy+stN8Ie64lJ90ILA9yEeOWSzBgC+6RjoKksiWsR7Y=",
        "bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY=",
    ]
}

@Suite struct MerkleTests {
    @Test("the published roots of 8, 11 and 15 leaves, and of none")
    func roots() {
        for (size, root) in Tessera.roots { #expect(Merkle.root(of: Tessera.leaves[..<size]).base64 == root) }
        #expect(MerkleHash.emptyRoot.base64 == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        #expect(Merkle.root(of: []) == .emptyRoot)
    }

    @Test("the published proofs hold, and no longer when anything in them is changed")
    func publishedProofs() throws {
        let hash = { (text: String) in try #require(MerkleHash(base64: text)) }
        let root11 = try hash(Tessera.roots[11] ?? "")
        let root15 = try hash(Tessera.roots[15] ?? "")
        let inclusion = try Tessera.inclusion4in15.map(hash)
        #expect(Merkle.isIncluded(Tessera.leaves[4], at: 4, in: 15, root: root15, proof: inclusion))
        #expect(!Merkle.isIncluded(Tessera.leaves[4], at: 5, in: 15, root: root15, proof: inclusion))
        #expect(!Merkle.isIncluded(Tessera.leaves[5], at: 4, in: 15, root: root15, proof: inclusion))
        #expect(!Merkle.isIncluded(Tessera.leaves[4], at: 4, in: 16, root: root11, proof: inclusion))
        #expect(!Merkle.isIncluded(Tessera.leaves[4], at: 4, in: 15, root: root15, proof: inclusion + [root11]))
        #expect(!Merkle.isIncluded(Tessera.leaves[4], at: 4, in: 15, root: root15, proof: Array(inclusion.dropLast())))
        #expect(!Merkle.isIncluded(Tessera.leaves[4], at: -1, in: 15, root: root15, proof: inclusion))
        #expect(!Merkle.isIncluded(Tessera.leaves[4], at: 15, in: 15, root: root15, proof: inclusion))
        let consistency = try Tessera.consistency11to15.map(hash)
        let holds = { (from: Int64, to: Int64, proof: [MerkleHash]) in
            Merkle.isConsistent(from: from, root: root11, to: to, root: root15, proof: proof)
        }
        #expect(holds(11, 15, consistency))
        #expect(!holds(10, 15, consistency))
        #expect(!holds(15, 11, consistency))
        #expect(!holds(11, 15, consistency.reversed()))
        #expect(!holds(11, 15, Array(consistency.dropLast())))
        #expect(!holds(11, 15, consistency + [root11]))
        #expect(!holds(11, 15, []))
        #expect(!holds(11, 11, []))
        #expect(!holds(0, 15, []))
        #expect(Merkle.isConsistent(from: 0, root: .emptyRoot, to: 15, root: root15, proof: []))
        #expect(Merkle.isConsistent(from: 15, root: root15, to: 15, root: root15, proof: []))
    }

    @Test("the range and the definition agree at every size")
    func range() {
        var range = CompactRange()
        var leaves: [MerkleHash] = []
        for number in 0..<300 {
            #expect(range.root == definedRoot(leaves[...]))
            let leaf = MerkleHash.leaf([UInt8(truncatingIfNeeded: number), UInt8(number >> 8)])
            leaves.append(leaf)
            range.append(leaf)
        }
    }

    @Test(
        "paths of tiles are those of tlog-tiles",
        arguments: [
            (0, 0, 256, "tile/0/000"), (0, 5, 256, "tile/0/005"), (1, 999, 256, "tile/1/999"),
            (0, 1000, 256, "tile/0/x001/000"),
            (3, 1_234_067, 256, "tile/3/x001/x234/067"), (0, 273, 112, "tile/0/273.p/112"),
            (63, 1000, 1, "tile/63/x001/000.p/1"),
        ] as [(Int, Int64, Int64, String)])
    func paths(level: Int, number: Int64, width: Int64, path: String) {
        #expect(TilePlace(level: level, number: number).path(width: width) == path)
        #expect(
            TilePlace.entriesPath(number: number, width: width)
                == path.replacing("tile/\(level)/", with: "tile/entries/"))
    }

    @Test("the last tile of a level is as wide as the specification says")
    func widths() {
        for (size, widths) in [(70_000, [112, 17, 1]), (256, [0, 1, 0]), (65_536, [0, 0, 1]), (255, [255, 0, 0])]
            as [(Int64, [Int64])]
        {
            #expect((0..<3).map { TilePlace.lastWidth(level: $0, size: size) } == widths)
        }
        #expect(TilePlace.hashCount(level: 63, size: .max) == 0)
    }
}

@Suite struct LogTreeTests {
    @Test("a log that grew in random batches gives true roots and proofs for every size that it had", arguments: 1...3)
    func proofs(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let site = try Site()
        var leaves: [MerkleHash] = []
        while leaves.count < 620 {
            let count = Int.random(in: 1...90, using: &generator)
            leaves += try site.append(count).map(\.leafHash)
            #expect(site.log.head.root == definedRoot(leaves[...]))
            if Bool.random(using: &generator) { try site.reopen() }
        }
        let size = Int64(leaves.count)
        let sizes =
            [1, 2, 255, 256, 257, 511, 512, 513, size - 1, size]
            + (0..<25).map { _ in .random(in: 1...size, using: &generator) }
        for size in sizes {
            let root = definedRoot(leaves[..<Int(size)])
            for index in [0, size - 1, .random(in: 0..<size, using: &generator)] {
                let proof = try site.log.inclusionProof(index, size: size)
                #expect(Merkle.isIncluded(leaves[Int(index)], at: index, in: size, root: root, proof: proof))
            }
            for old in [0, 1, size, .random(in: 0...size, using: &generator), .random(in: 0...size, using: &generator)]
            {
                let proof = try site.log.consistencyProof(from: old, to: size)
                let oldRoot = definedRoot(leaves[..<Int(old)])
                #expect(Merkle.isConsistent(from: old, root: oldRoot, to: size, root: root, proof: proof))
            }
        }
        #expect(throws: LogError.outOfRange) { try site.log.inclusionProof(size, size: size) }
        #expect(throws: LogError.outOfRange) { try site.log.inclusionProof(0, size: size + 1) }
        #expect(throws: LogError.outOfRange) { try site.log.consistencyProof(from: 2, to: size + 1) }
    }
}
