/// A place in what one reader follows: `id:` of a server-sent event, and what comes back as `Last-Event-ID`.
///
/// Events come by index. One that a later decision let the reader have (a redirected referral, an item released afterwards) comes again
/// right behind that decision: `100/50` is event 50, released by the decision at 100. So the order is the log's own, whenever somebody reads it.
package struct StreamPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let index: Int64
    /// The event that the decision at `index` released; -1 for the event at `index` itself.
    let released: Int64

    init(index: Int64, released: Int64 = -1) {
        self.index = index
        self.released = released
    }

    /// Behind everything below an index.
    package init(before index: Int64) { self.init(index: index - 1, released: .max) }

    /// Reads `100` or `100/50`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.allSatisfy { ("0"..."9").contains($0) } ? Int64(part) : nil }
        guard numbers.count == parts.count, let index = numbers.first else { return nil }
        if numbers.count == 2, numbers[1] >= index { return nil }
        self.init(index: index, released: numbers.count == 2 ? numbers[1] : -1)
    }

    /// Whether anything can stand before it: only then has it an `id`.
    package var hasPredecessor: Bool { index >= 0 }

    /// A position behind everything below an index is written as the index before it.
    package var description: String {
        released >= 0 && released < index ? "\(index)/\(released)" : "\(index)"
    }

    package static func < (one: StreamPosition, other: StreamPosition) -> Bool {
        (one.index, one.released) < (other.index, other.released)
    }
}
