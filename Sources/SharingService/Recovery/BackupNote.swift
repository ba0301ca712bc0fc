package import Encodings
package import EventStore
import Foundation

/// What a data folder knows of its last backup: a small file beside the log, written when a backup is whole. It is for people and the
/// doctor; nothing rests on it.
package struct BackupNote: Sendable, Hashable {
    package let time: Instant
    /// Entries of the log that was copied.
    package let size: Int64

    package init(time: Instant, size: Int64) {
        self.time = time
        self.size = size
    }

    /// Reads the note; nil where there is none, or none that can be read.
    package init?(in folder: DataFolder) {
        guard let data = try? Data(contentsOf: URL(filePath: folder.backupNote)),
            let note = try? JSON.parse(Array(data)),
            let time = note["time"]?.string.flatMap(Instant.init), let size = note["size"]?.integer
        else { return nil }
        self.init(time: time, size: size)
    }

    /// Writes the note, whole or not at all, mode 0600. A folder that cannot be written keeps none: the backup is whole all the same.
    func write(in folder: DataFolder) {
        let text = JSON.object(["time": .text(time), "size": .integer(size)]).text
        let new = folder.backupNote + ".new"
        unlink(new)
        guard (try? KeyFile.write(text, to: new)) != nil else { return }
        if rename(new, folder.backupNote) != 0 { unlink(new) }
    }
}

extension DataFolder {
    /// When the last backup was made.
    var backupNote: String { path + "/last-backup" }

    /// Stands in a folder while it is being restored, and until what was restored was found sound.
    var unfinishedRestore: String { path + "/unfinished-restore" }

    /// Whether this folder is not for serving.
    var hasUnfinishedRestore: Bool { FileManager.default.fileExists(atPath: unfinishedRestore) }

    /// Bytes free on the folder's disk; nil where that cannot be told.
    var freeBytes: Int64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }
}
