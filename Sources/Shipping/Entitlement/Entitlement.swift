import Encodings
package import EventStore

/// What of a log is for one receiver, position by position (DESIGN, section 8).
///
/// It follows from the log alone: from the audiences of its entries, from what its decisions release, and from where its events say that
/// agencies are hosted. What a peer asks for has no part in it. A value that is moved along with the log and remembers when each thing
/// became the receiver's, so that it answers for every earlier position too: what was told once is told in the same way again.
package struct Entitlement: Sendable {
    /// Something older that a position made the receiver's.
    struct Unlocked: Sendable, Hashable {
        let index: Int64
        /// Names of the disclosures that were released of it so far.
        let items: Set<String>
        /// Whether its audience names an agency of the receiver by now, so that `EventMeaning.visible` says what goes with it too.
        let isAddressed: Bool
    }

    /// Origin of the site that it is for.
    package let receiver: String
    /// How much of the log it has followed.
    package private(set) var size: Int64 = 0
    /// Every entry below `size` that is the receiver's.
    package private(set) var addressed = AddressedEntries()
    /// From which position on an agency is known to be hosted at the receiver.
    private var hosted: [String: Int64] = [:]
    /// By the position that brought them.
    private var unlocked: [Int64: [Unlocked]] = [:]
    /// From which position on an older entry is the receiver's; those addressed at once are not here.
    private var since: [Int64: Int64] = [:]
    /// What was released of an entry so far.
    private var items: [Int64: Set<String>] = [:]

    package init(receiver: String) { self.receiver = receiver }

    /// The agencies hosted at the receiver, sorted by their bytes.
    package var agencies: [String] { hosted.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// Those that the events below a position say are hosted there.
    func agencies(below index: Int64) -> Set<String> { Set(hosted.filter { $0.value < index }.keys) }

    /// The digest over every entry below `size` that is the receiver's.
    mutating func digest() -> String { addressed.digest() }

    /// Whether an entry is the receiver's by its audience, as of its own position.
    func isAddressed(_ entry: Entry, at index: Int64) -> Bool {
        entry.audience.contains { $0 == Self.everybody || (hosted[$0].map { $0 < index } ?? false) }
    }

    /// The older events that a position made the receiver's, by index.
    func unlocked(by index: Int64) -> [Unlocked] { unlocked[index] ?? [] }

    /// Whether an entry was the receiver's when the log had got to a position.
    func isKnown(_ index: Int64, by position: Int64) -> Bool {
        guard index <= position, addressed.contains(index) else { return false }
        return since[index].map { $0 <= position } ?? true
    }

    /// Follows the log.
    /// - Parameter end: a size that the log has.
    package mutating func follow(
        _ log: some LogReader, to end: Int64, meaning: some EventMeaning
    ) throws(ShippingError) {
        while size < end {
            let page = size..<min(end, size + Int64(Limits.pageEntries))
            for stored in try ShippingError.reading({ () throws(LogError) in try log.entries(in: page) }) {
                try follow(stored, log, meaning)
            }
        }
    }

    /// Follows the log through entries that were read already.
    /// - Parameter entries: consecutive, and none beyond the next that it has not followed; those it has are passed over.
    mutating func follow(
        _ entries: ArraySlice<StoredEntry>, of log: some LogReader, meaning: some EventMeaning
    ) throws(ShippingError) {
        for stored in entries where stored.index == size { try follow(stored, log, meaning) }
    }

    private mutating func follow(
        _ stored: StoredEntry, _ log: some LogReader, _ meaning: some EventMeaning
    ) throws(ShippingError) {
        let (index, entry) = (stored.index, stored.entry)
        if isAddressed(entry, at: index) { addressed.insert(index, entry.leafHash) }
        if meaning.mayHost(entry.type) {
            let event = try Self.event(at: index, log)
            let new = meaning.hosted(by: event, at: receiver).filter { hosted[$0] == nil }
            for agency in new { hosted[agency] = index }
            if !new.isEmpty { try unlock(namedBy: Set(new), at: index, log, meaning) }
        }
        // The agencies that a decision names are its holder, whom the origin hosts, and the one that it releases to.
        if !entry.releases.isEmpty, entry.audience.contains(where: { hosted[$0].map { $0 < index } ?? false }) {
            try release(entry, at: index, by: index, log, meaning)
        }
        size = index + 1
    }

    /// An agency that is hosted at the receiver from now on brings what named it before, and what was released to it.
    private mutating func unlock(
        namedBy agencies: Set<String>, at index: Int64, _ log: some LogReader, _ meaning: some EventMeaning
    ) throws(ShippingError) {
        var decisions: [StoredEntry] = []
        var start: Int64 = 0
        while start < index {
            let page = start..<min(index, start + Int64(Limits.pageEntries))
            for stored in try ShippingError.reading({ () throws(LogError) in try log.entries(in: page) })
            where stored.entry.audience.contains(where: agencies.contains) && !isAddressed(stored.entry, at: index) {
                unlock(stored.entry, at: stored.index, by: index, isAddressed: true)
                if !stored.entry.releases.isEmpty { decisions.append(stored) }
            }
            start = page.upperBound
        }
        for decision in decisions { try release(decision.entry, at: decision.index, by: index, log, meaning) }
    }

    /// - Parameters:
    ///   - place: of the decision.
    ///   - index: the position that makes the release the receiver's: the decision's own, or a later one.
    private mutating func release(
        _ decision: Entry, at place: Int64, by index: Int64, _ log: some LogReader, _ meaning: some EventMeaning
    ) throws(ShippingError) {
        let names = meaning.released(by: try Self.event(at: place, log))
        let places = try ShippingError.reading { () throws(LogError) in try log.indexes(of: decision.releases) }
        for place in Set(places.values).sorted() where place < index {
            let entry = try ShippingError.reading { () throws(LogError) in try log.entry(at: place) }
            // What is addressed needs no release, and what was released before goes again only if more of it may.
            guard !isAddressed(entry, at: index + 1), items[place].map({ !names.isSubset(of: $0) }) ?? true else {
                continue
            }
            items[place, default: []].formUnion(names)
            unlock(entry, at: place, by: index, isAddressed: false)
        }
    }

    /// Notes that a position made an older entry the receiver's, or more of it; once, in the order of the log.
    private mutating func unlock(_ entry: Entry, at place: Int64, by index: Int64, isAddressed: Bool) {
        addressed.insert(place, entry.leafHash)
        if since[place] == nil { since[place] = index }
        let new = Unlocked(index: place, items: items[place] ?? [], isAddressed: isAddressed)
        // Nearly always it is behind the ones before.
        if unlocked[index]?.last.map({ $0.index < place }) ?? true {
            unlocked[index, default: []].append(new)
        } else {
            unlocked[index]?.removeAll { $0.index == place }
            let end = unlocked[index]?.firstIndex { $0.index > place } ?? unlocked[index]?.count ?? 0
            unlocked[index]?.insert(new, at: end)
        }
    }

    private static func event(at index: Int64, _ log: some LogReader) throws(ShippingError) -> UnverifiedEvent {
        let body = try ShippingError.reading { () throws(LogError) in try log.body(at: index) }
        guard let opened = body.opened, let event = try? opened.event() else { throw .bodyLost(index: index) }
        return event
    }

    static let everybody = "*"
}
