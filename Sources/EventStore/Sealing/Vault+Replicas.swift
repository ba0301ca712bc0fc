import Crypto
public import Encodings
public import Foundation
import GRDB
import Locking

/// Keys for what came from other sites.
///
/// A body about a person that another site shipped is sealed at rest like our own: under a random key that this vault alone has, one for
/// each person of each log. Destroying that key destroys what came about that person from that log, in every copy of the replica at once.
/// The keys stand among those of our own persons, under a reference that is made of the other log's name and reference, so that they are
/// wrapped, checked, backed up and destroyed in the same way.
extension Vault {
    /// Under which reference this vault has the key for a person of another site's log.
    /// - Parameters:
    ///   - subject: the other site's own reference, as its entries have it.
    ///   - origin: of that log.
    public static func reference(to subject: UniqueID, at origin: String) -> UniqueID {
        let prefix = Array("sharing replica subject v1\n\(origin)\n".utf8)
        return reference(to: subject, behind: prefix)
    }

    private static func reference(to subject: UniqueID, behind prefix: [UInt8]) -> UniqueID {
        var hasher = SHA256()
        prefix.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        subject.ascii.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        var bytes = hasher.finalize().withUnsafeBytes { Array($0.prefix(16)) }
        // A UUID of version 8, for ids that are made of a digest (RFC 9562 §5.8).
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UniqueID(bytes: bytes) ?? subject
    }

    /// Seals what came of another site's log, each body under the key of its person; whoever has none yet gets one, durably before this returns.
    ///
    /// Keys that nothing was sealed under in the end, after a crash between the two, are harmless and used the next time.
    /// - Returns: the sealed bodies, in the order of the plain ones.
    public func sealReplicated(_ bodies: [ReplicaPlain], of origin: String) throws(VaultError) -> [Data] {
        let prefix = Array("sharing replica subject v1\n\(origin)\n".utf8)
        let references = bodies.map { Self.reference(to: $0.subject, behind: prefix) }
        var random = RandomBytes()
        let keys = try preparedKeys(for: Set(references), &random)
        var sealed: [Data] = []
        sealed.reserveCapacity(bodies.count)
        for (body, reference) in zip(bodies, references) {
            var found = keys[reference]
            if found == nil { found = try key(of: reference) }
            guard let key = found else { throw .subjectUnknown }
            sealed.append(try Sealed.seal(body.plain, under: key, for: body.event.ascii, nonce: random.nonce()))
        }
        return sealed
    }

    /// The keys for references, made durably where there are none. One that another thread made at the same moment is left out.
    private func preparedKeys(
        for references: Set<UniqueID>, _ random: inout RandomBytes
    ) throws(VaultError) -> [UniqueID: SymmetricKey] {
        var ready: [UniqueID: SymmetricKey] = [:]
        state.withLock { state in
            for reference in references { ready[reference] = state.keys.value(reference) }
        }
        let uncached = references.filter { ready[$0] == nil }
        guard !uncached.isEmpty else { return ready }
        let known = try keys(of: uncached)
        var wrapped: [(reference: UniqueID, key: SymmetricKey, bytes: Data)] = []
        for reference in uncached {
            if let key = try known.value(reference) {
                ready[reference] = key
                continue
            }
            let key = random.key()
            let bytes = key.withUnsafeBytes { Array($0) }
            let sealed = try Sealed.seal(bytes, under: wrappingKey, for: reference.bytes, nonce: random.nonce())
            wrapped.append((reference, key, sealed))
        }
        for made in try keep(wrapped) { ready[made.reference] = made.key }
        let found = ready
        state.withLock { state in
            for reference in uncached { if let key = found[reference] { state.keys.insert(key, for: reference) } }
        }
        return ready
    }

    /// Writes new keys, all in one transaction.
    /// - Returns: those that were written.
    private func keep(
        _ wrapped: [(reference: UniqueID, key: SymmetricKey, bytes: Data)]
    ) throws(VaultError) -> [(reference: UniqueID, key: SymmetricKey, bytes: Data)] {
        guard !wrapped.isEmpty else { return [] }
        var made: [(reference: UniqueID, key: SymmetricKey, bytes: Data)] = []
        try commit("write to the vault") { db in
            // Another thread may have been faster: its key stays. Position 0 is one that every log has, so no recovery takes it for a row
            // of an append that never was.
            let insert = try RowInserter(
                db, "INSERT INTO subject(ref, wrapped, staged_for) VALUES (?, ?, 0) ON CONFLICT(ref) DO NOTHING")
            for row in wrapped {
                try insert.bind(row.reference.bytes, at: 1)
                try insert.bind(row.bytes, at: 2)
                if try insert.insert() { made.append(row) }
            }
        }
        return made
    }

    /// Opens it; nil if the key is gone.
    /// - Throws: `VaultError.damaged` if it does not open under the key that is there.
    public func openReplicated(
        _ body: SealedBody, under reference: UniqueID, event: UniqueID
    ) throws(VaultError) -> [UInt8]? {
        try open(body, subject: reference, event: event)
    }

    /// Destroys the key for a person of another site's log. What was sealed under it is gone when this returns: the row is written over, and
    /// so is the write-ahead log.
    public func destroyReplicaKey(_ reference: UniqueID) throws(VaultError) {
        try commit("destroy a key in the vault") { db in
            try db.execute(
                sql: """
                    DELETE FROM subject WHERE ref = ? AND NOT EXISTS (SELECT 1 FROM identifier WHERE subject = subject.ref)
                    """, arguments: [Data(reference.bytes)])
        }
        state.withLock { $0.keys.removeAll() }
        try Self.storage { () throws(StorageError) in
            try SQLiteFile.attempt("empty the vault's write-ahead log") {
                _ = try pool.writeWithoutTransaction { db in
                    mover?.wait()
                    return try db.checkpoint(.truncate)
                }
            }
        }
    }
}

/// A body in the clear that another site shipped, to be sealed for keeping.
public struct ReplicaPlain: Sendable {
    /// Salt and event.
    public let plain: [UInt8]
    /// The person, as the other site's entry refers to them.
    public let subject: UniqueID
    public let event: UniqueID

    public init(_ plain: [UInt8], subject: UniqueID, event: UniqueID) {
        self.plain = plain
        self.subject = subject
        self.event = event
    }
}
