import Foundation

/// Writes a log into a folder as static files: the layout of tlog-tiles v0.1.0 and the bodies (docs/FORMAT.md, section
/// 9). Whoever has the folder and the site's verifier key can verify the log without this software.
///
/// It streams: what is in memory is one tile, or one page of bodies, whatever the size of the log. The checkpoint is
/// written last, so that a folder with a checkpoint is whole.
public struct LogExport: Sendable {
    /// What was written.
    public struct Account: Sendable, Hashable {
        public let checkpoint: Checkpoint
        public internal(set) var tiles: Int64 = 0
        public internal(set) var bundles: Int64 = 0
        public internal(set) var bodies: Int64 = 0
        /// Bodies about people that could not be opened, or were not to be.
        public internal(set) var unavailable: Int64 = 0
        public internal(set) var timestamps: Int64 = 0
    }

    let log: any LogReader
    let timestamps: TimestampStore?

    /// - Parameters:
    ///   - log: with a vault, the export has what the vault can open of the bodies about people; without one it has only
    ///     what is sealed for nobody.
    ///   - timestamps: of this log; nil to leave them out.
    public init(of log: any LogReader, timestamps: TimestampStore? = nil) {
        self.log = log
        self.timestamps = timestamps
    }

    /// Writes everything up to a checkpoint.
    /// - Parameters:
    ///   - checkpoint: one of this log, with its cosignatures; the head as it is now where none is given.
    ///   - path: a new or empty folder. It and all in it are for the user alone (0700, 0600).
    ///   - progress: is given entries done, and of how many.
    /// - Throws: `ExportError`, `LogError`.
    public func write(
        to path: String, at checkpoint: SignedCheckpoint? = nil, progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws -> Account {
        let checkpoint = checkpoint ?? log.head.checkpoint
        let size = checkpoint.checkpoint.size
        let folder = try ExportFolder(path)
        var account = Account(checkpoint: checkpoint.checkpoint)
        for tile in TilePath.layout(size: size) {
            // The log may grow meanwhile; what was there at this path stays.
            guard let bytes = try log.tile(at: tile) else { throw LogError.outOfRange }
            try folder.write(bytes, to: tile.description)
            if tile.content == .entries { account.bundles += 1 } else { account.tiles += 1 }
        }
        var done: Int64 = 0
        try log.forEachPage(in: 0..<size) { events in
            for event in events {
                if let body = event.body.opened {
                    try folder.write(body.salt + body.compact, to: "bodies/\(event.index)")
                    account.bodies += 1
                } else {
                    account.unavailable += 1
                }
            }
            done += Int64(events.count)
            progress(done, size)
            return true
        }
        for change in try changes(size) {
            try folder.write(Array(change.note.utf8), to: "checkpoints/\(change.checkpoint.size)")
        }
        try timestamps?.forEach { stored in
            // The log may have grown, and been stamped, since then.
            guard stored.size <= size else { return }
            try folder.write(Array(stored.note.utf8), to: "timestamps/\(stored.size).note")
            try folder.write(stored.response, to: "timestamps/\(stored.size).tsr")
            account.timestamps += 1
        }
        try folder.write(Array(checkpoint.note.utf8), to: "checkpoint")
        return account
    }
}

extension LogExport {
    /// The checkpoints at which the key changed: who pins an earlier key follows by them.
    private func changes(_ size: Int64) throws -> [SignedCheckpoint] {
        try log.keys.rotations.filter { $0.index + 1 <= size }.map { rotation in
            guard let checkpoint = try log.checkpoint(from: rotation.index + 1) else { throw LogError.outOfRange }
            return checkpoint
        }
    }
}

/// A folder that is filled once, with files that are new.
private final class ExportFolder {
    private let path: String
    /// The folder made last: most files go where the one before went.
    private var lastMade = ""

    init(_ path: String) throws(ExportError) {
        self.path = path
        do throws(DataFolderError) {
            try DataFolder(path: path).create()
        } catch {
            if case .notEmpty = error { throw .notEmpty(path: path) }
            throw .notWritable(path: path)
        }
    }

    func write(_ bytes: [UInt8], to name: String) throws(ExportError) {
        let file = path + "/" + name
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
        if folder != lastMade {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw .notWritable(path: folder)
            }
            lastMade = folder
        }
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notWritable(path: file) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(bytes))
            try handle.close()
        } catch {
            throw .notWritable(path: file)
        }
    }
}

/// Why a log was not exported.
public enum ExportError: CodedError, Hashable {
    case notEmpty(path: String)
    case notWritable(path: String)

    public var code: String {
        switch self {
        case .notEmpty: "export-folder-not-empty"
        case .notWritable: "export-folder-not-writable"
        }
    }

    public var description: String {
        switch self {
        case .notEmpty(let path): "\(path) is not empty, and nothing is written over; give a new or an empty folder"
        case .notWritable(let path): "cannot write \(path); check the folder's owner and mode, and room on the disk"
        }
    }
}
