/// The keys that sign a log's checkpoints, each from the position on at which the log announced it (docs/FORMAT.md, section 10).
///
/// An announcement at index i is covered by a checkpoint of size i + 1, which the old key and the new one both sign. Every larger
/// one is signed by the new key, and never again by the old. So whoever pins a key finds the next one in a tree that the pinned
/// key has signed for.
public struct CheckpointKeys: Sendable, Hashable {
    /// A key and the position of the event that announced it.
    public struct Rotation: Sendable, Hashable {
        public let index: Int64
        public let key: VerifierKey
    }

    /// The key that the log was founded with.
    public let first: VerifierKey
    /// In the order of the log.
    public private(set) var rotations: [Rotation] = []

    public init(first: VerifierKey) { self.first = first }

    /// Takes over a key that the log announces.
    /// - Throws: `CheckpointKeyError` if it is no key that may follow: the old one stays then.
    public mutating func rotate(to text: String, at index: Int64) throws(CheckpointKeyError) {
        guard let key = try? VerifierKey(parsing: text), key.kind == .ed25519 else { throw .malformed }
        guard key.name == first.name else { throw .otherName }
        guard !all.contains(where: { $0.publicKey == key.publicKey || $0.id == key.id }) else { throw .usedBefore }
        guard index > rotations.last?.index ?? 0 else { throw .outOfOrder }
        rotations.append(Rotation(index: index, key: key))
    }

    /// Every key, in the order in which they served.
    public var all: [VerifierKey] { [first] + rotations.map(\.key) }

    /// The key that signs what comes next.
    public var current: VerifierKey { rotations.last?.key ?? first }

    /// The keys that must have signed the checkpoint of a size: one, or where it covers an announcement as its last entry, two.
    public func signers(at size: Int64) -> [VerifierKey] {
        let serving = rotations.last { $0.index + 2 <= size }?.key ?? first
        let announced = rotations.first { $0.index + 1 == size }?.key
        return [serving] + (announced.map { [$0] } ?? [])
    }

    /// The keys that had served their time at a size, and must not sign any more.
    func ended(at size: Int64) -> [VerifierKey] {
        guard let serving = all.firstIndex(of: signers(at: size)[0]) else { return [] }
        return Array(all[..<serving])
    }
}

extension SignedCheckpoint {
    /// Verifies that the keys of its size have signed, all of them, and none that had served its time.
    /// - Throws: `NoteError`; `.endedKey` where a key signed that was rotated out before.
    @discardableResult
    public func verified(by keys: CheckpointKeys) throws(NoteError) -> Checkpoint {
        for key in keys.ended(at: checkpoint.size) where isSigned(by: key) { throw .endedKey }
        for key in keys.signers(at: checkpoint.size) { try verified(by: key) }
        return checkpoint
    }

    /// Whether a line says that this key signed; it is not verified.
    public func isSigned(by key: VerifierKey) -> Bool {
        signedNote.signatures.contains { $0.keyID == key.id && $0.name == key.name }
    }
}

/// Why a key cannot follow another.
public enum CheckpointKeyError: CodedError, Hashable {
    case malformed
    case otherName
    case usedBefore
    case outOfOrder

    public var code: String {
        switch self {
        case .malformed: "checkpoint-key-malformed"
        case .otherName: "checkpoint-key-other-name"
        case .usedBefore: "checkpoint-key-used-before"
        case .outOfOrder: "checkpoint-key-out-of-order"
        }
    }

    public var description: String {
        switch self {
        case .malformed: "what is announced is no Ed25519 verifier key"
        case .otherName: "the key's name is not the log's origin"
        case .usedBefore: "the key has signed for this log before; a rotation needs a new one"
        case .outOfOrder: "a key is announced behind the log's first event, each behind the one before"
        }
    }
}
