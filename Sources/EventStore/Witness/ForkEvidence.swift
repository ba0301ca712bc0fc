import Crypto
public import Encodings

/// Two checkpoints that one log signed and that cannot both be the whole truth, with what shows it (docs/FORMAT.md,
/// section 14).
///
/// Whoever has the log's verifier key can check it without believing whoever kept it.
public struct ForkEvidence: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The larger tree does not begin with the smaller one: the log shows two histories. Proved.
        case fork
        /// The log is shorter than a tree that it signed before: it went back to an older copy. That the larger checkpoint
        /// was signed is proved; that the log has no more than the smaller is what its site saw of itself.
        case rolledBack = "rolled-back"
        /// An older checkpoint was shown to a witness as if it were new. It proves nothing against the log, because anybody can
        /// send what was once signed.
        case replayed
    }

    public let kind: Kind
    /// The one with the smaller size; of equal sizes, the one that was seen first.
    public let older: SignedCheckpoint
    public let newer: SignedCheckpoint
    /// For a fork, the root that the newer tree had at the older one's size.
    public let root: MerkleHash?
    /// For a fork, the consistency proof from that root to the newer one's (RFC 9162 §2.1.4).
    public let proof: [MerkleHash]

    private init(
        _ kind: Kind, older: SignedCheckpoint, newer: SignedCheckpoint, root: MerkleHash? = nil,
        proof: [MerkleHash] = []
    ) {
        self.kind = kind
        self.older = older
        self.newer = newer
        self.root = root
        self.proof = proof
    }

    /// A fork.
    /// - Returns: nil unless root and proof show that the newer tree does not begin with the older one.
    public static func fork(
        older: SignedCheckpoint, newer: SignedCheckpoint, root: MerkleHash, proof: [MerkleHash]
    ) -> ForkEvidence? {
        let evidence = ForkEvidence(.fork, older: older, newer: newer, root: root, proof: proof)
        return evidence.holdsTogether ? evidence : nil
    }

    /// Two checkpoints of one size with different roots; nil if they are not.
    public static func fork(seen older: SignedCheckpoint, and newer: SignedCheckpoint) -> ForkEvidence? {
        fork(older: older, newer: newer, root: newer.checkpoint.root, proof: [])
    }

    /// A log that has no more than `older` and once signed `newer`; nil if the sizes say otherwise.
    public static func rolledBack(to older: SignedCheckpoint, from newer: SignedCheckpoint) -> ForkEvidence? {
        let evidence = ForkEvidence(.rolledBack, older: older, newer: newer)
        return evidence.holdsTogether ? evidence : nil
    }

    /// An older checkpoint that was shown after a newer one; nil if the sizes say otherwise.
    public static func replayed(_ older: SignedCheckpoint, after newer: SignedCheckpoint) -> ForkEvidence? {
        let evidence = ForkEvidence(.replayed, older: older, newer: newer)
        return evidence.holdsTogether ? evidence : nil
    }

    /// The log that it is about.
    public var origin: String { newer.checkpoint.origin }

    /// A name for it that is the same wherever it is found: made of what the two checkpoints say, not of who signed besides.
    public var id: UniqueID {
        let digest = SHA256.hash(
            data: Array(
                "sharing fork evidence v1\n\(kind.rawValue)\n\(older.signedNote.text)\(newer.signedNote.text)".utf8))
        var bytes = Array(digest.prefix(16))
        // A UUID of version 8, for ids that are made of a digest (RFC 9562 §5.8).
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UniqueID(bytes: bytes) ?? .random()
    }

    /// Whether it shows what it says, signatures aside.
    private var holdsTogether: Bool {
        let (old, new) = (older.checkpoint, newer.checkpoint)
        guard old.origin == new.origin, old.size <= new.size else { return false }
        switch kind {
        case .fork:
            guard let root, root != old.root else { return false }
            return Merkle.isConsistent(from: old.size, root: root, to: new.size, root: new.root, proof: proof)
        case .rolledBack, .replayed:
            return old.size < new.size && root == nil && proof.isEmpty
        }
    }

    /// Verifies both signatures of the log, and that the two contradict each other as `kind` says.
    /// - Throws: `NoteError`
    public func verified(by key: VerifierKey) throws(NoteError) {
        try older.verified(by: key)
        try newer.verified(by: key)
        guard holdsTogether else { throw .proofDoesNotHold }
    }

    /// As it stands in `sharing.fork.detected.v1`.
    public var json: JSON {
        .object([
            "kind": .string(kind.rawValue), "older": .string(older.note), "newer": .string(newer.note),
            "root": root.map { .string($0.base64) },
            "proof": kind == .fork ? .strings(proof.map(\.base64)) : nil,
        ])
    }

    /// - Throws: `NoteError`; the signatures are not verified yet.
    public init(json: JSON) throws(NoteError) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init), let older = json["older"]?.string,
            let newer = json["newer"]?.string
        else { throw .malformedProof }
        var root: MerkleHash?
        if let member = json["root"] {
            guard let hash = member.string.flatMap({ MerkleHash(base64: $0) }) else { throw .malformedProof }
            root = hash
        }
        let texts = json["proof"]?.array ?? []
        guard texts.count <= Limits.proofHashes + 1 else { throw .malformedProof }
        let proof = texts.compactMap { $0.string.flatMap { MerkleHash(base64: $0) } }
        guard proof.count == texts.count else { throw .malformedProof }
        self.init(
            kind, older: try SignedCheckpoint(parsing: older), newer: try SignedCheckpoint(parsing: newer), root: root,
            proof: proof)
        guard holdsTogether else { throw .proofDoesNotHold }
    }
}

extension LogReader {
    /// What speaks against this log in a checkpoint that was signed for it: the log has another history now, or a shorter
    /// one. Nil if the log as it is goes on from there.
    /// - Parameter other: its signature by the log's key has been verified.
    public func contradiction(with other: SignedCheckpoint) throws(LogError) -> ForkEvidence? {
        let head = head
        let size = other.checkpoint.size
        guard size <= head.size else { return .rolledBack(to: head.checkpoint, from: other) }
        let own = try root(at: size)
        guard own != other.checkpoint.root else { return nil }
        return .fork(
            older: other, newer: head.checkpoint, root: own, proof: try consistencyProof(from: size, to: head.size))
    }
}
