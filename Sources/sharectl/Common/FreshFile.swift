import Foundation

/// A file that is made new, readable for its owner only.
struct FreshFile {
    let path: String

    /// - Throws: `Failure` if something is there already: nothing is written over.
    init(_ path: String) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? .usage("\(path) is there already, and nothing is written over; give another name, or move it away")
                : Failure(.no, "cannot write \(path); check the folder's owner and mode, and room on the disk")
        }
        close(descriptor)
        self.path = path
    }

    func write(_ text: String) throws(Failure) {
        do {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        } catch {
            throw Failure(.no, "cannot write \(path); check room on the disk")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
