/// What a log may answer instead of doing what it was asked.
public enum LogError: CodedError, Hashable {
    /// Nothing was written to the log: the caller may go on. A person who was staged may have reached the vault; the
    /// next event about them finds them there.
    case refused(AppendRefusal)
    /// The commit failed: what was appended may or may not be there. Fatal: the process must end and recover at its
    /// next start.
    case commitFailed(StorageError)
    /// The vault's commit failed: nothing reached the log, but subjects' keys may or may not be there. Fatal, as above.
    case vaultCommitFailed(VaultError)
    /// An earlier commit failed; this log takes nothing more until it is opened again.
    case closed
    /// There is no log in the storage.
    case empty
    case outOfRange
    case pageTooLarge(entries: Int64)
    case tileMissing(TilePlace)
    case entryDamaged(index: Int64, EntryError)
    case entryMissing(index: Int64)
    case bodyMissing(index: Int64)
    /// The body does not open, or is not what the entry commits to.
    case bodyDamaged(index: Int64)
    case checkpointDamaged(NoteError)
    /// The key that is to sign is not the one that the log says signs next.
    case signerNotCurrent
    /// The stored entries do not give the root that the newest checkpoint was signed for.
    case rootMismatch(size: Int64)
    case storage(StorageError)
    case vault(VaultError)

    /// Whether the process must end: the state on disk is not known.
    public var isFatal: Bool {
        switch self {
        case .commitFailed, .vaultCommitFailed, .closed: true
        default: false
        }
    }

    public var code: String {
        switch self {
        case .refused(let refusal): refusal.code
        case .commitFailed: "log-commit-failed"
        case .vaultCommitFailed: "vault-commit-failed"
        case .closed: "log-closed"
        case .empty: "log-empty"
        case .outOfRange: "log-out-of-range"
        case .pageTooLarge: "log-page-too-large"
        case .tileMissing: "log-tile-missing"
        case .entryDamaged: "log-entry-damaged"
        case .entryMissing: "log-entry-missing"
        case .bodyMissing: "log-body-missing"
        case .bodyDamaged: "log-body-damaged"
        case .checkpointDamaged: "log-checkpoint-damaged"
        case .signerNotCurrent: "log-signer-not-current"
        case .rootMismatch: "log-root-mismatch"
        case .storage(let error): error.code
        case .vault(let error): error.code
        }
    }

    public var description: String {
        switch self {
        case .refused(let refusal): "nothing was written: \(refusal)"
        case .commitFailed(let error):
            "the log's commit may or may not have happened; end the process, see to the disk, start again: \(error)"
        case .vaultCommitFailed(let error):
            "the vault's commit may or may not have happened; end the process, see to the disk, start again: \(error)"
        case .closed: "an earlier commit failed, so the log takes nothing more; end the process and start again"
        case .empty: "there is no log here yet; found the site first, with `sharectl init`"
        case .outOfRange: "there is no such position in the log, or none yet"
        case .pageTooLarge(let entries):
            "\(entries) entries were asked for at once; the limit is \(Limits.pageEntries), go page by page"
        case .tileMissing(let place): "the tile \(place.path()) is missing; verify the log and restore it from a backup"
        case .entryDamaged(let index, let error): "entry \(index) is damaged: \(error)"
        case .entryMissing(let index): "entry \(index) is missing; verify the log and restore it from a backup"
        case .bodyMissing(let index):
            "the body of entry \(index) is missing; verify the log and restore it from a backup"
        case .bodyDamaged(let index):
            "the body of entry \(index) does not open, or is not what the entry commits to; restore it from a backup"
        case .checkpointDamaged(let error): "the newest checkpoint cannot be believed: \(error)"
        case .signerNotCurrent:
            "keys/checkpoint.jwk is not the key that signs this log now; restore the keys that were backed up last"
        case .rootMismatch(let size):
            "the entries do not give the root that was signed at size \(size); verify the log, restore a backup"
        case .storage(let error): error.description
        case .vault(let error): error.description
        }
    }
}

/// Why nothing was appended.
public enum AppendRefusal: CodedError, Hashable {
    case nothingToAppend
    case tooMany(entries: Int)
    case clockWentBack(position: Int)
    case idTaken
    case entry(position: Int, EntryError)
    /// The entry would say something else than the event that it commits to.
    case memberDisagrees(position: Int, member: String)
    /// Not every digest of the event has its disclosure.
    case disclosuresMissing(position: Int)
    case bodyTooLarge(position: Int)
    /// The vault does not know the person, neither committed nor staged.
    case subjectUnknown(position: Int)
    case signing
    case checkpointKey(CheckpointKeyError)
    case vault(VaultError)
    case storage(StorageError)

    public var code: String {
        switch self {
        case .nothingToAppend: "append-empty"
        case .tooMany: "append-too-many"
        case .clockWentBack: "append-clock-went-back"
        case .idTaken: "append-id-taken"
        case .entry(_, let error): error.code
        case .memberDisagrees: "append-member-disagrees"
        case .disclosuresMissing: "disclosure-missing"
        case .bodyTooLarge: "event-too-large"
        case .subjectUnknown: "append-subject-unknown"
        case .signing: "append-signing-failed"
        case .checkpointKey(let error): error.code
        case .vault(let error): error.code
        case .storage(let error): error.code
        }
    }

    public var description: String {
        switch self {
        case .nothingToAppend: "there is nothing to append"
        case .tooMany(let entries): "\(entries) entries at once; the limit is \(Limits.appendEntries)"
        case .clockWentBack(let position): "entry \(position) of the batch is recorded before the one before it"
        case .idTaken: "an event with the same id is in the log or in the batch already"
        case .entry(let position, let error): "entry \(position) of the batch: \(error)"
        case .memberDisagrees(let position, let member):
            "entry \(position) of the batch: its `\(member)` is not what the event says"
        case .disclosuresMissing(let position): "entry \(position) of the batch: a digest has no disclosure"
        case .bodyTooLarge(let position):
            "entry \(position) of the batch: the event is larger than the limit of \(Limits.eventBytes) bytes"
        case .subjectUnknown(let position): "entry \(position) of the batch: stage its person in the vault first"
        case .signing: "the checkpoint could not be signed"
        case .checkpointKey(let error): error.description
        case .vault(let error): error.description
        case .storage(let error): error.description
        }
    }
}
