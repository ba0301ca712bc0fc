public import Encodings

extension CheckpointKeys {
    /// Follows the keys that a log announces, from its first event on. It does not read the whole log: checkpoints say which key signed
    /// them, so the places where that changes are found by halving.
    ///
    /// What it finds is proved when the log is opened with it: `LogHead` holds the checkpoints at the changes against the tree.
    /// - Parameter announced: the verifier key that an event announces, of the log's first event and of rotations; nil for any other.
    /// - Throws: `LogError`, where the first event cannot be read, or a change is not signed as it must be.
    public init(
        following storage: any LogStorage, announced: (Entry, JSON) -> String?
    ) throws(LogError) {
        let newest = try LogError.reading { () throws(StorageError) in try storage.newestCheckpoint() }
        guard let newest, newest.size > 0 else { throw .empty }
        guard let text = try Self.announcement(at: 0, storage, announced) else { throw .bodyDamaged(index: 0) }
        do throws(NoteError) {
            self.init(first: try VerifierKey(parsing: text))
        } catch {
            throw .checkpointDamaged(error)
        }
        while let last = try Self.lastSigned(
            by: current, from: (rotations.last?.index ?? -1) + 1, to: newest.size, storage),
            last.size > (rotations.last?.index ?? 0) + 1,
            let text = try Self.announcement(at: last.size - 1, storage, announced)
        {
            // A key that may not follow is no change: the verifier names it.
            guard (try? rotate(to: text, at: last.size - 1)) != nil else { return }
            do throws(NoteError) {
                try SignedCheckpoint(parsing: last.note).verified(by: self)
            } catch {
                throw .checkpointDamaged(error)
            }
        }
        // Where a key signed after its time, halving is led astray.
        let head = try? SignedCheckpoint(parsing: newest.note)
        if head?.isSigned(by: current) != true { try readAll(to: newest.size, storage, announced) }
    }

    /// Finds every announcement by reading all entries, in place of what was found. Who signed is for whoever opens the log to verify.
    private mutating func readAll(
        to size: Int64, _ storage: any LogStorage, _ announced: (Entry, JSON) -> String?
    ) throws(LogError) {
        self = CheckpointKeys(first: first)
        var start: Int64 = 1
        while start < size {
            let end = min(start + Int64(Limits.pageEntries), size)
            let stored = try LogError.reading { () throws(StorageError) in try storage.entries(in: start..<end) }
            // The announcement itself is in the body; its entry alone says that it may be one.
            for stored in stored {
                guard let entry = try? Entry(parsing: stored.bytes), entry.subject == nil, entry.audience == ["*"],
                    let text = try Self.announcement(at: stored.index, storage, announced)
                else { continue }
                try? rotate(to: text, at: stored.index)
            }
            start = end
        }
    }

    /// The newest checkpoint that a key signed, by the name and number of its line.
    private static func lastSigned(
        by key: VerifierKey, from first: Int64, to last: Int64, _ storage: any LogStorage
    ) throws(LogError) -> StoredCheckpoint? {
        var (low, high) = (first, last)
        var found: StoredCheckpoint?
        while low <= high {
            let middle = low + (high - low + 1) / 2
            let stored = try LogError.reading { () throws(StorageError) in
                try storage.checkpoints(from: middle, limit: 1).first
            }
            let isSigned = stored.flatMap { try? SignedCheckpoint(parsing: $0.note) }?.isSigned(by: key) ?? false
            if let stored, isSigned {
                found = stored
                low = max(stored.size, middle) + 1
            } else {
                high = middle - 1
            }
        }
        return found
    }

    private static func announcement(
        at index: Int64, _ storage: any LogStorage, _ announced: (Entry, JSON) -> String?
    ) throws(LogError) -> String? {
        let range = index..<(index + 1)
        let entry = try LogError.reading { () throws(StorageError) in try storage.entries(in: range).first }
        let sealed = try LogError.reading { () throws(StorageError) in try storage.bodies(in: range).first }
        guard let entry, let entry = try? Entry(parsing: entry.bytes), entry.subject == nil,
            let body = sealed.flatMap({ OpenedBody(plain: $0.bytes) }), body.commitment == entry.commitment,
            let event = try? body.event()
        else { return nil }
        return announced(entry, event.payload)
    }
}
