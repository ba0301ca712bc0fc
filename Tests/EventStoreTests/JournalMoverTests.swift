import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

@Suite("Moving a write-ahead log beside the one who writes")
struct JournalMoverTests {
    private static let kind = SQLiteFile.Kind(
        applicationID: 0x5445_5354, version: 1,
        schema: "CREATE TABLE row(number INTEGER PRIMARY KEY, bytes BLOB) STRICT;",
        secureDelete: false)
    private static let pages = 64
    /// Of a page in the log, with its header.
    private static let frameBytes = 4096 + 24

    private func write(_ rows: Range<Int>, to pool: DatabasePool) throws {
        for number in rows {
            try pool.commit("write a row") { db in
                try db.execute(
                    sql: "INSERT INTO row(number, bytes) VALUES (?, zeroblob(3000))", arguments: [number])
            }
        }
    }

    private func logBytes(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0
    }

    /// A commit here writes three pages at most; the log may gather four times its pages before the writer waits.
    private var mostBytes: Int { (4 * Self.pages + 8) * Self.frameBytes }

    @Test("a log that is written without a pause stays small, and nothing of it is lost")
    func staysSmall() throws {
        let folder = try TemporaryFolder(inMemory: true)
        let path = folder.path("rows.sqlite")
        let mover = JournalMover(path: path, pages: Self.pages)
        let pool = try SQLiteFile.openForWriting(path, Self.kind, mover: mover)
        try write(0..<2_000, to: pool)
        #expect(try logBytes(path) <= mostBytes)
        let (rows, integrity) = try pool.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM row WHERE length(bytes) = 3000"),
                try String.fetchOne(db, sql: "PRAGMA integrity_check")
            )
        }
        #expect(rows == 2_000)
        #expect(integrity == "ok")
    }

    @Test("where the mover cannot open the file, the writer moves the log itself")
    func fallsBack() throws {
        let folder = try TemporaryFolder(inMemory: true)
        let path = folder.path("rows.sqlite")
        let mover = JournalMover(path: folder.path("missing/rows.sqlite"), pages: Self.pages)
        let pool = try SQLiteFile.openForWriting(path, Self.kind, mover: mover)
        try write(0..<1_000, to: pool)
        #expect(try logBytes(path) <= mostBytes)
        #expect(try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM row") } == 1_000)
    }

    @Test("a log can be truncated while it is being moved")
    func truncates() throws {
        let folder = try TemporaryFolder(inMemory: true)
        let path = folder.path("rows.sqlite")
        let mover = JournalMover(path: path, pages: 4)
        let pool = try SQLiteFile.openForWriting(path, Self.kind, mover: mover)
        for round in 0..<40 {
            try write(round * 5..<(round + 1) * 5, to: pool)
            try pool.writeWithoutTransaction { db in
                mover.wait()
                _ = try db.checkpoint(.truncate)
            }
            #expect(try logBytes(path) == 0)
        }
    }

    @Test("the log and the vault of a site are written through one, and still flush every commit")
    func isUsed() throws {
        let site = try Site()
        let log = try SQLiteLogStorage(path: site.folder.log)
        #expect(try log.synchronousLevel() == 2)
        #expect(try site.vault.synchronousLevel() == 2)
        // SQLite's own way is off where somebody looks after the write-ahead log: its hook was replaced.
        for pool in [log.pool, site.vault.pool] {
            #expect(try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA wal_autocheckpoint") } == 0)
        }
    }
}
