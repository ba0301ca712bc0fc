import Encodings
import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

@Suite struct FaultTests {
    @Test("the connection that writes the log has synchronous FULL, whatever GRDB set")
    func synchronous() throws {
        let site = try Site()
        #expect(try SQLiteLogStorage(path: site.folder.log).synchronousLevel() == 2)
    }

    @Test("a failure before anything was written is refused, and the log goes on")
    func beforeCommit() async throws {
        let site = try Site()
        try site.append(3)
        let person = try site.person()
        site.storage.failNext(.beforeCommit(.diskFull))
        #expect(throws: LogError.refused(.storage(.diskFull))) { try site.append(2, subject: person) }
        #expect(site.log.head.size == 3)
        #expect(try site.vault.reference(for: "nhs:9476719931") == person)
        try site.append(2, subject: person)
        try site.reopen()
        let report = await site.verify()
        #expect(report.isSound)
        #expect(report.bodies == 5)
    }

    @Test("a commit that failed and was not persisted is fatal; after recovery it never was, in log and vault")
    func failedAndNotPersisted() async throws {
        let site = try Site()
        try site.append(3)
        let person = try site.person()
        site.storage.failNext(.lostCommit)
        let error = #expect(throws: LogError.self) { try site.append(2, subject: person) }
        #expect(error?.isFatal == true)
        #expect(site.log.head.size == 3)
        #expect(throws: LogError.closed) { try site.append(1) }
        try site.reopen()
        #expect(site.log.head.size == 3)
        #expect(try site.vault.reference(for: "nhs:9476719931") == nil)
        try site.append(1)
        #expect(await site.verify().isSound)
    }

    @Test("a commit that failed but was persisted is fatal; after recovery it is there, with the person's key")
    func failedButPersisted() async throws {
        let site = try Site()
        try site.append(255)
        let person = try site.person()
        site.storage.failNext(.afterCommit)
        let error = #expect(throws: LogError.self) { try site.append(2, subject: person) }
        #expect(error?.isFatal == true)
        #expect(site.log.head.size == 255)
        try site.reopen()
        #expect(site.log.head.size == 257)
        #expect(try site.vault.reference(for: "nhs:9476719931") == person)
        #expect(try site.log.body(at: 256).opened != nil)
        try site.append(1)
        #expect(await site.verify().isSound)
    }

    @Test("a second writer on the same file is refused before it writes")
    func secondWriter() throws {
        let site = try Site()
        try site.append(2)
        let other = try EventLog(
            storage: SQLiteLogStorage(path: site.folder.log), signer: site.signer, vault: site.vault)
        try site.append(1)
        #expect(throws: LogError.refused(.storage(.sizeConflict(expected: 2, found: 3)))) {
            try other.append([site.draft()])
        }
    }

    @Test("the log's tables refuse to change or lose a row", arguments: ["entry", "body", "tile", "checkpoint"])
    func triggers(table: String) throws {
        let site = try Site()
        try site.append(256)
        let queue = try DatabaseQueue(path: site.folder.log)
        let column = ["entry": "bytes", "body": "sealed", "tile": "hashes", "checkpoint": "note"][table] ?? ""
        #expect(throws: DatabaseError.self) {
            try queue.write { try $0.execute(sql: "UPDATE \(table) SET \(column) = \(column)") }
        }
        #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: "DELETE FROM \(table)") } }
    }

    @Test("a real full disk refuses the append and loses nothing")
    func fullDisk() async throws {
        let site = try Site()
        try site.append(10)
        // SQLite says the disk is full when a database may not grow beyond this many pages; that is the same path as a
        // real one.
        let storage = try SQLiteLogStorage(path: site.folder.log)
        try await storage.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
        }
        site.storage.inner = storage
        let error = #expect(throws: LogError.self) {
            try site.log.append((0..<50).map { _ in try site.draft(padding: 4000) })
        }
        #expect(error == .refused(.storage(.diskFull)))
        #expect(try site.storage.entryCount() == 10)
        try site.reopen()
        try site.append(1)
        #expect(await site.verify().isSound)
    }

    @Test("files of something else, newer files and damaged files are refused, and left alone")
    func foreign() throws {
        let temporary = try TemporaryFolder()
        let other = temporary.path("other.sqlite")
        let queue = try DatabaseQueue(path: other)
        try queue.write { try $0.execute(sql: "CREATE TABLE mine(a)") }
        #expect(throws: StorageError.notOurs(path: other)) { try SQLiteLogStorage(path: other) }
        #expect(throws: StorageError.notOurs(path: other)) { try SQLiteLogStorage.readOnly(path: other) }
        let newer = temporary.path("newer.sqlite")
        try DatabaseQueue(path: newer).write {
            try $0.execute(sql: "PRAGMA application_id = 1397248581; PRAGMA user_version = 99")
        }
        #expect(throws: StorageError.newerSchema(version: 99)) { try SQLiteLogStorage(path: newer) }
        let older = temporary.path("older.sqlite")
        try DatabaseQueue(path: older).write {
            try $0.execute(sql: "PRAGMA application_id = 1397248581; PRAGMA user_version = 1")
        }
        #expect(throws: StorageError.olderSchema(version: 1)) { try SQLiteLogStorage(path: older) }
        #expect(throws: StorageError.olderSchema(version: 1)) { try SQLiteLogStorage.readOnly(path: older) }
        let text = temporary.path("text.sqlite")
        try Data(repeating: 0x41, count: 5000).write(to: URL(filePath: text))
        #expect(throws: StorageError.self) { try SQLiteLogStorage(path: text) }
        let nowhere = temporary.path("nowhere.sqlite")
        #expect(throws: StorageError.notThere(path: nowhere)) { try SQLiteLogStorage.readOnly(path: nowhere) }
        #expect(!FileManager.default.fileExists(atPath: nowhere))
    }
}
