import Encodings

/// A proof that can be carried away, of a log having only grown between two of its checkpoints: both of them and the
/// hashes between, in one text (docs/FORMAT.md, section 8).
public struct ConsistencyProof: Sendable, Hashable {
    public let old: SignedCheckpoint
    public let new: SignedCheckpoint
    /// As RFC 9162 §2.1.4 orders them.
    public let hashes: [MerkleHash]

    /// The first line; how the two kinds of proof are told apart.
    public static let header = "sharing/consistency-proof@v1"

    public init(old: SignedCheckpoint, new: SignedCheckpoint, hashes: [MerkleHash]) {
        self.old = old
        self.new = new
        self.hashes = hashes
    }

    /// - Throws: `ConsistencyProofError`; the text must be what this type writes.
    public init(parsing text: String) throws(ConsistencyProofError) {
        guard text.utf8.count <= 3 * Limits.noteBytes else { throw .malformed }
        // A checkpoint's text and its signatures hold no empty line, so there are four blocks after the first.
        let blocks = text.split(separator: "\n\n", omittingEmptySubsequences: false)
        guard blocks.count == 5 else { throw .malformed }
        var lines = blocks[0].split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.header[...], lines.count <= Limits.proofHashes + 1 else {
            throw .malformed
        }
        var hashes: [MerkleHash] = []
        for line in lines {
            guard let hash = MerkleHash(base64: line) else { throw .malformed }
            hashes.append(hash)
        }
        self.init(
            old: try Self.checkpoint(blocks[1] + "\n\n" + blocks[2] + "\n"),
            new: try Self.checkpoint(blocks[3] + "\n\n" + blocks[4]), hashes: hashes)
        guard self.text == text else { throw .malformed }
    }

    private static func checkpoint(_ note: String) throws(ConsistencyProofError) -> SignedCheckpoint {
        do throws(NoteError) {
            return try SignedCheckpoint(parsing: note)
        } catch {
            throw .checkpoint(error)
        }
    }

    public var text: String {
        ([Self.header] + hashes.map(\.base64)).joined(separator: "\n") + "\n\n" + old.note + "\n" + new.note
    }

    /// Verifies that the key signed both checkpoints, and that the newer log begins with the older.
    /// - Returns: both, the older first.
    @discardableResult
    public func verified(by key: VerifierKey) throws(ConsistencyProofError) -> (old: Checkpoint, new: Checkpoint) {
        try verified(by: CheckpointKeys(first: key))
    }

    /// The same for a log whose checkpoint key has changed: each checkpoint is verified by the keys of its size.
    @discardableResult
    public func verified(by keys: CheckpointKeys) throws(ConsistencyProofError) -> (old: Checkpoint, new: Checkpoint) {
        let older: Checkpoint
        let newer: Checkpoint
        do throws(NoteError) {
            older = try old.verified(by: keys)
            newer = try new.verified(by: keys)
        } catch {
            throw .checkpoint(error)
        }
        guard
            Merkle.isConsistent(
                from: older.size, root: older.root, to: newer.size, root: newer.root, proof: hashes)
        else { throw .doesNotHold }
        return (older, newer)
    }
}

/// Why a text is no proof that a log only grew.
public enum ConsistencyProofError: CodedError, Hashable {
    case malformed
    case checkpoint(NoteError)
    /// Both checkpoints are signed: then either the proof was changed, or the log was.
    case doesNotHold

    public var code: String {
        switch self {
        case .malformed: "consistency-proof-malformed"
        case .checkpoint(let error): error.code
        case .doesNotHold: "consistency-proof-does-not-hold"
        }
    }

    public var description: String {
        switch self {
        case .malformed: "expected a proof of the form \(ConsistencyProof.header)"
        case .checkpoint(let error): error.description
        case .doesNotHold:
            "the proof does not show that the newer log begins with the older one; if a new proof does not either, keep both "
                + "checkpoints: the log was forked"
        }
    }
}
