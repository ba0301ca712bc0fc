/// Something in a log that is not as it must be.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case headUnreadable = "head-unreadable"
        case storageFailed = "storage-failed"
        case sizeMismatch = "size-mismatch"
        case entryMissing = "entry-missing"
        case entryDamaged = "entry-damaged"
        case idNotUnique = "id-not-unique"
        case clockWentBack = "clock-went-back"
        case tileMissing = "tile-missing"
        case tileMismatch = "tile-mismatch"
        case tileCount = "tile-count"
        case checkpointMissing = "checkpoint-missing"
        case checkpointDamaged = "checkpoint-damaged"
        case checkpointRoot = "checkpoint-root"
        case bodyMissing = "body-missing"
        case bodyDamaged = "body-damaged"
        /// The person's key is missing, and no erasure says why.
        case bodyLost = "body-lost"
        case commitmentMismatch = "commitment-mismatch"
        case eventMalformed = "event-malformed"
        case memberDisagrees = "member-disagrees"
        case keyUnknown = "key-unknown"
        case keyOfAnother = "key-of-another"
        case keyRevoked = "key-revoked"
        case signatureInvalid = "signature-invalid"
    }

    public let kind: Kind
    /// The position of the entry; for a checkpoint, its size. Nil where the whole log is meant.
    public let index: Int64?
    /// What was expected and found; never text from an event.
    public let detail: String

    public init(_ kind: Kind, at index: Int64? = nil, _ detail: String) {
        self.kind = kind
        self.index = index
        self.detail = detail
    }

    public var description: String { kind.rawValue + (index.map { " at \($0)" } ?? "") + ": " + detail }
}

/// What a verification saw.
public struct VerificationReport: Sendable {
    /// The checkpoint that was verified against; nil if none could be read.
    public internal(set) var checkpoint: Checkpoint?
    public internal(set) var entries: Int64 = 0
    /// Bodies that were opened and verified with their signatures.
    public internal(set) var bodies: Int64 = 0
    /// Bodies that could not be opened, because their person's key is gone or no vault was given.
    public internal(set) var unavailable: Int64 = 0
    public internal(set) var checkpoints: Int64 = 0
    public internal(set) var tiles: Int64 = 0
    /// What is wrong, in the order in which it was met; at most `Limits.findings`.
    public private(set) var findings: [Finding] = []
    /// How many findings there are, those included that are not listed.
    public private(set) var findingCount: Int64 = 0

    /// Whether the verification was cancelled before it had seen everything.
    public internal(set) var wasCancelled = false

    /// Whether everything was seen and nothing was found wrong.
    public var isSound: Bool { findingCount == 0 && !wasCancelled }

    mutating func add(_ found: some Collection<Finding>) {
        findingCount += Int64(found.count)
        findings.append(contentsOf: found.prefix(max(0, Limits.findings - findings.count)))
    }
}

/// How far a verification is.
public struct VerificationProgress: Sendable, Hashable {
    public let entries: Int64
    public let total: Int64
    public let findings: Int64
}
