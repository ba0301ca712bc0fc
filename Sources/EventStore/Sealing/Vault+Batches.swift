import Crypto
package import Encodings
import Foundation
import GRDB
import Locking

/// What a batch of look-ups gave; what is not in it was not found.
struct VaultBatch<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    fileprivate(set) var found: [Key: Result<Value, VaultError>] = [:]

    /// The same as a look-up of this one key by itself would give.
    func value(_ key: Key) throws(VaultError) -> Value? { try found[key]?.get() }
}

/// Look-ups for whoever goes through the whole log: many in one read, past the cache, which is for a day's work.
extension Vault {
    /// The keys of persons, committed or staged.
    func keys(of subjects: Set<UniqueID>) throws(VaultError) -> VaultBatch<UniqueID, SymmetricKey> {
        var batch = VaultBatch<UniqueID, SymmetricKey>()
        guard !subjects.isEmpty else { return batch }
        state.withLock { state in
            guard !state.staged.subjects.isEmpty else { return }
            for subject in subjects { batch.found[subject] = state.staged.subjects[subject].map { .success($0.key) } }
        }
        let unknown = Array(subjects).filter { batch.found[$0] == nil }
        let wrapped = try read("subjects' keys") { db in
            var wrapped: [(UniqueID, Data)] = []
            try SQLiteFile.lookUp(unknown.map(\.bytes), of: 16, "SELECT wrapped FROM subject WHERE ref = ", db) {
                if let data = Self.data($1) { wrapped.append((unknown[$0], data)) }
            }
            return wrapped
        }
        for (subject, wrapped) in wrapped {
            guard let bytes = try? Sealed.open(wrapped, under: wrappingKey, for: subject.bytes), bytes.count == 32
            else {
                batch.found[subject] = .failure(.rowDamaged)
                continue
            }
            batch.found[subject] = .success(SymmetricKey(data: bytes))
        }
        return batch
    }

    /// Looks up in one read the keys that are not in memory yet, so that whoever opens several bodies next need not ask for each.
    package func prefetchKeys(of subjects: Set<UniqueID>) throws(VaultError) {
        let unknown = state.withLock { state in
            subjects.filter { state.staged.subjects[$0] == nil && state.keys.value($0) == nil }
        }
        let batch = try keys(of: unknown)
        state.withLock { state in
            // One that does not open is said so when it is asked for.
            for (subject, key) in batch.found { if let key = try? key.get() { state.keys.insert(key, for: subject) } }
        }
    }

    /// The references of persons by the blind indexes of their identifiers, committed or staged.
    /// - Parameter asWriter: reads on the writer's connection, for the one that stages: a reader's pages are stale after every commit.
    func references(
        for blinds: Set<BlindIndex>, asWriter: Bool = false
    ) throws(VaultError) -> VaultBatch<BlindIndex, UniqueID> {
        var batch = VaultBatch<BlindIndex, UniqueID>()
        state.withLock { state in
            guard !state.staged.identifiers.isEmpty else { return }
            for blind in blinds { batch.found[blind] = state.staged.identifiers[blind].map { .success($0.subject) } }
        }
        let unknown = Array(blinds).filter { batch.found[$0] == nil }
        let query: StaticString = "SELECT subject FROM identifier WHERE blind = "
        let references = try read("identifiers", asWriter: asWriter) { db in
            var references: [(BlindIndex, Data)] = []
            try SQLiteFile.lookUp(unknown.map { Array($0.bytes) }, of: 32, query, db) {
                if let data = Self.data($1) { references.append((unknown[$0], data)) }
            }
            return references
        }
        for (blind, reference) in references {
            batch.found[blind] = UniqueID(bytes: reference).map { .success($0) } ?? .failure(.rowDamaged)
        }
        return batch
    }

    /// What was found; nil where there was no row. A value that is no bytes becomes bytes that are of no use.
    private static func data(_ row: Row) -> Data? {
        let value: DatabaseValue = row[1]
        return value.isNull ? nil : Data.fromDatabaseValue(value) ?? Data()
    }
}
