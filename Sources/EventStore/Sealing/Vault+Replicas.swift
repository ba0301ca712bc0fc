import Crypto
public import Encodings
import Foundation
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
        let digest = SHA256.hash(data: Array("sharing replica subject v1\n\(origin)\n\(subject)".utf8))
        var bytes = Array(digest.prefix(16))
        // A UUID of version 8, for ids that are made of a digest (RFC 9562 §5.8).
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UniqueID(bytes: bytes) ?? subject
    }

    /// Makes a key for each reference that has none, durably: call it before anything is sealed under them that is to last.
    ///
    /// Keys that nothing was sealed under in the end, after a crash between the two, are harmless and used the next time.
    public func prepareKeys(for references: Set<UniqueID>) throws(VaultError) {
        let uncached = state.withLock { state in references.filter { state.keys.value($0) == nil } }
        let known = try keys(of: uncached)
        var ready: [(reference: UniqueID, key: SymmetricKey)] = []
        var wrapped: [(reference: UniqueID, key: SymmetricKey, bytes: Data)] = []
        for reference in uncached {
            if let key = try known.value(reference) {
                ready.append((reference, key))
                continue
            }
            let key = SymmetricKey(size: .bits256)
            let bytes = key.withUnsafeBytes { Array($0) }
            wrapped.append((reference, key, try Sealed.seal(bytes, under: wrappingKey, for: reference.bytes)))
        }
        defer {
            let ready = ready
            state.withLock { for (reference, key) in ready { $0.keys.insert(key, for: reference) } }
        }
        guard !wrapped.isEmpty else { return }
        var made: [Int] = []
        try commit("write to the vault") { db in
            // Another thread may have been faster: its key stays. Position 0 is one that every log has, so no recovery takes it for a row
            // of an append that never was.
            let insert = try db.cachedStatement(
                sql: "INSERT INTO subject(ref, wrapped, staged_for) VALUES (?, ?, 0) ON CONFLICT(ref) DO NOTHING")
            for (place, row) in wrapped.enumerated() {
                try insert.execute(arguments: [Data(row.reference.bytes), row.bytes])
                if db.changesCount > 0 { made.append(place) }
            }
        }
        ready += made.map { (wrapped[$0].reference, wrapped[$0].key) }
    }

    /// Seals what came from elsewhere, under a key that was prepared.
    /// - Throws: `VaultError.subjectUnknown` if there is none.
    public func sealReplicated(
        _ plain: [UInt8], under reference: UniqueID, event: UniqueID
    ) throws(VaultError) -> SealedBody {
        try seal(plain, subject: reference, event: event)
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
                _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            }
        }
    }
}
