import Crypto
public import Encodings
import Foundation
import GRDB
import Locking

/// Changes that wait for the next append.
struct StagedChanges {
    struct Subject {
        let key: SymmetricKey
        let index: Int64
    }

    struct Link {
        let subject: UniqueID
        let identifier: String
        let index: Int64
    }

    var subjects: [UniqueID: Subject] = [:]
    var identifiers: [BlindIndex: Link] = [:]

    var isEmpty: Bool { subjects.isEmpty && identifiers.isEmpty }
}

/// What became of linking an identifier to a person.
public enum LinkOutcome: Sendable, Hashable {
    case linked
    /// It was this person's before.
    case alreadyThere
    /// It is another person's: nothing was staged.
    case belongsToAnother(UniqueID)
}

extension Vault {
    /// The person with this identifier, as a new one if the site does not know them: with a random reference and a key
    /// of their own.
    ///
    /// Nothing is written yet; see `commitStaged(logSize:)`.
    /// - Parameter index: the position that the event will have which needs this.
    public func stageSubject(identifier: String, at index: Int64) throws(VaultError) -> UniqueID {
        if let known = try reference(for: identifier) { return known }
        let blind = try blindIndex(of: identifier)
        let subject = UniqueID.random()
        let key = SymmetricKey(size: .bits256)
        state.withLock { state in
            state.staged.subjects[subject] = .init(key: key, index: index)
            state.staged.identifiers[blind] = .init(subject: subject, identifier: identifier, index: index)
            state.absent.remove(blind)
        }
        return subject
    }

    /// Links one more identifier to a person.
    /// - Throws: `VaultError.subjectUnknown` if the vault has no key for the person.
    public func stageLink(identifier: String, subject: UniqueID, at index: Int64) throws(VaultError) -> LinkOutcome {
        if let owner = try reference(for: identifier) {
            return owner == subject ? .alreadyThere : .belongsToAnother(owner)
        }
        guard try key(of: subject) != nil else { throw .subjectUnknown }
        let blind = try blindIndex(of: identifier)
        state.withLock { state in
            state.staged.identifiers[blind] = .init(subject: subject, identifier: identifier, index: index)
            state.absent.remove(blind)
        }
        return .linked
    }

    /// Forgets what was staged for a position or a later one: the event was refused after all.
    public func discardStaged(from index: Int64 = 0) {
        state.withLock { state in
            state.staged.subjects = state.staged.subjects.filter { $0.value.index < index }
            state.staged.identifiers = state.staged.identifiers.filter { $0.value.index < index }
        }
    }

    /// Writes what is staged, in one durable transaction. `EventLog.append` calls this before its own.
    ///
    /// - Parameter logSize: the size of the log now, before the append. Rows below it are thereby known to have been
    ///   needed.
    /// - Throws: `VaultError`; fatal, because the rows may or may not be there. Those that are and should not be,
    ///   `reconcile(logSize:)` removes.
    public func commitStaged(logSize: Int64) throws(VaultError) {
        let staged = state.withLock { $0.staged }
        guard !staged.isEmpty else { return }
        var subjects: [(ref: Data, wrapped: Data, index: Int64)] = []
        for (subject, change) in staged.subjects {
            let key = change.key.withUnsafeBytes { Array($0) }
            subjects.append(
                (Data(subject.bytes), try Sealed.seal(key, under: wrappingKey, for: subject.bytes), change.index))
        }
        var links: [(blind: Data, subject: Data, sealed: Data, index: Int64)] = []
        for (blind, change) in staged.identifiers {
            guard let key = try key(of: change.subject) else { throw .subjectUnknown }
            let sealed = try Sealed.seal(Array(change.identifier.utf8), under: key, for: Array(blind.bytes))
            links.append((blind.bytes, Data(change.subject.bytes), sealed, change.index))
        }
        try commit("write to the vault") { db in
            let subject = try db.cachedStatement(sql: "INSERT INTO subject(ref, wrapped, staged_for) VALUES (?, ?, ?)")
            for row in subjects { try subject.execute(arguments: [row.ref, row.wrapped, row.index]) }
            let link = try db.cachedStatement(
                sql: "INSERT INTO identifier(blind, subject, sealed, staged_for) VALUES (?, ?, ?, ?)")
            for row in links { try link.execute(arguments: [row.blind, row.subject, row.sealed, row.index]) }
            try db.cachedStatement(sql: "UPDATE state SET log_size = max(log_size, ?)").execute(arguments: [logSize])
        }
        state.withLock { state in
            for (subject, change) in staged.subjects { state.keys.insert(change.key, for: subject) }
            for (blind, change) in staged.identifiers { state.places.insert(change.subject, for: blind) }
            state.staged = StagedChanges()
        }
    }

    /// Removes what was written for positions that the log never committed, after a crash between the two.
    ///
    /// Rows below a size that the log is known to have had are kept whatever the log says: a log that was restored from
    /// an older backup, or an empty one that was opened by mistake, must not destroy anybody's key.
    /// - Returns: how many rows were removed.
    @discardableResult
    public func reconcile(logSize: Int64) throws(VaultError) -> Int {
        var removed = 0
        try commit("reconcile the vault") { db in
            let known = try Int64.fetchOne(db, sql: "SELECT log_size FROM state") ?? 0
            for table in ["identifier", "subject"] {
                try db.execute(
                    sql: "DELETE FROM \(table) WHERE staged_for >= ?", arguments: [max(logSize, known)])
                removed += db.changesCount
            }
        }
        state.withLock { state in
            state.staged = StagedChanges()
            state.keys.removeAll()
            state.places.removeAll()
        }
        return removed
    }
}
