import Encodings

/// A proof that can be carried away: index, inclusion proof and checkpoint in one text (C2SP tlog-proof, draft).
public struct TlogProof: Sendable, Hashable {
    public let index: Int64
    /// From the leaf to the root.
    public let hashes: [MerkleHash]
    public let checkpoint: SignedCheckpoint
    /// Bytes that the log adds for its own use; nil where there are none.
    public let extra: [UInt8]?

    private static let header = "c2sp.org/tlog-proof@v1"

    public init(index: Int64, hashes: [MerkleHash], checkpoint: SignedCheckpoint, extra: [UInt8]? = nil) {
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
        self.extra = extra
    }

    public init(parsing text: String) throws(NoteError) {
        guard text.utf8.count <= 2 * Limits.noteBytes else { throw .tooLarge }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.header[...], var line = lines.popFirst() else { throw .malformedProof }
        if line.hasPrefix("extra ") {
            guard let bytes = Base64.standard.decode(String(line.dropFirst(6))), let next = lines.popFirst() else {
                throw .malformedProof
            }
            extra = bytes
            line = next
        } else {
            extra = nil
        }
        guard line.hasPrefix("index "), let index = Checkpoint.size(line.dropFirst(6)) else { throw .malformedProof }
        self.index = index
        var hashes: [MerkleHash] = []
        while let line = lines.popFirst(), !line.isEmpty {
            guard hashes.count < Limits.proofHashes, let hash = MerkleHash(base64: line) else { throw .malformedProof }
            hashes.append(hash)
        }
        self.hashes = hashes
        checkpoint = try SignedCheckpoint(parsing: lines.joined(separator: "\n"))
    }

    public var text: String {
        var text = Self.header + "\n"
        if let extra { text += "extra " + Base64.standard.encode(extra) + "\n" }
        text += "index \(index)\n"
        for hash in hashes { text += hash.base64 + "\n" }
        return text + "\n" + checkpoint.note
    }

    /// Verifies that the entry stands at `index` of the log that the key signs for.
    /// - Returns: the checkpoint that commits to it.
    @discardableResult
    public func verified(entry: some Collection<UInt8>, by key: VerifierKey) throws(NoteError) -> Checkpoint {
        try verified(entry: entry, by: CheckpointKeys(first: key))
    }

    /// The same for a log whose checkpoint key has changed.
    @discardableResult
    public func verified(entry: some Collection<UInt8>, by keys: CheckpointKeys) throws(NoteError) -> Checkpoint {
        let checkpoint = try checkpoint.verified(by: keys)
        guard
            Merkle.isIncluded(
                .leaf(entry), at: index, in: checkpoint.size, root: checkpoint.root, proof: hashes)
        else { throw .proofDoesNotHold }
        return checkpoint
    }
}
