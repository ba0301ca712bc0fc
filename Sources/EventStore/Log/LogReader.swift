import Crypto
public import Encodings

/// Reading a log: the same for the one that is being written and for one opened beside it.
///
/// Reads go up to the size of `head` as it was when they began. They block the calling thread for as long as the disk
/// takes, and run beside the writer and each other.
public protocol LogReader: Sendable {
    /// The newest committed state that this reader knows.
    var head: LogHead { get }
    var storage: any LogStorage { get }
    /// The keys that signed its checkpoints.
    var keys: CheckpointKeys { get }
    /// Nil where bodies about people are not to be opened.
    var vault: Vault? { get }
}

extension LogReader {
    /// Where an event stands; nil if it is not in the log.
    public func index(of id: UniqueID) throws(LogError) -> Int64? {
        let size = head.size
        let found = try LogError.reading { () throws(StorageError) in try storage.indexes(of: [id]) }
        return found[id].flatMap { $0 < size ? $0 : nil }
    }

    /// Where events stand, in one read; what is not in the log is left out.
    public func indexes(of ids: [UniqueID]) throws(LogError) -> [UniqueID: Int64] {
        let size = head.size
        return try LogError.reading { () throws(StorageError) in try storage.indexes(of: ids) }.filter {
            $0.value < size
        }
    }

    /// The entry at a position.
    /// - Throws: `LogError.outOfRange` for a position that the log does not have, or not yet.
    public func entry(at index: Int64) throws(LogError) -> Entry {
        guard index >= 0, index < head.size else { throw .outOfRange }
        guard let stored = try entries(in: index..<(index + 1)).first else { throw .entryMissing(index: index) }
        return stored.entry
    }

    /// The entries in a range, cut off at the log's size. At most `Limits.pageEntries` at once.
    public func entries(in range: Range<Int64>) throws(LogError) -> [StoredEntry] {
        let range = try page(range)
        let stored = try LogError.reading { () throws(StorageError) in try storage.entries(in: range) }
        var entries: [StoredEntry] = []
        entries.reserveCapacity(stored.count)
        for (index, stored) in zip(range, stored) {
            guard stored.index == index else { throw .entryMissing(index: index) }
            entries.append(StoredEntry(index: index, entry: try Self.parse(stored)))
        }
        guard entries.count == range.count else { throw .entryMissing(index: range.lowerBound + Int64(entries.count)) }
        return entries
    }

    /// The body of an event.
    /// - Throws: `LogError.bodyDamaged` if it does not open, or is not what the entry commits to.
    public func body(at index: Int64) throws(LogError) -> StoredBody {
        try body(at: index, of: try entry(at: index))
    }

    /// The same for whoever has the entry already.
    /// - Parameter entry: the one at that position.
    public func body(at index: Int64, of entry: Entry) throws(LogError) -> StoredBody {
        let range = index..<(index + 1)
        let stored = try LogError.reading { () throws(StorageError) in try storage.bodies(in: range) }
        guard let stored = stored.first else { throw .bodyMissing(index: index) }
        return try open(stored, of: entry)
    }

    /// The same for several that stand one behind the other, in one read; all of them are in memory.
    /// - Parameter entries: those at consecutive positions.
    package func bodies(of entries: ArraySlice<StoredEntry>) throws(LogError) -> [StoredBody] {
        guard let first = entries.first?.index else { return [] }
        let range = first..<(first + Int64(entries.count))
        do throws(VaultError) {
            try vault?.prefetchKeys(of: Set(entries.compactMap(\.entry.subject)))
        } catch {
            throw .vault(error)
        }
        let stored = try LogError.reading { () throws(StorageError) in try storage.bodies(in: range) }
        var bodies: [StoredBody] = []
        bodies.reserveCapacity(entries.count)
        for (entry, stored) in zip(entries, stored) {
            guard stored.index == entry.index else { throw .bodyMissing(index: entry.index) }
            bodies.append(try open(stored, of: entry.entry))
        }
        guard bodies.count == entries.count else { throw .bodyMissing(index: first + Int64(bodies.count)) }
        return bodies
    }

    /// Entries with their bodies, cut off at the log's size: for replays. At most `Limits.pageEntries` at once; their
    /// bodies are all in memory.
    public func events(in range: Range<Int64>) throws(LogError) -> [StoredEvent] {
        let range = try page(range)
        let entries = try entries(in: range)
        let bodies = try LogError.reading { () throws(StorageError) in try storage.bodies(in: range) }
        var events: [StoredEvent] = []
        events.reserveCapacity(entries.count)
        for (stored, body) in zip(entries, bodies) {
            guard stored.index == body.index else { throw .bodyMissing(index: stored.index) }
            events.append(StoredEvent(index: stored.index, entry: stored.entry, body: try open(body, of: stored.entry)))
        }
        guard events.count == entries.count else { throw .bodyMissing(index: range.lowerBound + Int64(events.count)) }
        return events
    }

    /// Goes through a range page by page, so that memory stays bounded however long the log is.
    /// - Parameters:
    ///   - pageEntries: 64 of the largest events are 64 MiB.
    ///   - visit: is given each page, and returns whether to go on.
    public func forEachPage(
        in range: Range<Int64>, pageEntries: Int64 = 64, _ visit: ([StoredEvent]) throws -> Bool
    ) throws {
        var start = range.lowerBound
        let end = min(range.upperBound, head.size)
        while start < end {
            let next = min(start + pageEntries, end)
            guard try visit(try events(in: start..<next)) else { return }
            start = next
        }
    }

    /// The proof that an entry is in the tree of a size, from leaf to root; in the newest tree if no size is given.
    public func inclusionProof(_ index: Int64, size: Int64? = nil) throws(LogError) -> [MerkleHash] {
        let head = head
        var tree = tree(head)
        return try tree.inclusionProof(index, in: size ?? head.size)
    }

    /// The proof that the tree of one size begins with the tree of another.
    public func consistencyProof(from old: Int64, to new: Int64) throws(LogError) -> [MerkleHash] {
        var tree = tree(head)
        return try tree.consistencyProof(from: old, to: new)
    }

    /// The root of the tree of a size.
    public func root(at size: Int64) throws(LogError) -> MerkleHash {
        guard size > 0 else { return .emptyRoot }
        guard size <= head.size else { throw .outOfRange }
        var tree = tree(head)
        return try tree.root(from: 0, to: size)
    }

    /// A tlog-proof: text that anybody can verify with the site's verifier key.
    /// - Parameter checkpoint: a checkpoint of this log, with its cosignatures; the newest where none is given.
    public func tlogProof(_ index: Int64, against checkpoint: SignedCheckpoint? = nil) throws(LogError) -> TlogProof {
        let head = head
        let checkpoint = checkpoint ?? head.checkpoint
        var tree = tree(head)
        let hashes = try tree.inclusionProof(index, in: checkpoint.checkpoint.size)
        return TlogProof(index: index, hashes: hashes, checkpoint: checkpoint)
    }

    private func tree(_ head: LogHead) -> TileTree {
        TileTree(edge: head.edge) { [storage] (place: TilePlace) throws(LogError) in
            try LogError.reading { () throws(StorageError) in try storage.tile(place) }
        }
    }

    func page(_ range: Range<Int64>) throws(LogError) -> Range<Int64> {
        guard range.lowerBound >= 0 else { throw .outOfRange }
        let range = range.clamped(to: 0..<max(head.size, 0))
        guard range.count <= Limits.pageEntries else { throw .pageTooLarge(entries: Int64(range.count)) }
        return range
    }

    private static func parse(_ stored: StoredBytes) throws(LogError) -> Entry {
        do throws(EntryError) {
            return try Entry(parsing: stored.bytes)
        } catch {
            throw .entryDamaged(index: stored.index, error)
        }
    }

    private func open(_ stored: StoredBytes, of entry: Entry) throws(LogError) -> StoredBody {
        try open(stored, of: entry) { subject throws(VaultError) in try vault?.key(of: subject) }
    }

    /// Opens a stored body and holds it against the entry: what was written in a pair is read in a pair.
    /// - Parameter key: gives a person's key; nil where the vault has none.
    func open(
        _ stored: StoredBytes, of entry: Entry, key: (UniqueID) throws(VaultError) -> SymmetricKey?
    ) throws(LogError) -> StoredBody {
        let plain: [UInt8]?
        if let subject = entry.subject {
            guard vault != nil else { return .unavailable }
            do throws(VaultError) {
                guard let key = try key(subject) else { return .unavailable }
                plain = try Vault.openBody(stored.bytes, of: entry, under: key)
            } catch {
                guard error == .damaged else { throw .vault(error) }
                throw .bodyDamaged(index: stored.index)
            }
        } else {
            plain = stored.bytes
        }
        guard let plain else { return .unavailable }
        guard let body = OpenedBody(plain: plain), body.fits(entry.commitment) else {
            throw .bodyDamaged(index: stored.index)
        }
        return .present(body)
    }
}
