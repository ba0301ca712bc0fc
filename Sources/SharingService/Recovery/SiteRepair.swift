package import EventStore
import Foundation
import Projections

/// Rebuilds what follows from a site's log, and touches nothing that is evidence. Needs the folder for itself.
package enum SiteRepair {
    /// Draws the projections anew from the log, in a file of their own, which takes the place of the old one when it is whole.
    /// - Parameters:
    ///   - folder: held by the caller's lock.
    ///   - log: of this folder.
    /// - Returns: how many entries they show.
    /// - Throws: `SiteError` where a body that they need cannot be opened; the old ones are left then.
    package static func redrawProjections(
        _ folder: DataFolder, from log: ReadOnlyLog, progress: (_ done: Int64, _ of: Int64) -> Void
    ) throws -> Int64 {
        let new = folder.projections + ".new"
        let files = FileManager.default
        func remove(_ path: String) {
            for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: path + suffix) }
        }
        remove(new)
        defer { remove(new) }
        let size: Int64
        do {
            let store = try ProjectionStore(path: new, emptyRoot: MerkleHash.emptyRoot.bytes)
            let replicas = Replicas(reading: folder, beside: log)
            size = try Replay.run(store, from: log, replicas: replicas, progress: progress).size
            try store.checkpoint()
        }
        // The old journal goes first: it must never be read into the new file.
        for suffix in ["-wal", "-shm"] { try? files.removeItem(atPath: folder.projections + suffix) }
        guard rename(new, folder.projections) == 0 else { throw RecoveryError.notWritable(path: folder.projections) }
        return size
    }
}
