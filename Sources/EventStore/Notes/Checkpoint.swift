/// The state of a log at a size: origin, size, root (C2SP tlog-checkpoint v1.0.0).
public struct Checkpoint: Sendable, Hashable {
    /// A URL without scheme and without trailing slash; also the name of the key that signs.
    public let origin: String
    public let size: Int64
    public let root: MerkleHash

    public init(origin: String, size: Int64, root: MerkleHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Parses the text of a note: exactly three lines. Extension lines are refused, as witnesses in the field refuse
    /// them.
    public init(parsing text: String) throws(NoteError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, VerifierKey.isName(String(lines[0])),
            let size = Self.size(lines[1]), let root = MerkleHash(base64: lines[2])
        else { throw .malformedCheckpoint }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// A number of entries in decimal, without leading zeros.
    static func size(_ text: some StringProtocol) -> Int64? {
        guard let size = Int64(text), size >= 0, String(size) == text else { return nil }
        return size
    }

    /// The text that is signed.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }
}

/// A checkpoint with its signatures.
public struct SignedCheckpoint: Sendable, Hashable {
    public let checkpoint: Checkpoint
    public let signedNote: SignedNote

    /// The note as text: what is served, stored and pinned.
    public var note: String { signedNote.note }

    init(checkpoint: Checkpoint, signedNote: SignedNote) {
        self.checkpoint = checkpoint
        self.signedNote = signedNote
    }

    /// Parses a checkpoint without verifying it.
    public init(parsing note: String) throws(NoteError) {
        let signedNote = try SignedNote(parsing: note)
        self.init(checkpoint: try Checkpoint(parsing: signedNote.text), signedNote: signedNote)
    }

    /// The checkpoint with further signature lines.
    func adding(_ signatures: [SignedNote.Signature]) -> SignedCheckpoint {
        SignedCheckpoint(checkpoint: checkpoint, signedNote: signatures.reduce(signedNote) { $0.adding($1) })
    }

    /// Verifies that the log's own key signed, and that the origin is the key's name.
    @discardableResult
    public func verified(by key: VerifierKey) throws(NoteError) -> Checkpoint {
        guard checkpoint.origin == key.name else { throw .originMismatch }
        try signedNote.verified(by: [key])
        return checkpoint
    }

    /// The same checkpoint with one more signature line.
    public func adding(_ signature: SignedNote.Signature) -> SignedCheckpoint {
        SignedCheckpoint(checkpoint: checkpoint, signedNote: signedNote.adding(signature))
    }

    /// The same checkpoint with the lines of one key only: what others wrote under it is theirs to vouch for.
    public func signed(only key: VerifierKey) -> SignedCheckpoint { signed(only: [key]) }

    /// The same with the signatures of several keys.
    public func signed(only keys: [VerifierKey]) -> SignedCheckpoint {
        let lines = signedNote.signatures.filter { line in
            keys.contains { $0.name == line.name && $0.id == line.keyID }
        }
        return SignedCheckpoint(
            checkpoint: checkpoint, signedNote: SignedNote(text: signedNote.text, signatures: lines))
    }
}

/// Signs the checkpoints of one log.
public struct CheckpointSigner: Sendable {
    private let signer: NoteSigner

    /// - Throws: `NoteError` if the origin cannot stand in a note, or the key is not Ed25519.
    public init(origin: String, key: SigningKey) throws(NoteError) {
        signer = try NoteSigner(name: origin, key: key)
    }

    public var origin: String { signer.name }
    /// What third parties pin.
    public var verifierKey: VerifierKey { signer.verifierKey }

    /// - Throws: what the crypto library throws when it cannot sign.
    func sign(size: Int64, root: MerkleHash) throws -> SignedCheckpoint {
        let checkpoint = Checkpoint(origin: origin, size: size, root: root)
        return SignedCheckpoint(checkpoint: checkpoint, signedNote: try signer.sign(checkpoint.text))
    }
}
