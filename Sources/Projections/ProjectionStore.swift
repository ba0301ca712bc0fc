import Encodings
import EventStore
import Foundation
import GRDB
import Locking

/// The reading room's shelf: one SQLite file of read models that can be thrown away and drawn again from the log.
///
/// One writer (the registrar, or a replay) and many readers, each on a snapshot.
package final class ProjectionStore: Sendable {
    /// How much of the log the projections show, and the root of that much.
    package struct Position: Sendable, Hashable {
        package let size: Int64
        package let root: [UInt8]

        package init(size: Int64, root: [UInt8]) {
            self.size = size
            self.root = root
        }
    }

    /// Within reach of the tests that make a commit fail.
    let database: any DatabaseWriter
    /// What of the projections is drawn and not committed (`ProjectionStore+Extending.swift`). The lock is held for moves of memory.
    let unsettled = Locked(Unsettled())
    /// Of a file that is being drawn.
    let drawing: Drawing?
    /// Nil for a file that is being drawn, or only read.
    private let mover: JournalMover?
    /// What the one writer has written of who may know of whom. The lock is held for moves of memory.
    let known: Locked<KnownPairs>

    /// Pages of 4 KiB that the write-ahead log gathers before they are moved into the database, 32 MiB: indexes by random ids touch the
    /// same pages again and again, and each is then moved once.
    private static let pagesPerCheckpoint = 8_192
    /// Memory for the writer's pages: the inner and the recent pages of its indexes.
    private static let cacheKiB = 24_576
    /// The same while a file is drawn: nothing else needs the memory, and a page that is written once need not be read again.
    private static let drawingCacheKiB = 131_072
    /// Pairs of a person and an agency that are remembered: some 7 MB, and while a file is drawn some 50.
    private static let rememberedPairs = 131_072
    private static let drawingRememberedPairs = 1_000_000
    /// Helpers that sort an index beside the thread that makes it.
    private static let sortingThreads = 2

    /// Opens the file for writing, making it where it is missing. Projections of another schema version are emptied: the caller
    /// sees position 0 and draws them again.
    /// - Throws: `DatabaseError` when the file cannot be opened or is no database.
    package init(path: String, emptyRoot: [UInt8]) throws {
        var configuration = Configuration()
        configuration.label = "projections"
        // A transaction may go on from one batch to the next: see `extend`.
        configuration.allowsUnsafeTransactions = true
        let mover = JournalMover(path: path, pages: Self.pagesPerCheckpoint)
        configuration.prepareDatabase { db in
            if !db.configuration.readonly { mover.watch(db) }
        }
        self.mover = mover
        database = try DatabasePool(path: path, configuration: configuration)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA cache_size = -\(Self.cacheKiB)")
            // What a savepoint may have to put back is kept in memory: it is a few megabytes, and a file for it costs a write for each page.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        drawing = nil
        known = Locked(KnownPairs(capacity: Self.rememberedPairs))
        try database.write { db in
            if try !Self.isCurrent(db) { try Self.make(db, emptyRoot: emptyRoot) }
        }
    }

    /// Makes a new file to draw in, which is of use only when it is whole: whoever draws calls `finish` and then keeps it, or throws it away.
    ///
    /// Until then nothing is flushed, nothing can be taken back (but see `keepJournal`), and indexes that only readers use are missing. So a process
    /// that dies leaves no projections, as if it had not begun.
    package init(drawingAt path: String, emptyRoot: [UInt8]) throws {
        var configuration = Configuration()
        configuration.label = "projections, being drawn"
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        mover = nil
        database = queue
        known = Locked(KnownPairs(capacity: Self.drawingRememberedPairs))
        drawing = try queue.writeWithoutTransaction { db in
            for pragma in [
                "journal_mode = OFF", "synchronous = OFF", "cache_size = -\(Self.drawingCacheKiB)",
                "temp_store = MEMORY",
                "threads = \(Self.sortingThreads)",
            ] {
                try db.execute(sql: "PRAGMA \(pragma)")
            }
            try Self.make(db, emptyRoot: emptyRoot)
            return try Drawing(db)
        }
    }

    /// Whether nobody else sees the file before it is whole.
    package var isDrawing: Bool { drawing != nil }

    /// Whether what is drawn can be taken back.
    package var canTakeBack: Bool { drawing?.canTakeBack ?? true }

    /// Has a file that is being drawn keep a journal from now on, in a file of its own: before anything is drawn that came of a peer, for that may
    /// have to be taken back.
    package func keepJournal() throws {
        guard let drawing, !drawing.canTakeBack else { return }
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        drawing.canTakeBack = true
    }

    /// Opens the file for reading only, beside a running daemon or without one.
    package init(readingAt path: String) throws {
        var configuration = Configuration()
        configuration.label = "projections, read only"
        configuration.readonly = true
        mover = nil
        database = try DatabaseQueue(path: path, configuration: configuration)
        drawing = nil
        known = Locked(KnownPairs(capacity: 0))
        let current = try database.read { try Self.isCurrent($0) }
        guard current else { throw ProjectionError.otherVersion }
    }

    /// Throws everything away and begins again at position 0.
    package func empty(root: [UInt8]) throws {
        try settle()
        known.withLock { $0.forget() }
        try database.write { try Self.make($0, emptyRoot: root) }
    }

    /// Runs `body` in one transaction, which is committed when it returns and taken back when it throws. What is applied inside is seen
    /// by reads inside, and by nobody else before the commit.
    package func write<Value>(_ body: (ProjectionWriter) throws -> Value) throws -> Value {
        try settle()
        do {
            return try database.write { try body(ProjectionWriter(db: $0, drawing: drawing, known: known)) }
        } catch {
            known.withLock { $0.forget() }
            throw error
        }
    }

    /// Runs `body` on one snapshot, which shows everything that `write` and `extend` have drawn.
    package func read<Value>(_ body: (ProjectionReader) throws -> Value) throws -> Value {
        try settleForReader()
        return try database.read { try body(ProjectionReader(db: $0)) }
    }

    /// Truncates the write-ahead log, so that a file that is handed on holds everything itself.
    package func checkpoint() throws {
        try settle()
        try database.writeWithoutTransaction { db in
            mover?.wait()
            _ = try db.checkpoint(.truncate)
        }
    }

    /// Makes a drawn file whole: its indexes are made, and all of it is on the disk.
    package func finish(path: String) throws {
        try write { try $0.complete() }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.synchronize()
    }

    private static func isCurrent(_ db: Database) throws -> Bool {
        guard try db.tableExists("position") else { return false }
        return try Int.fetchOne(db, sql: "SELECT version FROM position") == ProjectionSchema.version
    }

    private static func make(_ db: Database, emptyRoot: [UInt8]) throws {
        let old = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for table in old { try db.execute(sql: "DROP TABLE \(table.quotedDatabaseIdentifier)") }
        try db.execute(sql: ProjectionSchema.statements)
        try db.execute(
            sql: "INSERT INTO position (only, version, size, root) VALUES (1, ?, 0, ?)",
            arguments: [ProjectionSchema.version, Data(emptyRoot)])
    }
}

/// Why projections cannot be used as they are.
package enum ProjectionError: Error, CustomStringConvertible {
    case otherVersion
    /// A stored value is not what this program writes there.
    case damaged(table: String)
    /// A file that is being drawn has no journal, and something was to be drawn that may have to be taken back.
    case noJournal
    /// What was drawn could not be committed, so nothing more is drawn or read here.
    case commitFailed

    package var description: String {
        switch self {
        case .otherVersion:
            "the projections were written by another version of this program; start the daemon once, or run `sharectl replay`"
        case .damaged(let table):
            "a row of the projection `\(table)` cannot be read; find it with `sharectl replay --check`, and delete projections.sqlite while "
                + "the daemon is stopped to have it drawn again from the log"
        case .noJournal: "the file that is being drawn keeps no journal; a defect of this program"
        case .commitFailed:
            "the projections could not be committed; start the daemon again, and it draws from the log what is missing"
        }
    }
}
