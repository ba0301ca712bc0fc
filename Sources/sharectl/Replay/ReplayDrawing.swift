import Encodings
import EventStore
import Foundation
import Projections
import SharingService

/// Where a replay draws: the file to keep, or one in a temporary folder.
final class ReplayDrawing {
    /// Differences that are named; those beyond are counted.
    private static let shownDifferences = 100

    private let file: FreshFile
    private let temporaryFolder: String?
    private var store: ProjectionStore?
    private var isKept = false

    /// - Throws: `Failure` if `out` is there already.
    init(out: String?) throws {
        if let out {
            temporaryFolder = nil
            file = try FreshFile(out)
        } else {
            let folder = NSTemporaryDirectory() + "/sharectl-replay-" + UniqueID.random().description
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            temporaryFolder = folder
            file = try FreshFile(folder + "/projections.sqlite")
        }
        store = try ProjectionStore(drawingAt: file.path, emptyRoot: MerkleHash.emptyRoot.bytes)
    }

    func draw(_ log: ReadOnlyLog, _ replicas: Replicas, until end: ReplayEnd) throws -> ReplayResult {
        guard let store else { throw Failure(.no, "the replay has ended") }
        let bar = ProgressBar("replaying")
        defer { bar.finish() }
        let stopwatch = Stopwatch()
        let position = try Replay.run(store, from: log, replicas: replicas, until: end) { bar.update($0, of: $1) }
        try store.write { try $0.complete() }
        return ReplayResult(
            size: position.size, root: position.root, seconds: stopwatch.seconds,
            eventsPerSecond: stopwatch.rate(position.size))
    }

    /// Draws exactly as much as the live projections show, and compares: all within one snapshot of theirs, so that a daemon at work changes nothing.
    func checked(
        against live: ProjectionStore, _ log: ReadOnlyLog, _ replicas: Replicas
    ) throws -> ReplayResult {
        try live.read { reader in
            let position = try reader.position()
            // The log is committed before the projections, so it has at least as much.
            guard position.size <= (try log.refresh().size) else {
                throw Failure(
                    .no,
                    "the live projections show \(position.size) entries, and the log has fewer; they were drawn from another log"
                )
            }
            var result = try draw(log, replicas, until: .size(position.size))
            result.isOtherRoot = result.root != position.root
            result.comparison = try store?.read { try reader.differences(from: $0, limit: Self.shownDifferences) }
            return result
        }
    }

    /// Makes the file whole in itself, if it is one to keep.
    func keep() throws {
        guard temporaryFolder == nil else { return }
        try Failure.no { try store?.finish(path: file.path) }
        isKept = true
    }

    /// Removes what is not to be kept.
    func discard() {
        store = nil
        if let temporaryFolder {
            try? FileManager.default.removeItem(atPath: temporaryFolder)
        } else if !isKept {
            file.remove()
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file.path + suffix) }
        }
    }
}
