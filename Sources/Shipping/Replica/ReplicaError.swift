package import EventStore

/// Why a replica cannot be opened, read or moved on.
package enum ReplicaError: CodedError, Hashable {
    case storage(StorageError)
    case vault(VaultError)
    /// The file is of another log, for another site, or under another pinned key.
    case otherLog
    case damaged(String)
    /// The piece was verified against another state than this one.
    case stale
    case noSuchEntry

    package var code: String {
        switch self {
        case .storage(let error): error.code
        case .vault(let error): error.code
        case .otherLog: "replica-other-log"
        case .damaged: "replica-damaged"
        case .stale: "replica-stale"
        case .noSuchEntry: "replica-no-such-entry"
        }
    }

    package var description: String {
        switch self {
        case .storage(let error): error.description
        case .vault(let error): error.description
        case .otherLog: "this replica is of another log, for another site, or under another key than the peer has now"
        case .damaged(let what):
            "the replica is damaged (\(what)); move it away and have the peer ship everything again"
        case .stale: "the replica has moved on since this piece was verified; verify it again"
        case .noSuchEntry: "this entry is not in the replica"
        }
    }

    static func storage<Result>(_ work: () throws(StorageError) -> Result) throws(ReplicaError) -> Result {
        do throws(StorageError) {
            return try work()
        } catch {
            throw .storage(error)
        }
    }

    static func vault<Result>(_ work: () throws(VaultError) -> Result) throws(ReplicaError) -> Result {
        do throws(VaultError) {
            return try work()
        } catch {
            throw .vault(error)
        }
    }
}
