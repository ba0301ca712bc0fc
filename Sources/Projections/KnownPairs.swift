import Encodings

/// Which rows of `known_to` were written: a person, an agency, and whether it can read. Nobody deletes any, so what was written once need not
/// be looked for again, and most events are about persons and for agencies that came together before.
struct KnownPairs {
    /// A row's key.
    private struct Pair: Hashable {
        let subject: UniqueID
        /// The agency's number, in the order in which they occur.
        let agency: UInt32
    }

    /// How many are remembered.
    private let capacity: Int
    private var agencies: [String: UInt32] = [:]
    /// Whether the row says that the agency can read.
    private var pairs: [Pair: Bool] = [:]

    init(capacity: Int) { self.capacity = capacity }

    /// Whether a row may change if this is written. It is taken to be written then: what is taken back must be forgotten.
    mutating func isNews(_ subject: UniqueID, _ agency: String, isReader: Bool) -> Bool {
        if pairs.count >= capacity { forget() }
        let number: UInt32
        if let known = agencies[agency] {
            number = known
        } else {
            number = UInt32(agencies.count)
            agencies[agency] = number
        }
        let pair = Pair(subject: subject, agency: number)
        if let readable = pairs[pair], readable || !isReader { return false }
        pairs[pair] = isReader
        return true
    }

    mutating func forget() {
        pairs.removeAll(keepingCapacity: true)
        // With the pairs, because a peer's events name whatever agencies it likes.
        agencies.removeAll(keepingCapacity: true)
    }
}
