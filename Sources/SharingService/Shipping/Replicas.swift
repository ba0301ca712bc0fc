import Encodings
package import EventStore
import Foundation
import Locking
package import Projections
package import SharingModel
package import Shipping

/// What came here of the logs of peers: a file for each log, under `replicas/` in the data folder. They go where the log goes, in backups:
/// what `sync.advanced` says was known has to be there.
package final class Replicas: ReplicaShelf {
    private let folder: DataFolder
    private let receiver: String
    /// Nil where bodies about people are not to be opened: then no replica is, either.
    private let vault: Vault?
    private let isReadOnly: Bool
    /// By verifier key: a peer that begins a new log has a new replica.
    private let opened = Locked<[String: PeerReplica]>([:])

    init(folder: DataFolder, receiver: String, vault: Vault) {
        isReadOnly = false
        self.folder = folder
        self.receiver = receiver
        self.vault = vault
    }

    /// For reading only, beside a running daemon or without one: a replica that is not there is an error.
    package init(reading folder: DataFolder, beside log: ReadOnlyLog) {
        isReadOnly = true
        self.folder = folder
        receiver = log.verifierKey.name
        vault = log.vault
    }

    /// The replica of a peer's log, made where there is none yet.
    /// - Throws: `ReplicaError`; `NoteError` for a verifier key that is none.
    package func replica(of origin: String, vkey: String) throws -> PeerReplica {
        let key = try VerifierKey(parsing: vkey)
        return try opened.withLock { opened in
            if let known = opened[vkey] { return known }
            let replica = try open(key, origin)
            opened[vkey] = replica
            return replica
        }
    }

    private func open(_ key: VerifierKey, _ origin: String) throws -> PeerReplica {
        guard let vault else { throw ExplanationError.noVault }
        let path = folder.replica(of: key)
        if isReadOnly {
            return try PeerReplica(
                readingAt: path, origin: origin, receiver: receiver, key: key, authors: PeerKeyBook(), vault: vault)
        }
        try FileManager.default.createDirectory(
            atPath: folder.replicas, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return try PeerReplica(
            path: path, origin: origin, receiver: receiver, key: key, authors: PeerKeyBook(), vault: vault)
    }

    /// After a commit that may or may not have happened: the replica is opened again, and says where it stands.
    package func reopen(_ peer: PeerRow) throws -> PeerReplica {
        opened.withLock { $0[peer.vkey] = nil }
        return try replica(of: peer.origin, vkey: peer.vkey)
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

extension Replicas {
    /// How much of each peer's log the projections show, and as of when they show all that it addressed to this site. A peer of which
    /// nothing came yet is known as of the beginning of time.
    package func standings(_ reader: ProjectionReader) throws -> [Replica] {
        try reader.peers().filter { $0.removed == nil }.map { peer in
            let size = try reader.sync(of: peer)?.size ?? 0
            // One that cannot be read is as old as one that never came: it stops no decision.
            let asOf = (try? replica(of: peer.origin, vkey: peer.vkey))?.asOfIfReadable(knowing: size)
            return Replica(origin: peer.origin, size: size, asOf: asOf ?? Instant(milliseconds: 0))
        }
    }
}

extension PeerReplica {
    fileprivate func asOfIfReadable(knowing size: Int64) -> Instant? { (try? asOf(knowing: size)) ?? nil }
}
