import Crypto
import Encodings

/// Reading for whoever goes through the whole log: persons' keys are known before, or looked up many at a time, and the day's caches are left alone.
extension LogReader {
    /// Entries with their bodies, as `events(in:)` gives them.
    /// - Parameter persons: those whose keys are known.
    package func events(in range: Range<Int64>, persons: PersonTable) throws(LogError) -> [StoredEvent] {
        let range = try page(range)
        let entries = try entries(in: range)
        let keys = try keys(of: entries, beyond: persons)
        let bodies = try LogError.reading { () throws(StorageError) in try storage.bodies(in: range) }
        var events: [StoredEvent] = []
        events.reserveCapacity(entries.count)
        for (stored, body) in zip(entries, bodies) {
            guard stored.index == body.index else { throw .bodyMissing(index: stored.index) }
            let opened = try open(body, of: stored.entry) { subject throws(VaultError) in
                if let place = persons.place(of: subject) { return persons.key(at: place) }
                return try keys.value(subject)
            }
            events.append(StoredEvent(index: stored.index, entry: stored.entry, body: opened))
        }
        guard events.count == entries.count else { throw .bodyMissing(index: range.lowerBound + Int64(events.count)) }
        return events
    }

    private func keys(
        of entries: [StoredEntry], beyond persons: PersonTable
    ) throws(LogError) -> VaultBatch<UniqueID, SymmetricKey> {
        guard let vault else { return VaultBatch() }
        var others: Set<UniqueID> = []
        for stored in entries {
            if let subject = stored.entry.subject, persons.place(of: subject) == nil { others.insert(subject) }
        }
        do throws(VaultError) {
            return try vault.keys(of: others)
        } catch {
            throw .vault(error)
        }
    }
}
