import EventStore
import Locking

/// The key book as of the last commit, for the many who verify in parallel. The registrar alone replaces it.
///
/// The lock covers one copy of a reference.
final class KeyDirectory: Sendable {
    private let book: Locked<KeyBook>

    init(_ book: KeyBook) { self.book = Locked(book) }

    var current: KeyBook { book.withLock { $0 } }

    func publish(_ new: KeyBook) { book.withLock { $0 = new } }
}
