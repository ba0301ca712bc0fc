/// Something in a log that is not as it must be.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case headUnreadable = "head-unreadable"
        case storageFailed = "storage-failed"
        case sizeMismatch = "size-mismatch"
        case entryMissing = "entry-missing"
        case entryDamaged = "entry-damaged"
        /// The stored tiles give the root that was signed, and have another hash for this entry.
        case entryNotSigned = "entry-not-signed"
        case idNotUnique = "id-not-unique"
        case clockWentBack = "clock-went-back"
        case tileMissing = "tile-missing"
        case tileMismatch = "tile-mismatch"
        case tileCount = "tile-count"
        case checkpointMissing = "checkpoint-missing"
        case checkpointDamaged = "checkpoint-damaged"
        case checkpointRoot = "checkpoint-root"
        /// A key signed a checkpoint after the log had replaced it.
        case checkpointKeyEnded = "checkpoint-key-ended"
        /// The log announces a key for checkpoints that may not follow.
        case checkpointKeyRefused = "checkpoint-key-refused"
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
        /// SQLite's own check of a file's structure.
        case fileDamaged = "file-damaged"
        /// A table, index or trigger is not as this library makes it.
        case schemaChanged = "schema-changed"
        /// Rows at positions that the log never had.
        case strayRows = "stray-rows"
        case vaultRowDamaged = "vault-row-damaged"
        /// A person's row says that the log never needed it, and the log does: reconciling would destroy their key.
        case vaultRowMisplaced = "vault-row-misplaced"
        /// The vault does not find a person under the identifier that an event has for them.
        case identifierMissing = "identifier-missing"
        case vaultOlder = "vault-older"
        case vaultUnreadable = "vault-unreadable"
        /// A timestamp, or the file that keeps them, cannot be read.
        case timestampDamaged = "timestamp-damaged"
        /// A timestamp is not over the checkpoint that it is kept with, or no trusted authority made it.
        case timestampInvalid = "timestamp-invalid"
        /// The checkpoint that was stamped is not one of this log.
        case timestampOtherLog = "timestamp-other-log"
        /// An authority stamped a larger log than this one: entries are gone.
        case timestampBeyondLog = "timestamp-beyond-log"
        /// An authority stamped an entry before the site says that it was recorded: the site's clock was ahead.
        case timestampBeforeEntry = "timestamp-before-entry"
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

    public init(_ flaw: StorageFlaw) {
        switch flaw.kind {
        case .fileDamaged: self.init(.fileDamaged, flaw.detail)
        case .schemaChanged: self.init(.schemaChanged, flaw.detail)
        case .strayRows: self.init(.strayRows, flaw.detail)
        }
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
    /// The largest size at which the entries give the root that was signed: everything below it is what the site
    /// signed, whatever else is found.
    public internal(set) var provenSize: Int64 = 0
    /// The largest size at which the stored tiles give the root that was signed though the entries do not: below it every
    /// entry is proved but those named `entryNotSigned`. 0 where that was not needed.
    public internal(set) var vouchedSize: Int64 = 0
    /// How many entries below `vouchedSize` are not the ones that were signed, or are missing.
    public internal(set) var notSigned: Int64 = 0
    /// Persons in the vault, and identifiers; 0 where it was not opened.
    public internal(set) var people: Int64 = 0
    public internal(set) var identifiers: Int64 = 0
    /// The size that the log once had by the vault's account, where it has fewer entries now: the log is older than the
    /// vault, as after a restore. No finding, because everything in it may be whole.
    public internal(set) var vaultSawSize: Int64?
    /// Entries that were recorded under a key when it was not to be trusted any more, by key and type of event.
    public private(set) var underDistrustedKeys: [Thumbprint: [String: Int64]] = [:]
    /// What is wrong, in the order in which it was met; at most `Limits.findings`.
    public private(set) var findings: [Finding] = []
    /// How many findings there are, those included that are not listed.
    public private(set) var findingCount: Int64 = 0

    /// How many findings there are of each kind.
    public private(set) var counts: [Finding.Kind: Int64] = [:]

    /// Whether the verification was cancelled before it had seen everything.
    public internal(set) var wasCancelled = false

    /// Whether everything was seen and nothing was found wrong.
    public var isSound: Bool { findingCount == 0 && !wasCancelled }

    mutating func add(underDistrustedKeys counted: [Thumbprint: [String: Int64]]) {
        for (kid, types) in counted { underDistrustedKeys[kid, default: [:]].merge(types) { $0 + $1 } }
    }

    /// Adds what a check beside the verifier found, such as one of timestamps.
    public mutating func add(_ found: some Collection<Finding>) {
        findingCount += Int64(found.count)
        for finding in found { counts[finding.kind, default: 0] += 1 }
        findings.append(contentsOf: found.prefix(max(0, Limits.findings - findings.count)))
    }
}

/// How far a verification is.
public struct VerificationProgress: Sendable, Hashable {
    public let entries: Int64
    public let total: Int64
    public let findings: Int64
}
