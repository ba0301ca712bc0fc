public import Foundation

/// Published vectors and samples, which stand outside the project in the folder named by `SHARING_TESTDATA`.
public enum TestData {
    public static let folder: URL? = ProcessInfo.processInfo.environment["SHARING_TESTDATA"].map {
        URL(filePath: $0, directoryHint: .isDirectory)
    }

    /// Whether the folder is there; says in a line on standard error when tests are skipped for want of it.
    public static let isThere: Bool = {
        if let folder, FileManager.default.fileExists(atPath: folder.path) { return true }
        FileHandle.standardError.write(
            Data(
                "skipped: tests over published vectors and samples; SHARING_TESTDATA does not name their folder\n".utf8)
        )
        return false
    }()

    public static func bytes(_ path: String) throws -> [UInt8] {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }
}
