import Encodings
import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

/// Bodies that another site shipped, sealed for keeping.
@Suite struct ReplicaKeyTests {
    private static let origin = "trust.example"

    private static func bodies(_ count: Int, people: Int, seed: UInt64) -> [ReplicaPlain] {
        var random = SeededGenerator(seed: seed)
        let persons = (0..<people).map { _ in UniqueID.random(using: &random) }
        return (0..<count).map { number in
            ReplicaPlain(
                (0..<Int.random(in: 1...2000, using: &random)).map { _ in .random(in: 0...255, using: &random) },
                subject: persons[number % people], event: .random(using: &random))
        }
    }

    @Test func `each body opens under the key of its person and with its event, and with no other`() throws {
        let folder = try TemporaryFolder()
        let kek = KeyEncryptionKey.generate()
        let vault = try Vault(path: folder.path("vault.sqlite"), kek: kek)
        let bodies = Self.bodies(100, people: 30, seed: 5)
        let sealed = try vault.sealReplicated(bodies, of: Self.origin)
        #expect(Set(sealed.map { $0.prefix(12) }).count == bodies.count, "a nonce was used twice")
        // The keys are durable by then: another process has them.
        let again = try Vault(path: folder.path("vault.sqlite"), kek: kek)
        for (body, bytes) in zip(bodies, sealed) {
            let reference = Vault.reference(to: body.subject, at: Self.origin)
            let stored = SealedBody(bytes: Array(bytes))
            #expect(try again.openReplicated(stored, under: reference, event: body.event) == body.plain)
            #expect(throws: VaultError.damaged) {
                try again.openReplicated(stored, under: reference, event: .random())
            }
        }
        let count = try vault.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM subject") }
        #expect(count == 30)
    }

    @Test func `a person's key stays the same from one piece to the next, also after a restart`() throws {
        let folder = try TemporaryFolder()
        let kek = KeyEncryptionKey.generate()
        let bodies = Self.bodies(10, people: 1, seed: 6)
        let first = try Vault(path: folder.path("vault.sqlite"), kek: kek).sealReplicated(bodies, of: Self.origin)
        let vault = try Vault(path: folder.path("vault.sqlite"), kek: kek)
        let second = try vault.sealReplicated(bodies, of: Self.origin)
        let reference = Vault.reference(to: bodies[0].subject, at: Self.origin)
        for (sealed, body) in zip(first + second, bodies + bodies) {
            let stored = SealedBody(bytes: Array(sealed))
            #expect(try vault.openReplicated(stored, under: reference, event: body.event) == body.plain)
        }
        // Of another log the same reference is another person.
        #expect(Vault.reference(to: bodies[0].subject, at: "council.example") != reference)
    }

    @Test func `rows are inserted as they are bound, and a conflict says so`() throws {
        let database = try DatabaseQueue()
        try database.write { db in
            try db.execute(sql: "CREATE TABLE row(n INTEGER PRIMARY KEY, bytes BLOB NOT NULL, CHECK (n >= 0)) STRICT")
            let ignoring = try RowInserter(db, "INSERT INTO row(n, bytes) VALUES (?, ?) ON CONFLICT(n) DO NOTHING")
            let rows: [(Int64, [UInt8])] = [(1, [1, 2, 3]), (2, []), (1, [4])]
            let made = try rows.map { number, bytes in
                try ignoring.bind(number, at: 1)
                try ignoring.bind(bytes, at: 2)
                return try ignoring.insert()
            }
            #expect(made == [true, true, false])
            let strict = try RowInserter(db, "INSERT INTO row(n, bytes) VALUES (?, ?)")
            for (number, code) in [(2, ResultCode.SQLITE_CONSTRAINT_PRIMARYKEY), (-1, .SQLITE_CONSTRAINT_CHECK)] {
                try strict.bind(Int64(number), at: 1)
                try strict.bind(Data([9]), at: 2)
                let error = #expect(throws: DatabaseError.self) { try strict.insert() }
                #expect(error?.extendedResultCode == code)
            }
            try strict.bind(3, at: 1)
            try strict.bind(Data([7, 8, 9]).dropFirst(), at: 2)
            #expect(try strict.insert())
            #expect(throws: DatabaseError.self) { try strict.bind(4, at: 3) }
            let kept = try Row.fetchAll(db, sql: "SELECT n, bytes FROM row ORDER BY n")
            #expect(kept.map { $0[0] as Int64 } == [1, 2, 3])
            #expect(kept.map { $0[1] as Data } == [Data([1, 2, 3]), Data(), Data([8, 9])])
        }
    }
}
