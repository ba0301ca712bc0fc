import Encodings
import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

@Suite struct RecoveryTests {
    private func site(_ count: Int = 300) throws -> Site {
        let site = try Site()
        let person = try site.person()
        try site.append(2, subject: person, naming: "nhs:9476719931")
        try site.append(count - 2)
        return site
    }

    private func changeVault(_ site: Site, _ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        try DatabaseQueue(path: site.folder.vault, configuration: configuration).write { try $0.execute(sql: sql) }
    }

    // MARK: What verifying names

    @Test("a row of the vault that was changed, lost or added is found, and named")
    func vaultRows() async throws {
        let table: [(String, Finding.Kind)] = [
            (
                "UPDATE subject SET wrapped = CAST(substr(wrapped, 1, 30) || x'0000000000000000' || substr(wrapped, 39) AS BLOB)",
                .vaultRowDamaged
            ),
            (
                "UPDATE identifier SET sealed = CAST(substr(sealed, 1, 20) || x'0000000000000000' || substr(sealed, 29) AS BLOB)",
                .vaultRowDamaged
            ),
            ("UPDATE identifier SET blind = zeroblob(32)", .vaultRowDamaged),
            ("UPDATE subject SET ref = zeroblob(16)", .bodyLost),
            ("DELETE FROM identifier", .identifierMissing),
            ("DELETE FROM subject", .bodyLost),
            ("UPDATE subject SET staged_for = 4000", .vaultRowMisplaced),
            ("UPDATE subject SET staged_for = -1", .vaultRowDamaged),
            (
                "INSERT INTO subject(ref, wrapped, staged_for) VALUES (randomblob(16), randomblob(60), 1)",
                .vaultRowDamaged
            ),
            (
                "INSERT INTO identifier(blind, subject, sealed, staged_for) VALUES (randomblob(32), randomblob(16), randomblob(40), 1)",
                .vaultRowDamaged
            ),
            ("DROP INDEX identifier_by_subject", .schemaChanged),
        ]
        for (sql, kind) in table {
            let site = try site(4)
            try changeVault(site, sql)
            let report = await site.verify(vault: try Vault.readOnly(path: site.folder.vault, kek: site.kek))
            #expect(report.findings.contains { $0.kind == kind }, "\(sql): \(report.findings)")
        }
    }

    @Test("a vault older than its log is named, and what it still opens is counted")
    func olderVault() async throws {
        let site = try Site()
        let person = try site.person()
        try site.append(3, subject: person, naming: "nhs:9476719931")
        let old = site.temporary.path("old.sqlite")
        try site.vault.backup(to: old)
        let other = try site.person("nhs:4010232137")
        try site.append(2, subject: other, naming: "nhs:4010232137")
        let report = await site.verify(vault: try Vault.immutable(path: old, kek: site.kek))
        #expect(report.findings.map(\.kind) == [.bodyLost, .bodyLost, .vaultOlder])
        #expect(report.findings.last?.index == 3)
        #expect(report.bodies == 3)
        #expect(report.provenSize == 5)
        let whole = await site.verify()
        #expect(whole.isSound, "\(whole.findings)")
        #expect(whole.people == 2)
        #expect(whole.identifiers == 2)
    }

    @Test("one key lost out of many is no old vault")
    func oneKeyLost() async throws {
        let site = try Site()
        for number in 0..<3 {
            let person = try site.person("local:\(number)")
            try site.append(1, subject: person, naming: "local:\(number)")
        }
        try changeVault(site, "DELETE FROM identifier WHERE staged_for = 1; DELETE FROM subject WHERE staged_for = 1")
        try site.reopen()
        let report = await site.verify()
        #expect(report.findings.map(\.kind) == [.bodyLost])
        #expect(report.findings.first?.index == 1)
    }

    @Test("a log older than its vault is told, and is whole for what it has")
    func olderLog() async throws {
        let site = try site(4)
        let old = site.temporary.path("old.sqlite")
        try SQLiteLogStorage.readOnly(path: site.folder.log).backup(to: old)
        let other = try site.person("nhs:4010232137")
        try site.append(2, subject: other, naming: "nhs:4010232137")
        let third = try site.person("local:3")
        try site.append(1, subject: third, naming: "local:3")
        let report = await LogVerifier(
            storage: try SQLiteLogStorage.immutable(path: old), vault: site.vault, key: site.signer.verifierKey,
            timeline: site.timeline
        ).run()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.vaultSawSize == 6)
    }

    @Test("a body that does not open is blamed on the log where its person's key is right, and on either where not")
    func blame() async throws {
        let site = try site(4)
        try site.tamper("body", "sealed", "idx = 1") { $0[40] ^= 1 }
        let report = await site.verify()
        #expect(report.findings.map(\.kind) == [.bodyDamaged])
        #expect(report.findings.first?.detail.contains("so it is the body in log.sqlite") == true)
        try changeVault(site, "DELETE FROM identifier")
        try site.reopen()
        let doubtful = await site.verify()
        let damaged = try #require(doubtful.findings.first { $0.kind == .bodyDamaged })
        #expect(damaged.detail.contains("or the key in vault.sqlite"))
    }

    @Test("what is proved goes up to the last root that the entries give")
    func proven() async throws {
        let site = try site(10)
        try site.append(10)
        try site.tamper("entry", "bytes", "idx = 15") { $0[9] ^= 1 }
        let report = await site.verify()
        #expect(report.provenSize == 10)
        #expect(!report.isSound)
    }

    @Test(
        "the stored tiles name the entry that was changed or lost, and vouch for all others", arguments: [true, false])
    func vouched(isLost: Bool) async throws {
        let site = try site(300)
        try site.append(10)
        if isLost {
            try site.tamper("DELETE FROM body WHERE idx = 222; DELETE FROM entry WHERE idx = 222")
        } else {
            // An entry that reads well, and says something else.
            try site.tamper("UPDATE entry SET bytes = CAST(replace(bytes, 'RBS25', 'RBS26') AS BLOB) WHERE idx = 222")
        }
        let report = await site.verify()
        #expect(report.findings.filter { $0.kind == .entryNotSigned }.map(\.index) == [222], "\(report.findings)")
        #expect(report.provenSize == 2)
        #expect(report.vouchedSize == 310)
        #expect(report.notSigned == 1)
        #expect(report.proved.first?.contains("all but 1 are what the site signed") == true)
        #expect(report.lost.contains { $0.hasPrefix("1 entries") })
    }

    @Test("triggers that are gone, and rows where the log never was, are found")
    func schema() async throws {
        let site = try site(4)
        try await DatabaseQueue(path: site.folder.log).write { db in
            try db.execute(sql: "DROP TRIGGER body_no_update")
            try db.execute(sql: "INSERT INTO checkpoint(size, note) VALUES (-1, 'x')")
        }
        let report = await site.verify()
        #expect(Set(report.findings.map(\.kind)) == [.schemaChanged, .strayRows])
    }

    @Test("beside a writer at work, verifying never cries wolf")
    func beside() async throws {
        let site = try site(250)
        let reader = try SQLiteLogStorage.readOnly(path: site.folder.log)
        let (key, timeline) = (site.signer.verifierKey, site.timeline)
        let vault = try Vault.readOnly(path: site.folder.vault, kek: site.kek)
        async let verified = (0..<6).asyncMap { _ in
            await LogVerifier(storage: reader, vault: vault, key: key, timeline: timeline).run()
        }
        for number in 0..<60 {
            let person = try site.person("local:\(number)")
            try site.append(9, subject: person, naming: "local:\(number)")
        }
        for report in await verified { #expect(report.isSound, "\(report.findings)") }
    }

    // MARK: Repairing

    @Test("tiles, triggers and indexes are rebuilt from the entries, and evidence is left as it was")
    func repair() async throws {
        let site = try site(520)
        let evidence = try evidence(site)
        for change in [
            "DELETE FROM tile WHERE n = 1", "UPDATE tile SET hashes = zeroblob(8192) WHERE n = 0",
            "INSERT INTO tile(level, n, hashes) VALUES (3, 7, zeroblob(8192))",
        ] { try site.tamper(change) }
        try await DatabaseQueue(path: site.folder.log).write { try $0.execute(sql: "DROP TRIGGER entry_no_delete") }
        let outcome = try LogRepair.run(path: site.folder.log, keys: CheckpointKeys(first: site.signer.verifierKey))
        #expect(outcome.tilesAdded == 1)
        #expect(outcome.tilesReplaced == 1)
        #expect(outcome.tilesRemoved == 1)
        #expect(outcome.triggersMade == 1)
        #expect(outcome.tilesLeft == nil)
        try site.reopen()
        let report = await site.verify()
        #expect(report.isSound, "\(report.findings)")
        #expect(try self.evidence(site) == evidence)
        let again = try LogRepair.run(path: site.folder.log, keys: CheckpointKeys(first: site.signer.verifierKey))
        #expect(!again.changedAnything)
    }

    @Test("tiles are left alone where the entries are not what was signed: they may be the last witness")
    func damagedEntry() async throws {
        let site = try site()
        try site.tamper("entry", "bytes", "idx = 222") { $0[9] ^= 1 }
        try site.tamper("INSERT INTO tile(level, n, hashes) VALUES (3, 7, zeroblob(8192))")
        let outcome = try LogRepair.run(path: site.folder.log, keys: CheckpointKeys(first: site.signer.verifierKey))
        #expect(!outcome.changedAnything)
        #expect(outcome.tilesLeft?.contains("do not give the root") == true)
    }

    private func evidence(_ site: Site) throws -> [String] {
        try DatabaseQueue(path: site.folder.log).read { db in
            try ["entry", "body", "checkpoint"].flatMap {
                try Row.fetchAll(db, sql: "SELECT * FROM \($0) ORDER BY 1").map(\.debugDescription)
            }
        }
    }

    // MARK: Backing up

    @Test("a backup beside a writer is one moment of the log, for its owner alone, and never written over another")
    func backup() async throws {
        let site = try site()
        let copy = DataFolder(path: site.temporary.path("copy"))
        try FileManager.default.createDirectory(atPath: copy.path, withIntermediateDirectories: true)
        let reader = try SQLiteLogStorage.readOnly(path: site.folder.log)
        let vault = try Vault.readOnly(path: site.folder.vault, kek: site.kek)
        async let writing: Void = reader.backup(to: copy.log)
        for number in 0..<20 {
            let person = try site.person("local:\(number)")
            try site.append(9, subject: person, naming: "local:\(number)")
        }
        try await writing
        try vault.backup(to: copy.vault)
        for path in [copy.log, copy.vault] {
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
        let report = await LogVerifier(
            storage: try SQLiteLogStorage.immutable(path: copy.log),
            vault: try Vault.immutable(path: copy.vault, kek: site.kek), key: site.signer.verifierKey,
            timeline: site.timeline
        ).run()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.entries >= 300)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: copy.path).sorted() == ["log.sqlite", "vault.sqlite"])
        #expect(throws: StorageError.self) { try reader.backup(to: copy.log) }
    }
}

extension Sequence {
    /// One after the other.
    fileprivate func asyncMap<Value: Sendable>(_ transform: (Element) async -> Value) async -> [Value] {
        var values: [Value] = []
        for element in self { values.append(await transform(element)) }
        return values
    }
}
