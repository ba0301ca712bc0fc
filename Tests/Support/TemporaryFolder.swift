public import Foundation

/// A folder that is gone when its owner is.
public final class TemporaryFolder: Sendable {
    public let url: URL

    /// - Parameter inMemory: where the machine has such a place, for tests that open hundreds of databases and do not ask what outlasts a
    ///   loss of power.
    public init(inMemory: Bool = false) throws {
        let memory = URL(filePath: "/dev/shm")
        let isThere = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
        let parent = isThere ? memory : FileManager.default.temporaryDirectory
        url = parent.appending(path: "sharing-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    public func path(_ name: String) -> String { url.appending(path: name).path }
}
