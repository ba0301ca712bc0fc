import Encodings

/// A sum over ids with their places, in whatever order they come. Two sums are equal if and only if the same was added, but for a chance of
/// 1 in 2^64 that nobody can work towards: the hash is keyed at random for each process. That compares the index of a log with its entries,
/// each read from its first to its last, without a list in memory or a look-up for each.
struct PlacesFingerprint: Sendable, Hashable {
    private var sum: UInt64 = 0
    /// How many were added.
    private(set) var count: Int64 = 0

    mutating func add(_ id: UniqueID, at index: Int64) {
        var hasher = Hasher()
        hasher.combine(id)
        hasher.combine(index)
        sum &+= UInt64(bitPattern: Int64(hasher.finalize()))
        count += 1
    }

    mutating func add(_ other: PlacesFingerprint) {
        sum &+= other.sum
        count += other.count
    }
}

/// Holds the index of ids against the entries. Every id must lead back to its entry; two entries of one id cannot both do so, which makes ids
/// unique over the whole log.
struct IDCheck: Sendable {
    let storage: any LogStorage
    let size: Int64

    /// What the index says of the entries below the size; nil where it is not in order, or cannot be read.
    func indexed() -> PlacesFingerprint? {
        var places = PlacesFingerprint()
        var last: UniqueID?
        var isAscending = true
        do throws(StorageError) {
            try storage.eachID { id, index in
                isAscending = last.map { $0 < id } ?? true
                last = id
                if index >= 0, index < size { places.add(id, at: index) }
                return isAscending
            }
        } catch {
            return nil
        }
        return isAscending ? places : nil
    }

    /// What is wrong, if the index does not hold just the entries' ids.
    /// - Parameter places: of the entries that could be read.
    func findings(entries places: PlacesFingerprint, index: PlacesFingerprint?) -> [Finding] {
        guard index != places else { return [] }
        let named = namedFindings()
        // Where an entry cannot be read, the index has an id more, and is not to blame.
        guard named.isEmpty, index == nil || places.count == size else { return named }
        return [
            Finding(
                .idNotUnique,
                "the index of ids is not in order, or holds others than the entries': `--repair` rebuilds it")
        ]
    }

    /// Looks every id up, to name those that do not lead back to their entry.
    private func namedFindings() -> [Finding] {
        var findings: [Finding] = []
        var start: Int64 = 0
        while start < size, findings.count <= Limits.findings {
            let range = start..<min(start + TilePlace.width, size)
            do throws(StorageError) {
                let entries = try storage.entries(in: range).compactMap { stored in
                    (try? Entry(parsing: stored.bytes)).map { (index: stored.index, id: $0.id) }
                }
                let places = try storage.indexes(of: entries.map(\.id))
                for (index, id) in entries where places[id] != index {
                    let place = places[id].map { "at entry \($0)" } ?? "nowhere"
                    findings.append(Finding(.idNotUnique, at: index, "the entry's id is found \(place)"))
                }
            } catch {
                findings.append(Finding(.storageFailed, at: start, error.description))
            }
            start = range.upperBound
        }
        return findings
    }
}
