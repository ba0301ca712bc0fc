import Crypto
import Encodings
import Foundation

/// What one worker found out about a run of entries.
struct ChunkResult: Sendable {
    let range: Range<Int64>
    /// Leaf hashes, by position in the range; nil where the entry is missing.
    var leaves: [MerkleHash?] = []
    /// When the first and the last readable entry were recorded.
    var firstRecorded: (index: Int64, time: Instant)?
    var lastRecorded: (index: Int64, time: Instant)?
    /// The checkpoints that were signed at sizes from the first of these entries on to the last, and the key's verdict
    /// on each.
    var checkpoints: [CheckedCheckpoint] = []
    var bodies: Int64 = 0
    var unavailable: Int64 = 0
    /// The first entry whose person's key is missing.
    var firstLost: Int64?
    var findings: [Finding] = []
    /// The ids of the readable entries with their places.
    var places = PlacesFingerprint()
    /// Entries that were recorded under a key when it was not to be trusted any more, by key and type.
    var underDistrustedKeys: [Thumbprint: [String: Int64]] = [:]

    mutating func found(_ kind: Finding.Kind, _ index: Int64?, _ detail: String) {
        findings.append(Finding(kind, at: index, detail))
    }
}

/// A stored checkpoint, its signature verified; the root is compared by whoever has it.
struct CheckedCheckpoint: Sendable {
    let size: Int64
    let checkpoint: Result<Checkpoint, NoteError>
}

/// Verifies what can be verified of a run of entries without those before it.
struct ChunkChecker: Sendable {
    let storage: any LogStorage
    let vault: Vault?
    let timeline: any KeyTimeline
    let keys: CheckpointKeys
    /// Persons whom the vault takes for staged and not needed yet.
    let pending: Set<UniqueID>
    /// Those whom the check of the vault's rows found.
    let persons: PersonTable

    func check(_ range: Range<Int64>) -> ChunkResult {
        var result = ChunkResult(range: range)
        do throws(StorageError) {
            let entries = try entries(&result)
            result.checkpoints = try checkpoints(of: range)
            var persons = persons(of: entries, range)
            try checkBodies(entries, &persons, &result)
            checkIdentifiers(persons, &result)
        } catch {
            result.found(.storageFailed, range.lowerBound, error.description)
        }
        return result
    }

    /// Reads and parses the entries, by position in the range; what is missing or damaged is found, and nil.
    private func entries(_ result: inout ChunkResult) throws(StorageError) -> [Entry?] {
        let stored = try storage.entries(in: result.range)
        var entries = [Entry?](repeating: nil, count: result.range.count)
        result.leaves.reserveCapacity(entries.count)
        var next = stored.startIndex
        for index in result.range {
            guard next < stored.endIndex, stored[next].index == index else {
                result.leaves.append(nil)
                result.found(.entryMissing, index, "there is no entry")
                continue
            }
            let (bytes, id) = (stored[next].bytes, stored[next].id)
            next += 1
            result.leaves.append(.leaf(bytes))
            do throws(EntryError) {
                let entry = try Entry(parsing: bytes)
                entries[Int(index - result.range.lowerBound)] = entry
                result.places.add(entry.id, at: index)
                // What leads to the entry is an index; this is the row that it would be built from.
                if let id, id != entry.id.bytes {
                    result.found(.entryDamaged, index, "the row has another id than the entry in it")
                }
                if timeline.isDistrusted(entry.kid, recorded: entry.recorded) {
                    result.underDistrustedKeys[entry.kid, default: [:]][entry.type, default: 0] += 1
                }
                if let last = result.lastRecorded, entry.recorded < last.time {
                    result.found(.clockWentBack, index, "recorded before entry \(last.index)")
                }
                if result.firstRecorded == nil { result.firstRecorded = (index, entry.recorded) }
                result.lastRecorded = (index, entry.recorded)
            } catch {
                result.found(.entryDamaged, index, error.description)
            }
        }
        return entries
    }

    /// The checkpoints at the sizes that the log had after each of these entries; with the first, also that of the
    /// empty log.
    private func checkpoints(of range: Range<Int64>) throws(StorageError) -> [CheckedCheckpoint] {
        let first = range.lowerBound == 0 ? 0 : range.lowerBound + 1
        // Most appends are larger than a chunk, or most are smaller: nobody reads the checkpoints of all chunks to come.
        guard let next = try storage.checkpoints(from: first, limit: 1).first, next.size <= range.upperBound else {
            return []
        }
        let stored = try storage.checkpoints(from: first, limit: range.count + 1)
        return stored.filter { $0.size <= range.upperBound }.map { stored in
            let checkpoint = Result { () throws(NoteError) in
                try SignedCheckpoint(parsing: stored.note).verified(by: keys)
            }
            return CheckedCheckpoint(size: stored.size, checkpoint: checkpoint)
        }
    }

    private func checkBodies(
        _ entries: [Entry?], _ persons: inout ChunkPersons, _ result: inout ChunkResult
    ) throws(StorageError) {
        let range = result.range
        var next = range.lowerBound
        var headers = SeenHeaders()
        try storage.eachBody(in: range) { stored in
            guard stored.index >= next, stored.index < range.upperBound else { return }
            missing(next..<stored.index, &result)
            next = stored.index + 1
            guard let entry = entries[Int(stored.index - range.lowerBound)] else { return }
            checkBody(stored.bytes, of: entry, at: stored.index, &headers, &persons, &result)
        }
        missing(next..<range.upperBound, &result)
    }

    private func missing(_ range: Range<Int64>, _ result: inout ChunkResult) {
        for index in range { result.found(.bodyMissing, index, "there is no body") }
    }

    private func checkBody(
        _ bytes: [UInt8], of entry: Entry, at index: Int64, _ headers: inout SeenHeaders,
        _ persons: inout ChunkPersons, _ result: inout ChunkResult
    ) {
        guard let body = open(bytes, of: entry, at: index, persons, &result) else { return }
        guard body.fits(entry.commitment) else {
            return result.found(.commitmentMismatch, index, "the body is not what the entry commits to")
        }
        let event: BodyEvent
        do throws(EventParseError) {
            event = try BodyEvent(in: body, &headers)
        } catch {
            return result.found(.eventMalformed, index, error.description)
        }
        if let member = event.disagreement(with: entry) {
            result.found(.memberDisagrees, index, "the entry's `\(member)` is not what the event says")
        }
        checkPerson(event.subject, entry, at: index, &persons, &result)
        if event.parts.header.kid != entry.kid {
            result.found(.memberDisagrees, index, "the entry's `kid` is not the event's")
        }
        switch timeline.standing(of: event.parts.header.kid, author: entry.author, at: index) {
        case .unknown: result.found(.keyUnknown, index, "no event before it enrolled the key that signed")
        case .otherAuthor: result.found(.keyOfAnother, index, "the key that signed was enrolled for another author")
        case .revoked: result.found(.keyRevoked, index, "the key that signed was revoked before")
        case .valid(let key):
            do throws(SignatureError) {
                try event.parts.check(by: key)
                result.bodies += 1
            } catch {
                result.found(.signatureInvalid, index, error.description)
            }
        }
    }

    private func open(
        _ bytes: [UInt8], of entry: Entry, at index: Int64, _ persons: ChunkPersons, _ result: inout ChunkResult
    ) -> OpenedBody? {
        var plain = bytes
        if let subject = entry.subject {
            guard let vault else {
                result.unavailable += 1
                return nil
            }
            do throws(VaultError) {
                guard let key = try persons.key(of: subject, at: index, vault) else {
                    result.unavailable += 1
                    result.firstLost = result.firstLost ?? index
                    result.found(.bodyLost, index, "the person's key is missing, and no erasure says why")
                    return nil
                }
                plain = try Vault.openBody(bytes, of: entry, under: key)
            } catch {
                result.found(Self.kind(of: error), index, reason(error, subject))
                return nil
            }
        }
        guard let body = OpenedBody(plain: plain) else {
            result.found(.bodyDamaged, index, "the body is not a salt and an event")
            return nil
        }
        return body
    }

    /// The vault must not think that nobody needs the event's person, and must find them under the identifier in it: that
    /// is asked for all of the chunk at once.
    private func checkPerson(
        _ identifier: String?, _ entry: Entry, at index: Int64, _ persons: inout ChunkPersons,
        _ result: inout ChunkResult
    ) {
        guard let vault, let subject = entry.subject else { return }
        if pending.contains(subject) {
            result.found(.vaultRowMisplaced, index, "the vault takes its person's key for one that was never needed")
        }
        guard let identifier else { return }
        if let place = persons.place(index), self.persons.knows(identifier, at: place) { return }
        do throws(VaultError) {
            let blind = try vault.blindIndex(of: identifier)
            persons.named.append(.init(index: index, subject: subject, blind: blind))
        } catch {
            result.found(Self.kind(of: error), index, error.description)
        }
    }

    /// The vault must find each event's person under the identifier in it.
    private func checkIdentifiers(_ persons: ChunkPersons, _ result: inout ChunkResult) {
        guard let vault, !persons.named.isEmpty else { return }
        let blinds = Set(persons.named.map(\.blind))
        // Where the read of all fails, each is read by itself, so that one damaged page is not the others' finding.
        let batch = Result { () throws(VaultError) in try vault.references(for: blinds) }
        for person in persons.named {
            do throws(VaultError) {
                let found: UniqueID?
                if case .success(let batch) = batch {
                    found = try batch.value(person.blind)
                } else {
                    found = try vault.references(for: [person.blind]).value(person.blind)
                }
                if found != person.subject {
                    result.found(
                        .identifierMissing, person.index, "the vault does not find its person under their identifier")
                }
            } catch {
                result.found(Self.kind(of: error), person.index, error.description)
            }
        }
    }

    /// The keys of all persons that the chunk is about.
    private func persons(of entries: [Entry?], _ range: Range<Int64>) -> ChunkPersons {
        var found = ChunkPersons(
            table: persons, first: range.lowerBound,
            places: entries.map { entry in
                entry?.subject.flatMap(persons.place)
            })
        guard let vault else { return found }
        var others: Set<UniqueID> = []
        for case (let entry?, nil) in zip(entries, found.places) {
            if let subject = entry.subject { others.insert(subject) }
        }
        found.keys = try? vault.keys(of: others)
        return found
    }

    private static func kind(of error: VaultError) -> Finding.Kind {
        switch error {
        case .damaged: .bodyDamaged
        case .storage: .storageFailed
        default: .vaultRowDamaged
        }
    }

    /// Which of the two files is to blame: the key in the vault is right if it opens the person's identifiers.
    private func reason(_ error: VaultError, _ subject: UniqueID) -> String {
        guard error == .damaged, let vault else { return error.description }
        return vault.keyOpensIdentifiers(of: subject)
            ? "the body does not open; its person's key opens their identifiers, so it is the body in log.sqlite"
            : """
            the body does not open, and its person's key opens no identifier of theirs: either the body in log.sqlite or \
            the key in vault.sqlite; if other bodies about them open, it is the body
            """
    }
}
