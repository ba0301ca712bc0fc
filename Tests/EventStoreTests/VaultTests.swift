import Crypto
import Encodings
import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

@Suite struct VaultTests {
    let temporary: TemporaryFolder
    let path: String
    let kek = KeyEncryptionKey.generate()

    init() throws {
        temporary = try TemporaryFolder()
        path = temporary.path("vault.sqlite")
    }

    private func open() throws -> Vault { try Vault(path: path, kek: kek) }

    @Test("the connection that writes has synchronous FULL, and deleted bytes are overwritten")
    func durable() throws {
        let vault = try open()
        #expect(try vault.synchronousLevel() == 2)
        #expect(try vault.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA secure_delete") } == 1)
    }

    @Test("a person is found by an identifier once staged, and after the commit in another process too")
    func stage() throws {
        let vault = try open()
        #expect(try vault.reference(for: "nhs:9476719931") == nil)
        let person = try vault.stageSubject(identifier: "nhs:9476719931", at: 5)
        #expect(try vault.stageSubject(identifier: "nhs:9476719931", at: 6) == person)
        #expect(try vault.reference(for: "nhs:9476719931") == person)
        #expect(try open().reference(for: "nhs:9476719931") == nil)
        try vault.commitStaged(logSize: 5)
        let again = try open()
        #expect(try again.reference(for: "nhs:9476719931") == person)
        #expect(try again.identifiers(of: person) == ["nhs:9476719931"])
        #expect(try again.stageSubject(identifier: "nhs:9476719931", at: 9) == person)
    }

    @Test("an identifier is linked to one person only")
    func link() throws {
        let vault = try open()
        let one = try vault.stageSubject(identifier: "nhs:1", at: 0)
        #expect(try vault.stageLink(identifier: "upn:A", subject: one, at: 0) == .linked)
        let two = try vault.stageSubject(identifier: "nhs:2", at: 1)
        try vault.commitStaged(logSize: 0)
        #expect(try vault.stageLink(identifier: "upn:A", subject: one, at: 2) == .alreadyThere)
        #expect(try vault.stageLink(identifier: "upn:A", subject: two, at: 2) == .belongsToAnother(one))
        #expect(throws: VaultError.subjectUnknown) {
            try vault.stageLink(identifier: "upn:B", subject: .random(), at: 2)
        }
        #expect(try vault.stageLink(identifier: "upn:C", subject: two, at: 2) == .linked)
        #expect(try vault.identifiers(of: two).sorted() == ["nhs:2", "upn:C"])
        try vault.commitStaged(logSize: 2)
        #expect(try open().identifiers(of: two).sorted() == ["nhs:2", "upn:C"])
        #expect(try open().identifiers(of: one).sorted() == ["nhs:1", "upn:A"])
    }

    @Test("what was staged for a refused event is forgotten, and what was staged before it is not")
    func discard() throws {
        let vault = try open()
        let kept = try vault.stageSubject(identifier: "nhs:1", at: 4)
        _ = try vault.stageSubject(identifier: "nhs:2", at: 5)
        _ = try vault.stageLink(identifier: "upn:1", subject: kept, at: 5)
        vault.discardStaged(from: 5)
        #expect(try vault.reference(for: "nhs:1") == kept)
        #expect(try vault.reference(for: "nhs:2") == nil)
        #expect(try vault.reference(for: "upn:1") == nil)
        vault.discardStaged()
        #expect(try vault.reference(for: "nhs:1") == nil)
        try vault.commitStaged(logSize: 4)
        #expect(try open().reference(for: "nhs:1") == nil)
    }

    @Test("after a crash between vault and log, the vault forgets what the log never had")
    func reconcile() throws {
        let vault = try open()
        let kept = try vault.stageSubject(identifier: "nhs:1", at: 0)
        try vault.commitStaged(logSize: 0)
        _ = try vault.stageSubject(identifier: "nhs:2", at: 1)
        _ = try vault.stageLink(identifier: "upn:1", subject: kept, at: 2)
        try vault.commitStaged(logSize: 1)
        let again = try open()
        #expect(try again.reference(for: "nhs:2") != nil)
        #expect(try again.reconcile(logSize: 1) == 3)
        #expect(try again.reference(for: "nhs:2") == nil)
        #expect(try again.reference(for: "upn:1") == nil)
        #expect(try again.reference(for: "nhs:1") == kept)
        #expect(try again.reconcile(logSize: 1) == 0)
    }

    @Test("what a crash left is found without going through everybody", arguments: ["subject", "identifier"])
    func reconcileLooksAtNobodyElse(table: String) throws {
        let plan = try open().pool.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN DELETE FROM \(table) WHERE staged_for >= 5").map {
                $0["detail"] as String
            }
        }
        #expect(plan.contains { $0.hasPrefix("SEARCH \(table) USING") })
        #expect(!plan.contains { $0.hasPrefix("SCAN \(table)") })
    }

    @Test("a vault of the first version gets its indexes when it is opened for writing, and keeps everybody")
    func upgrade() throws {
        let person = try {
            let vault = try open()
            let person = try vault.stageSubject(identifier: "nhs:1", at: 0)
            try vault.commitStaged(logSize: 0)
            return person
        }()
        try DatabaseQueue(path: path).write { db in
            try db.execute(
                sql: """
                    DROP INDEX subject_by_position; DROP INDEX identifier_by_position; PRAGMA user_version = 1
                    """)
        }
        let old = try Vault.readOnly(path: path, kek: kek)
        #expect(try old.reference(for: "nhs:1") == person)
        #expect(old.structure().isEmpty)
        #expect(try open().reference(for: "nhs:1") == person)
        let version = try open().pool.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
        #expect(version == 2)
        try reconcileLooksAtNobodyElse(table: "subject")
    }

    @Test("an empty log that is opened by mistake destroys no key that a longer log has used")
    func reconcileKeeps() throws {
        let vault = try open()
        let person = try vault.stageSubject(identifier: "nhs:1", at: 3)
        try vault.commitStaged(logSize: 3)
        _ = try vault.stageSubject(identifier: "nhs:2", at: 10)
        try vault.commitStaged(logSize: 10)
        #expect(try vault.reconcile(logSize: 0) == 2)
        #expect(try open().reference(for: "nhs:1") == person)
        #expect(try open().reference(for: "nhs:2") == nil)
    }

    @Test("a body opens under its own subject's key and for its own event only")
    func bodies() throws {
        let vault = try open()
        let one = try vault.stageSubject(identifier: "nhs:1", at: 0)
        let two = try vault.stageSubject(identifier: "nhs:2", at: 0)
        let event = UniqueID.random()
        let sealed = try vault.seal([1, 2, 3], subject: one, event: event)
        #expect(sealed.bytes.count == 12 + 3 + 16)
        #expect(try vault.seal([1, 2, 3], subject: one, event: event) != sealed)
        #expect(try vault.open(sealed, subject: one, event: event) == [1, 2, 3])
        #expect(throws: VaultError.damaged) { try vault.open(sealed, subject: two, event: event) }
        #expect(throws: VaultError.damaged) { try vault.open(sealed, subject: one, event: .random()) }
        #expect(try vault.open(sealed, subject: .random(), event: event) == nil)
        #expect(throws: VaultError.subjectUnknown) { try vault.seal([1], subject: .random(), event: event) }
        for position in sealed.bytes.indices {
            var bad = sealed.bytes
            bad[position] ^= 1
            #expect(throws: VaultError.damaged) { try vault.open(SealedBody(bytes: bad), subject: one, event: event) }
        }
    }

    @Test("the vault opens under its own key only, and reading it writes nothing")
    func keys() throws {
        #expect(throws: VaultError.self) { try Vault.readOnly(path: path, kek: kek) }
        #expect(!FileManager.default.fileExists(atPath: path))
        let vault = try open()
        let person = try vault.stageSubject(identifier: "nhs:1", at: 0)
        try vault.commitStaged(logSize: 0)
        #expect(throws: VaultError.wrongKey) { try Vault(path: path, kek: .generate()) }
        let reader = try Vault.readOnly(path: path, kek: kek)
        #expect(try reader.reference(for: "nhs:1") == person)
        _ = try reader.stageSubject(identifier: "nhs:2", at: 1)
        #expect(throws: VaultError.storage(.readOnly)) { try reader.commitStaged(logSize: 1) }
        #expect(throws: VaultError.storage(.readOnly)) { try reader.reconcile(logSize: 0) }
    }

    @Test("neither an identifier nor a key stands in the file in the clear")
    func nothingInTheClear() throws {
        let vault = try open()
        let person = try vault.stageSubject(identifier: "nhs:9476719931", at: 0)
        let key = try #require(try vault.key(of: person)).withUnsafeBytes { Data($0) }
        try vault.commitStaged(logSize: 0)
        for suffix in ["", "-wal"] {
            let bytes = (try? Data(contentsOf: URL(filePath: path + suffix))) ?? Data()
            #expect(bytes.range(of: Data("9476719931".utf8)) == nil)
            #expect(bytes.range(of: key) == nil)
        }
    }

    @Test("an identifier at the limit is taken, one over it is not")
    func limit() throws {
        let vault = try open()
        #expect(throws: Never.self) { try vault.stageSubject(identifier: String(repeating: "x", count: 512), at: 0) }
        #expect(throws: VaultError.identifierTooLong) { try vault.reference(for: String(repeating: "x", count: 513)) }
    }

    @Test("the cache never grows beyond twice its capacity, and keeps what is asked for")
    func cache() {
        var cache = TwoGenerations<Int, Int>(capacity: 10)
        for number in 0..<1000 {
            cache.insert(number, for: number)
            #expect(cache.value(0) == 0)
            #expect(cache.count <= 20)
        }
        #expect(cache.value(500) == nil)
    }
}
