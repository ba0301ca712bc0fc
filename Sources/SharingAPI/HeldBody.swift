import Locking
import NIOCore
import SharingService

/// How many bytes of bodies are in memory, of all calls together.
final class HeldBytes: Sendable {
    private let limit: Int
    private let held = Locked(0)

    init(limit: Int) { self.limit = limit }

    /// - Parameter leaving: what has to stay free for others.
    /// - Throws: `Rejection` if that would be too much.
    func add(_ count: Int, leaving: Int = 0) throws(Rejection) {
        let fits = held.withLock { held in
            guard held + count <= limit - leaving else { return false }
            held += count
            return true
        }
        guard fits else { throw .bodiesFull }
    }

    func remove(_ count: Int) { held.withLock { $0 -= count } }

    var count: Int { held.withLock { $0 } }
}

/// A body, counted from its first byte on for as long as anybody needs it. One call's; not shared.
final class HeldBody {
    private let all: HeldBytes
    private(set) var bytes: [UInt8] = []

    private let leaving: Int

    /// - Parameter leaving: what of `all` has to stay free for others.
    init(among all: HeldBytes, leaving: Int = 0) {
        self.all = all
        self.leaving = leaving
    }

    deinit { all.remove(bytes.count) }

    var count: Int { bytes.count }

    /// - Throws: `Rejection` if there is no room for more.
    func append(_ part: ByteBuffer) throws(Rejection) {
        try all.add(part.readableBytes, leaving: leaving)
        bytes.append(contentsOf: part.readableBytesView)
    }
}

extension Rejection {
    fileprivate static let bodiesFull = Rejection(
        .overloaded, "queue-full",
        "more is being sent to this site at once than it can keep in mind; send this again after `Retry-After`")
}
