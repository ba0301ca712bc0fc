import Foundation
import Locking

/// The folder that a site lives in (DESIGN, section 4): mode 0700, two files of this library, and the site's keys.
public struct DataFolder: Sendable, Hashable {
    public let path: String

    public init(path: String) { self.path = path }

    public var log: String { path + "/log.sqlite" }
    public var vault: String { path + "/vault.sqlite" }
    public var keys: String { path + "/keys" }
    /// The key that is to sign checkpoints next; there only while a change is not finished.
    var nextCheckpointKey: String { keys + "/checkpoint.next.jwk" }
    /// The key that is to receive shipments next; there only while a change is not finished.
    var nextReceivingKey: String { keys + "/hpke.next.jwk" }

    /// Creates the folder, mode 0700; leaves an empty one that is there.
    /// - Throws: `DataFolderError.notEmpty` if something is in it.
    public func create() throws(DataFolderError) {
        let files = FileManager.default
        if let names = try? files.contentsOfDirectory(atPath: path), !names.isEmpty { throw .notEmpty(path: path) }
        do {
            try files.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        } catch {
            throw .notWritable(path: path)
        }
    }
}

/// Holds a data folder against a second daemon, until it is released or gone. The lock goes with the process, however it ends.
public final class DataFolderLock: Sendable {
    /// Nil once released. The lock is held for one exchange of values.
    private let descriptor: Locked<Int32?>

    /// - Throws: `DataFolderError.inUse` if another process holds it.
    public init(_ folder: DataFolder) throws(DataFolderError) {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notThere(path: folder.path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path: folder.path)
        }
        self.descriptor = Locked(descriptor)
    }

    /// Lets the folder go. Call it when nothing will be written any more.
    public func release() {
        let held = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        guard let held else { return }
        // Closing alone would leave the lock to a child process that was forked and has not begun its own program yet.
        flock(held, LOCK_UN)
        close(held)
    }

    deinit { release() }
}

/// Why a data folder cannot be used.
public enum DataFolderError: CodedError, Hashable {
    case notThere(path: String)
    case inUse(path: String)
    case notEmpty(path: String)
    case notWritable(path: String)

    public var code: String {
        switch self {
        case .notThere: "data-folder-not-there"
        case .inUse: "data-folder-in-use"
        case .notEmpty: "data-folder-not-empty"
        case .notWritable: "data-folder-not-writable"
        }
    }

    public var description: String {
        switch self {
        case .notThere(let path): "there is no folder \(path); found a site there with `sharectl init`"
        case .inUse(let path): "another process has the data folder \(path) open; stop it, or use another folder"
        case .notEmpty(let path): "\(path) is not empty; a site is founded in a new or an empty folder"
        case .notWritable(let path): "cannot create or write to \(path); check its owner and mode"
        }
    }
}
