import Locking
import NIOCore
import SharingService

/// How many bytes of bodies are in memory, of all calls together.
final class HeldBytes: Sendable {
    /// How long a body may take to arrive, from its first byte to its last.
    let patience: Duration
    private let limit: Int
    private let held = Locked(0)

    init(limit: Int, patience: Duration = .seconds(APILimits.bodySeconds)) {
        self.limit = limit
        self.patience = patience
    }

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
    private var began: ContinuousClock.Instant?

    /// - Parameter leaving: what of `all` has to stay free for others.
    init(among all: HeldBytes, leaving: Int = 0) {
        self.all = all
        self.leaving = leaving
    }

    deinit { all.remove(bytes.count) }

    var count: Int { bytes.count }

    /// A body that comes too slowly is given up when more of it comes; one of which no more comes ends with its connection.
    /// - Throws: `Rejection` if there is no room for more, or it took too long.
    func append(_ part: ByteBuffer) throws(Rejection) {
        let now = ContinuousClock.now
        guard now - (began ?? now) <= all.patience else { throw .bodySlow(all.patience) }
        began = began ?? now
        try all.add(part.readableBytes, leaving: leaving)
        bytes.append(contentsOf: part.readableBytesView)
    }
}

extension Rejection {
    fileprivate static func bodySlow(_ patience: Duration) -> Rejection {
        Rejection(
            .malformed, "body-malformed",
            "the body did not arrive whole within \(patience.components.seconds) seconds; send fewer events at once")
    }

    fileprivate static let bodiesFull = Rejection(
        .overloaded, "queue-full",
        "more is being sent to this site at once than it can keep in mind; send this again after `Retry-After`")
}
