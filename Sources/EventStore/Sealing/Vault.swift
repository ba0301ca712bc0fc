import Crypto
public import Encodings
import Foundation
import GRDB
import Locking

/// Subjects' keys and identifiers, in a file of their own (LOGFORMAT, section 10). Destroy a key, and every body about
/// that person is gone.
///
/// Each subject has a random 256-bit key, wrapped by AES-256-GCM under a key derived from the site's key-encryption
/// key, with the subject as additional data. Identifiers are found by HMAC-SHA256 under another derived key, and sealed
/// under their subject's own key, so that they are gone with it.
///
/// Changes are staged first, for the position of the log that needs them, and are durable before the log's transaction:
/// `EventLog.append` sees to that. The registrar alone stages; anybody may look up, seal and open.
public final class Vault: Sendable {
    let pool: DatabasePool
    /// Nil where nobody writes.
    let mover: JournalMover?
    let wrappingKey: SymmetricKey
    /// HMAC under the key for blind indexes, before the first byte: the key is hashed once, not for each identifier.
    private let blindIndexing: HMAC<SHA256>
    /// Staged changes and what was looked up lately. One lock, never held during I/O.
    let state = Locked(State())

    struct State {
        var staged = StagedChanges()
        var keys = TwoGenerations<UniqueID, SymmetricKey>(capacity: Limits.cachedSubjects)
        var places = TwoGenerations<BlindIndex, UniqueID>(capacity: Limits.cachedSubjects)
        /// Identifiers of the batch at hand that nobody has: true until they are staged, because one writer stages.
        var absent: Set<BlindIndex> = []
    }

    static let kind = SQLiteFile.Kind(
        applicationID: 0x5348_5246, version: 2,
        schema: """
            CREATE TABLE subject(ref BLOB PRIMARY KEY, wrapped BLOB NOT NULL, staged_for INTEGER NOT NULL) STRICT;
            CREATE TABLE identifier(
                blind BLOB PRIMARY KEY, subject BLOB NOT NULL REFERENCES subject(ref), sealed BLOB NOT NULL,
                staged_for INTEGER NOT NULL) STRICT;
            CREATE INDEX identifier_by_subject ON identifier(subject);
            CREATE TABLE state(
                only INTEGER PRIMARY KEY CHECK (only = 1), proof BLOB NOT NULL, log_size INTEGER NOT NULL) STRICT;
            """,
        secureDelete: true,
        upgrades: [
            // What a crash left is found at a start without going through everybody (`reconcile`). Positions only grow, so these indexes are
            // written where they were written last.
            """
            CREATE INDEX subject_by_position ON subject(staged_for);
            CREATE INDEX identifier_by_position ON identifier(staged_for);
            """
        ])

    /// Opens the vault in a file, creating it if there is none.
    /// - Throws: `VaultError.wrongKey` if the file was made under another key-encryption key.
    public convenience init(path: String, kek: KeyEncryptionKey) throws(VaultError) {
        let mover = JournalMover(path: path, pages: SQLiteFile.pagesPerCheckpoint)
        let pool = try Self.storage { () throws(StorageError) in
            try SQLiteFile.openForWriting(path, Self.kind, mover: mover)
        }
        self.init(pool: pool, mover: mover, kek: kek)
        try prove(creating: true)
    }

    /// Opens the vault in a file for reading only, beside a running daemon or without one. It writes nothing.
    public static func readOnly(path: String, kek: KeyEncryptionKey) throws(VaultError) -> Vault {
        let pool = try storage { () throws(StorageError) in try SQLiteFile.openForReading(path, kind) }
        let vault = Vault(pool: pool, kek: kek)
        try vault.prove(creating: false)
        return vault
    }

    /// Opens a vault in a file that nobody writes, such as a backup. Nothing is created beside it.
    public static func immutable(path: String, kek: KeyEncryptionKey) throws(VaultError) -> Vault {
        let pool = try storage { () throws(StorageError) in
            try SQLiteFile.openForReading(path, kind, folderIsWritable: false)
        }
        let vault = Vault(pool: pool, kek: kek)
        try vault.prove(creating: false)
        return vault
    }

    private init(pool: DatabasePool, mover: JournalMover? = nil, kek: KeyEncryptionKey) {
        self.pool = pool
        self.mover = mover
        wrappingKey = kek.derived(for: .wrapping)
        blindIndexing = HMAC(key: kek.derived(for: .blindIndex))
    }

    /// The vault holds an empty text sealed under its wrapping key: it opens under the right key only.
    private func prove(creating: Bool) throws(VaultError) {
        let proof = try read("the vault's proof of key") { db in
            try Data.fetchOne(db, sql: "SELECT proof FROM state")
        }
        if let proof {
            guard (try? Sealed.open(proof, under: wrappingKey, for: [])) != nil else { throw .wrongKey }
        } else if creating {
            let proof = try Sealed.seal([], under: wrappingKey, for: [])
            try commit("set up the vault") { db in
                try db.execute(sql: "INSERT INTO state(only, proof, log_size) VALUES (1, ?, 0)", arguments: [proof])
            }
        } else {
            throw .storage(.failed("the vault was never set up; found the site with `sharectl init`"))
        }
    }

    /// `PRAGMA synchronous` of the connection that writes: 2 is FULL.
    func synchronousLevel() throws(VaultError) -> Int? {
        try Self.storage { () throws(StorageError) in
            try SQLiteFile.attempt("read PRAGMA synchronous") {
                try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            }
        }
    }

    // MARK: Looking up

    /// The reference of the person with this identifier, committed or staged; nil if the site does not know it.
    /// - Parameter identifier: with its scheme, in its one spelling, such as `nhs:9476719931`.
    public func reference(for identifier: String) throws(VaultError) -> UniqueID? {
        let blind = try blindIndex(of: identifier)
        let (known, isAbsent) = state.withLock { state in
            (state.staged.identifiers[blind]?.subject ?? state.places.value(blind), state.absent.contains(blind))
        }
        if known != nil || isAbsent { return known }
        let found = try read("an identifier") { db in
            try Data.fetchOne(
                db.cachedStatement(sql: "SELECT subject FROM identifier WHERE blind = ?"), arguments: [blind.bytes])
        }
        guard let found else { return nil }
        guard let subject = UniqueID(bytes: found) else { throw .rowDamaged }
        state.withLock { $0.places.insert(subject, for: blind) }
        return subject
    }

    /// Looks up the identifiers of a batch in one read, so that each of them is known, or known to be nobody's, when its turn comes.
    public func prefetch(_ identifiers: [String]) throws(VaultError) {
        var blinds: Set<BlindIndex> = []
        for identifier in identifiers { blinds.insert(try blindIndex(of: identifier)) }
        let unknown = state.withLock { state in
            state.absent = []
            return blinds.filter { state.staged.identifiers[$0] == nil && state.places.value($0) == nil }
        }
        guard !unknown.isEmpty else { return }
        let batch = try references(for: unknown, asWriter: true)
        var places: [(BlindIndex, UniqueID?)] = []
        for blind in unknown { places.append((blind, try batch.value(blind))) }
        state.withLock { state in
            for (blind, subject) in places {
                if let subject { state.places.insert(subject, for: blind) } else { state.absent.insert(blind) }
            }
        }
    }

    /// The identifiers that are linked to a person, in no order; empty if there are none, or their key is gone.
    public func identifiers(of subject: UniqueID) throws(VaultError) -> [String] {
        guard let key = try key(of: subject) else { return [] }
        var identifiers = state.withLock { state in
            state.staged.identifiers.values.filter { $0.subject == subject }.map(\.identifier)
        }
        let rows = try read("identifiers") { db in
            try Row.fetchAll(
                db.cachedStatement(sql: "SELECT blind, sealed FROM identifier WHERE subject = ?"),
                arguments: [Data(subject.bytes)]
            ).map { (blind: try $0.value(0) as Data, sealed: try $0.value(1) as Data) }
        }
        for row in rows {
            guard let bytes = try? Sealed.open(row.sealed, under: key, for: Array(row.blind)),
                let identifier = String(validating: bytes, as: UTF8.self)
            else { throw .rowDamaged }
            identifiers.append(identifier)
        }
        return identifiers
    }

    /// The blind index of an identifier: equal for equal identifiers, and for nobody without the key a way back.
    func blindIndex(of identifier: String) throws(VaultError) -> BlindIndex {
        let bytes = Array(identifier.utf8)
        guard bytes.count <= Limits.identifierBytes else { throw .identifierTooLong }
        var code = blindIndexing
        code.update(data: bytes)
        return BlindIndex(code.finalize())
    }

    /// A subject's key, committed or staged; nil if there is none.
    func key(of subject: UniqueID) throws(VaultError) -> SymmetricKey? {
        if let key = state.withLock({ $0.staged.subjects[subject]?.key ?? $0.keys.value(subject) }) { return key }
        let wrapped = try read("a subject's key") { db in
            try Data.fetchOne(
                db.cachedStatement(sql: "SELECT wrapped FROM subject WHERE ref = ?"), arguments: [Data(subject.bytes)])
        }
        guard let wrapped else { return nil }
        guard let bytes = try? Sealed.open(wrapped, under: wrappingKey, for: subject.bytes), bytes.count == 32 else {
            throw .rowDamaged
        }
        let key = SymmetricKey(data: bytes)
        state.withLock { $0.keys.insert(key, for: subject) }
        return key
    }

    // MARK: Storage

    func read<Result>(
        _ what: String, asWriter: Bool = false, _ work: (Database) throws -> Result
    ) throws(VaultError) -> Result {
        try Self.storage { () throws(StorageError) in
            try SQLiteFile.attempt("read \(what) in the vault") {
                try asWriter ? pool.writeWithoutTransaction(work) : pool.read(work)
            }
        }
    }

    func commit(_ what: String, _ work: (Database) throws -> Void) throws(VaultError) {
        try Self.storage { () throws(StorageError) in try pool.commit(what, work) }
    }

    static func storage<Result>(_ work: () throws(StorageError) -> Result) throws(VaultError) -> Result {
        do throws(StorageError) {
            return try work()
        } catch {
            throw .storage(error)
        }
    }
}

/// HMAC-SHA256 of an identifier.
struct BlindIndex: Hashable, Sendable {
    private let hash: MerkleHash

    init(_ code: HMAC<SHA256>.MAC) { hash = MerkleHash(digest: code) }

    /// Nil unless there are 32 bytes.
    init?(bytes: Data) {
        guard let hash = MerkleHash(bytes) else { return nil }
        self.hash = hash
    }

    var bytes: Data { Data(hash.bytes) }
}
