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

    /// Bodies that are in memory at once for each worker: 16 of the largest are 16 MiB.
    private static let bodiesAtOnce: Int64 = 16

    func check(_ range: Range<Int64>) -> ChunkResult {
        var result = ChunkResult(range: range)
        do throws(StorageError) {
            let entries = try entries(&result)
            try checkIDs(entries, &result)
            result.checkpoints = try checkpoints(of: range)
            var persons = persons(of: entries)
            var start = range.lowerBound
            while start < range.upperBound {
                let end = min(start + Self.bodiesAtOnce, range.upperBound)
                try checkBodies(start..<end, entries, &persons, &result)
                start = end
            }
            checkIdentifiers(persons, &result)
        } catch {
            result.found(.storageFailed, range.lowerBound, error.description)
        }
        return result
    }

    /// Reads and parses the entries; what is missing or damaged is found, and left out.
    private func entries(_ result: inout ChunkResult) throws(StorageError) -> [Int64: Entry] {
        let stored = try storage.entries(in: result.range)
        var entries: [Int64: Entry] = [:]
        var next = stored.startIndex
        for index in result.range {
            guard next < stored.endIndex, stored[next].index == index else {
                result.leaves.append(nil)
                result.found(.entryMissing, index, "there is no entry")
                continue
            }
            let bytes = stored[next].bytes
            next += 1
            result.leaves.append(.leaf(bytes))
            do throws(EntryError) {
                let entry = try Entry(parsing: bytes)
                entries[index] = entry
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

    /// Every id must lead back to its entry. Two entries of one id cannot both do so, which makes ids unique over the
    /// whole log without a list of them in memory.
    private func checkIDs(_ entries: [Int64: Entry], _ result: inout ChunkResult) throws(StorageError) {
        let places = try storage.indexes(of: entries.values.map(\.id))
        for (index, entry) in entries.sorted(by: { $0.key < $1.key }) where places[entry.id] != index {
            let place = places[entry.id].map { "at entry \($0)" } ?? "nowhere"
            result.found(.idNotUnique, index, "the entry's id is found \(place)")
        }
    }

    /// The checkpoints at the sizes that the log had after each of these entries; with the first, also that of the
    /// empty log.
    private func checkpoints(of range: Range<Int64>) throws(StorageError) -> [CheckedCheckpoint] {
        let first = range.lowerBound == 0 ? 0 : range.lowerBound + 1
        let stored = try storage.checkpoints(from: first, limit: range.count + 1)
        return stored.filter { $0.size <= range.upperBound }.map { stored in
            let checkpoint = Result { () throws(NoteError) in
                try SignedCheckpoint(parsing: stored.note).verified(by: keys)
            }
            return CheckedCheckpoint(size: stored.size, checkpoint: checkpoint)
        }
    }

    private func checkBodies(
        _ range: Range<Int64>, _ entries: [Int64: Entry], _ persons: inout ChunkPersons, _ result: inout ChunkResult
    ) throws(StorageError) {
        let stored = try storage.bodies(in: range)
        var next = stored.startIndex
        for index in range {
            guard next < stored.endIndex, stored[next].index == index else {
                result.found(.bodyMissing, index, "there is no body")
                continue
            }
            let bytes = stored[next].bytes
            next += 1
            if let entry = entries[index] { checkBody(bytes, of: entry, at: index, &persons, &result) }
        }
    }

    private func checkBody(
        _ bytes: [UInt8], of entry: Entry, at index: Int64, _ persons: inout ChunkPersons, _ result: inout ChunkResult
    ) {
        guard let body = open(bytes, of: entry, at: index, persons, &result) else { return }
        guard body.commitment == entry.commitment else {
            return result.found(.commitmentMismatch, index, "the body is not what the entry commits to")
        }
        let event: UnverifiedEvent
        do throws(EventParseError) {
            event = try body.event()
        } catch {
            return result.found(.eventMalformed, index, error.description)
        }
        if let member = EntryMembers.disagreement(of: entry, with: event.payload) {
            result.found(.memberDisagrees, index, "the entry's `\(member)` is not what the event says")
        }
        checkPerson(of: event, entry, at: index, &persons, &result)
        if event.header.kid != entry.kid {
            result.found(.memberDisagrees, index, "the entry's `kid` is not the event's")
        }
        switch timeline.standing(of: event.header.kid, author: entry.author, at: index) {
        case .unknown: result.found(.keyUnknown, index, "no event before it enrolled the key that signed")
        case .otherAuthor: result.found(.keyOfAnother, index, "the key that signed was enrolled for another author")
        case .revoked: result.found(.keyRevoked, index, "the key that signed was revoked before")
        case .valid(let key):
            do throws(SignatureError) {
                _ = try event.verified(by: key)
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
                guard let key = try persons.key(of: subject, vault) else {
                    result.unavailable += 1
                    result.firstLost = result.firstLost ?? index
                    result.found(.bodyLost, index, "the person's key is missing, and no erasure says why")
                    return nil
                }
                plain = try Sealed.open(Data(bytes), under: key, for: Array(entry.id.description.utf8))
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
        of event: UnverifiedEvent, _ entry: Entry, at index: Int64, _ persons: inout ChunkPersons,
        _ result: inout ChunkResult
    ) {
        guard let vault, let subject = entry.subject else { return }
        if pending.contains(subject) {
            result.found(.vaultRowMisplaced, index, "the vault takes its person's key for one that was never needed")
        }
        guard let identifier = event.payload["subject"]?.string else { return }
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
    private func persons(of entries: [Int64: Entry]) -> ChunkPersons {
        guard let vault else { return ChunkPersons() }
        let subjects = Set(entries.values.compactMap(\.subject))
        guard !subjects.isEmpty else { return ChunkPersons() }
        return ChunkPersons(keys: try? vault.keys(of: subjects))
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

/// The persons whom a chunk is about.
private struct ChunkPersons {
    struct Named {
        let index: Int64
        let subject: UniqueID
        let blind: BlindIndex
    }

    /// Nil where they could not be read at once.
    var keys: VaultBatch<UniqueID, SymmetricKey>?
    /// Whom the events name, to be looked up by identifier.
    var named: [Named] = []

    /// A person's key; nil where the vault has none.
    func key(of subject: UniqueID, _ vault: Vault) throws(VaultError) -> SymmetricKey? {
        guard let keys else { return try vault.key(of: subject) }
        return try keys.value(subject)
    }
}
