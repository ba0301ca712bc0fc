import Encodings
package import EventStore
import Foundation
import Locking
package import Projections
package import Shipping

/// What came here of the logs of peers: a file for each log, under `replicas/` in the data folder. They go where the log goes, in backups:
/// what `sync.advanced` says was known has to be there.
package final class Replicas: Sendable {
    private let folder: DataFolder
    private let receiver: String
    private let vault: Vault
    /// By verifier key: a peer that begins a new log has a new replica.
    private let opened = Locked<[String: PeerReplica]>([:])

    init(folder: DataFolder, receiver: String, vault: Vault) {
        self.folder = folder
        self.receiver = receiver
        self.vault = vault
    }

    /// The replica of a peer's log, made where there is none yet.
    /// - Throws: `ReplicaError`; `NoteError` for a verifier key that is none.
    package func replica(of peer: PeerRow) throws -> PeerReplica {
        let key = try VerifierKey(parsing: peer.vkey)
        return try opened.withLock { opened in
            if let known = opened[peer.vkey] { return known }
            try FileManager.default.createDirectory(
                atPath: folder.replicas, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let replica = try PeerReplica(
                path: folder.replica(of: key), origin: peer.origin, receiver: receiver, key: key,
                authors: PeerKeyBook(), vault: vault)
            opened[peer.vkey] = replica
            return replica
        }
    }

    /// After a commit that may or may not have happened: the replica is opened again, and says where it stands.
    package func reopen(_ peer: PeerRow) throws -> PeerReplica {
        opened.withLock { $0[peer.vkey] = nil }
        return try replica(of: peer)
    }
}

extension DataFolder {
    package var replicas: String { path + "/replicas" }

    /// Named by the key's digest: an origin may hold what no file name can.
    package func replica(of key: VerifierKey) -> String {
        let digest = MerkleHash.leaf(Array(key.description.utf8)).bytes
        return "\(replicas)/\(Hex.encode(digest.prefix(16))).sqlite"
    }
}
