import Foundation
package import GRDB

/// How this library opens its SQLite files: durable for writing, harmless for reading.
package enum SQLiteFile {
    /// What makes a file ours: `application_id` is "SHRE" in ASCII, plus one for each kind of file.
    package struct Kind: Sendable {
        let applicationID: Int32
        let version: Int
        /// The first version whose content this one can still read.
        let oldest: Int
        /// Of version `oldest`.
        let schema: String
        let secureDelete: Bool
        /// What makes the version after `oldest` of it, and so on. A new file goes the same way.
        var upgrades: [String] = []

        package init(
            applicationID: Int32, version: Int, oldest: Int = 1, schema: String, secureDelete: Bool,
            upgrades: [String] = []
        ) {
            self.applicationID = applicationID
            self.version = version
            self.oldest = oldest
            self.schema = schema
            self.secureDelete = secureDelete
            self.upgrades = upgrades
        }
    }

    /// Pages of 4 KiB that the write-ahead log gathers before they are moved into the database: 16 MiB, so that moving
    /// does not happen with every other batch.
    static let pagesPerCheckpoint = 4096

    /// Memory for the writer's pages, so that the indexes it writes to at random places need not be read again.
    private static let writerCacheKiB = 16_384

    /// Opens a file for one writer and many readers, creating it if it is not there.
    ///
    /// GRDB sets `synchronous` to NORMAL after it has prepared the writer's connection; here it is set to FULL again
    /// and read back, because with NORMAL a receipt would not outlast a loss of power.
    /// - Parameter mover: moves the write-ahead log; nil where the writer does that itself.
    package static func openForWriting(
        _ path: String, _ kind: Kind, mover: JournalMover? = nil
    ) throws(StorageError) -> DatabasePool {
        try attempt("open \(path)") {
            var configuration = configuration(kind, readOnly: false)
            if let mover {
                configuration.prepareDatabase { db in
                    if !db.configuration.readonly { mover.watch(db) }
                }
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { db in
                try check(db, kind, path)
                try db.execute(sql: "PRAGMA synchronous = FULL")
                if mover == nil { try db.execute(sql: "PRAGMA wal_autocheckpoint = \(pagesPerCheckpoint)") }
                try db.execute(sql: "PRAGMA cache_size = -\(writerCacheKiB)")
                try db.execute(sql: "PRAGMA journal_size_limit = \(Limits.journalBytes)")
                guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                    throw StorageError.failed("\(path): SQLite did not take PRAGMA synchronous = FULL")
                }
            }
            return pool
        }
    }

    /// Opens a file for reading only, beside a running writer or without one.
    ///
    /// Connections are opened read-only: they take SQLite's locks, and never write to the database nor move the
    /// write-ahead log into it. Where the folder cannot be written (a backup on a read-only medium) and no write-ahead
    /// log is waiting, the file is taken as immutable.
    /// - Parameter folderIsWritable: for tests, which may run as somebody who can write everywhere.
    package static func openForReading(
        _ path: String, _ kind: Kind, folderIsWritable: Bool? = nil
    ) throws(StorageError) -> DatabasePool {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else { throw .notThere(path: path) }
        return try attempt("open \(path)") {
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let journal = try? files.attributesOfItem(atPath: path + "-wal")[.size] as? Int
            let immutable = !(folderIsWritable ?? files.isWritableFile(atPath: folder)) && (journal ?? 0) == 0
            let name =
                immutable
                ? "file:" + (path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)
                    + "?immutable=1"
                : path
            let pool = try DatabasePool(path: name, configuration: configuration(kind, readOnly: true))
            try pool.read { db in try check(db, kind, path) }
            return pool
        }
    }

    private static func configuration(_ kind: Kind, readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = max(4, ProcessInfo.processInfo.activeProcessorCount + 2)
        configuration.prepareDatabase { db in
            // REPLACE deletes rows without asking a trigger unless triggers are recursive.
            try db.execute(sql: "PRAGMA recursive_triggers = ON")
            if kind.secureDelete { _ = try Int.fetchOne(db, sql: "PRAGMA secure_delete = ON") }
        }
        return configuration
    }

    /// Creates the schema in a new file; makes sure of it in an old one.
    private static func check(_ db: Database, _ kind: Kind, _ path: String) throws {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if application == kind.applicationID {
            guard version <= kind.version else { throw StorageError.newerSchema(version: version) }
            guard version >= kind.oldest else { throw StorageError.olderSchema(version: version) }
            if version < kind.version, !db.configuration.readonly { try upgrade(db, kind, from: version) }
            return
        }
        let isNew = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        guard application == 0, version == 0, isNew, !db.configuration.readonly else {
            throw StorageError.notOurs(path: path)
        }
        try db.inTransaction(.immediate) {
            try db.execute(sql: kind.schema)
            for sql in kind.upgrades { try db.execute(sql: sql) }
            try db.execute(sql: "PRAGMA application_id = \(kind.applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(kind.version)")
            return .commit
        }
    }

    /// Makes a file of an earlier version one of this, all or nothing.
    private static func upgrade(_ db: Database, _ kind: Kind, from version: Int) throws {
        try db.inTransaction(.immediate) {
            for sql in kind.upgrades.dropFirst(version - kind.oldest) { try db.execute(sql: sql) }
            try db.execute(sql: "PRAGMA user_version = \(kind.version)")
            return .commit
        }
    }

    /// Runs a piece of work and gives its errors our names.
    package static func attempt<Result>(_ what: String, _ work: () throws -> Result) throws(StorageError) -> Result {
        do {
            return try work()
        } catch let error as StorageError {
            throw error
        } catch {
            throw translated(error, what)
        }
    }

    static func translated(_ error: any Error, _ what: String) -> StorageError {
        guard let error = error as? DatabaseError else { return .failed("could not \(what): \(error)") }
        switch error.resultCode {
        case .SQLITE_FULL: return .diskFull
        case .SQLITE_READONLY: return .readOnly
        case .SQLITE_NOTADB: return .failed("could not \(what): the file is not a SQLite database")
        default:
            let reason = error.message ?? "no reason given"
            return .failed("could not \(what): SQLite error \(error.extendedResultCode.rawValue), \(reason)")
        }
    }
}

extension Row {
    /// A column's value. GRDB's own subscript ends the process where a value has another type, and in a damaged file it
    /// may have any.
    package func value<Value: DatabaseValueConvertible>(_ column: Int) throws -> Value {
        guard let value = Value.fromDatabaseValue(self[column]) else {
            throw StorageError.failed(
                "a row holds a value of the wrong type: the file is damaged, restore it from a backup")
        }
        return value
    }
}

extension DatabasePool {
    /// One transaction, durable when this returns.
    ///
    /// - Throws: `StorageError.commitFailed` if COMMIT or a ROLLBACK failed, so that what happened is not known; any
    ///   other if nothing was written.
    package func commit(_ what: String, _ work: (Database) throws -> Void) throws(StorageError) {
        try SQLiteFile.attempt(what) {
            try writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
                do {
                    try work(db)
                } catch {
                    let cause = (error as? StorageError) ?? SQLiteFile.translated(error, what)
                    do {
                        // SQLite rolls back by itself after some errors, a full disk among them.
                        if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
                    } catch {
                        throw StorageError.commitFailed("could not \(what), nor take it back: \(cause)")
                    }
                    throw cause
                }
                do {
                    try db.execute(sql: "COMMIT")
                } catch {
                    throw StorageError.commitFailed("\(SQLiteFile.translated(error, what))")
                }
            }
        }
    }
}
