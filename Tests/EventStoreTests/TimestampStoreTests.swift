import Encodings
import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

/// The file that keeps what outside authorities stated.
@Suite struct TimestampStoreTests {
    private func stamp(_ size: Int64) -> StoredTimestamp {
        StoredTimestamp(
            size: size, note: "note \(size)\n", response: [1, 2, UInt8(truncatingIfNeeded: size)],
            received: Instant(milliseconds: 1_000 + size))
    }

    @Test func `it keeps to the byte what it was given, for its owner alone, and syncs fully`() throws {
        let folder = DataFolder(path: try TemporaryFolder().url.path + "-t")
        try folder.create()
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        #expect(try TimestampStore.readOnly(path: folder.timestamps) == nil)
        let store = try TimestampStore(path: folder.timestamps)
        #expect(try store.synchronousLevel() == 2)
        for suffix in ["", "-wal"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.timestamps + suffix)[.posixPermissions]
            #expect(mode as? Int == 0o600, "\(suffix)")
        }
        for size: Int64 in [3, 9, 700] { try store.add(stamp(size)) }
        #expect(throws: StorageError.self) { try store.add(stamp(9)) }
        let reader = try #require(try TimestampStore.readOnly(path: folder.timestamps))
        #expect(try reader.at(size: 9) == stamp(9))
        #expect(try reader.at(size: 8) == nil)
        #expect(try reader.newest(limit: 2) == [stamp(700), stamp(9)])
        #expect(try reader.flaws().isEmpty)
        #expect(try reader.policy() == nil)
        let policy = TimestampPolicy(isRequired: true, overdueAfterSeconds: 60)
        try store.set(policy)
        #expect(try reader.policy() == policy)
        try store.set(nil)
        #expect(try reader.policy() == nil)
    }

    @Test func `all are visited, page by page, by size`() throws {
        let folder = try TemporaryFolder()
        let store = try TimestampStore(path: folder.path("t.sqlite"))
        let sizes = (1...600).map { Int64($0) * 3 }
        for size in sizes.shuffled() { try store.add(stamp(size)) }
        var visited: [Int64] = []
        try store.forEach { visited.append($0.size) }
        #expect(visited == sizes)
    }

    @Test(arguments: [
        "UPDATE timestamp SET response = x'00'", "DELETE FROM timestamp",
        "REPLACE INTO timestamp VALUES (3, '', x'00', 1)",
    ])
    func `nothing in it changes or goes, and a changed schema is found`(_ sql: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("t.sqlite")
        let store = try TimestampStore(path: path)
        try store.add(stamp(3))
        let queue = try DatabaseQueue(path: path)
        #expect(throws: (any Error).self) {
            try queue.write { db in
                try db.execute(sql: "PRAGMA recursive_triggers = ON")
                try db.execute(sql: sql)
            }
        }
        #expect(try store.at(size: 3) == stamp(3))
        try queue.write { try $0.execute(sql: "DROP TRIGGER timestamp_no_delete") }
        #expect(try store.flaws().map(\.kind) == [.schemaChanged])
    }
}
