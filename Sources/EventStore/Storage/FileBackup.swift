import Foundation
import GRDB

/// Copies of the log's and the vault's files, each as of one moment, beside a writer at work.
extension SQLiteLogStorage {
    /// Copies the log into a new file of mode 0600, durably.
    /// - Throws: `StorageError`; what was written of the copy is removed then.
    public func backup(to path: String) throws(StorageError) { try SQLiteFile.backup(pool, to: path) }
}

extension Vault {
    /// Copies the vault into a new file of mode 0600, durably. Identifiers and keys in it stay sealed under the site's
    /// key-encryption key, which is not in it.
    /// - Throws: `VaultError`; what was written of the copy is removed then.
    public func backup(to path: String) throws(VaultError) {
        try Self.storage { () throws(StorageError) in try SQLiteFile.backup(pool, to: path) }
    }
}

extension SQLiteFile {
    /// Copies a database with SQLite's backup API in one step: a snapshot that a writer neither changes nor waits for.
    static func backup(_ source: some DatabaseReader, to path: String) throws(StorageError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? .failed(
                    "\(path) is there already, and no backup is written over; give another folder, or move it away")
                : .failed("cannot write \(path); check the folder's owner and mode, and room on the disk")
        }
        close(descriptor)
        do throws(StorageError) {
            try attempt("write \(path)") {
                do {
                    let copy = try DatabaseQueue(path: path)
                    try source.backup(to: copy)
                    try copy.close()
                }
                try synchronize(path, O_RDONLY)
                try synchronize(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
            }
        } catch {
            for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
            throw error
        }
    }

    /// Makes a file, or the names in a folder, outlast a loss of power.
    static func synchronize(_ path: String, _ flags: Int32) throws(StorageError) {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failed("cannot open \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .failed("cannot make \(path) durable; see to the disk") }
    }
}

extension DataFolder {
    /// Copies another of a site's SQLite files, such as what its witness has seen, into a new file of mode 0600, durably.
    /// - Parameter isAtRest: whether nobody writes it, so that nothing is made beside it.
    /// - Throws: `StorageError`; what was written of the copy is removed then.
    public static func backup(_ path: String, to copy: String, isAtRest: Bool) throws(StorageError) {
        let queue = try SQLiteFile.attempt("open \(path)") {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let name = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
            return try DatabaseQueue(path: isAtRest ? "file:\(name)?immutable=1" : path, configuration: configuration)
        }
        try SQLiteFile.backup(queue, to: copy)
    }

    /// Gives a verified file its own name, durably, in the same folder.
    /// - Throws: `StorageError` if that name is taken meanwhile.
    public static func publish(_ temporary: String, as path: String) throws(StorageError) {
        guard link(temporary, path) == 0 else {
            throw .failed("cannot give \(path) its name: it is taken, or the folder cannot be written")
        }
        unlink(temporary)
        try SQLiteFile.synchronize(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY)
    }
}
