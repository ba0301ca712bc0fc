import Encodings
import Foundation
import GRDB
import Locking
import Support
import Testing

@testable import EventStore

extension Site {
    /// Changes the log's file behind its back, as somebody with the disk in hand would.
    func tamper(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: folder.log, configuration: configuration)
        try queue.write { db in
            let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
            try db.execute(sql: sql)
            // Whoever changes a log does not leave the schema behind as a hint.
            for trigger in triggers { try db.execute(sql: trigger["sql"] as String) }
        }
    }

    /// Appends what the log would refuse for its time, as somebody with the keys and a program of their own could.
    func appendUnchecked(_ draft: EntryDraft) throws {
        var batch = AppendBatch(head: log.head, lastRecorded: nil)
        try batch.add([draft], sealing: vault)
        try storage.append(try batch.finish(signer: signer, and: nil).batch)
        try reopen()
    }

    func tamper(_ table: String, _ column: String, _ place: String, _ change: (inout [UInt8]) -> Void) throws {
        let queue = try DatabaseQueue(path: folder.log)
        let data = try queue.read { try Data.fetchOne($0, sql: "SELECT \(column) FROM \(table) WHERE \(place)") }
        var bytes = Array(try #require(data))
        change(&bytes)
        try tamper("UPDATE \(table) SET \(column) = x'\(Hex.encode(bytes))' WHERE \(place)")
    }
}

@Suite struct LogVerifierTests {
    /// 300 events, some about a person, some with disclosures, under three checkpoints beside the empty one.
    private func site() throws -> Site {
        let site = try Site()
        let person = try site.person()
        try site.append(140, subject: person, disclosing: ["identity", "risk"])
        try site.append(150)
        try site.append(10, subject: person)
        return site
    }

    @Test("a whole log is sound, everything in it is counted, and progress goes from chunk to chunk to the end")
    func sound() async throws {
        let site = try site()
        let steps = Locked<[Int64]>([])
        let report = await LogVerifier(
            storage: site.storage, vault: site.vault, key: site.signer.verifierKey, timeline: site.timeline
        ).run { progress in steps.withLock { $0.append(progress.entries) } }
        #expect(report.isSound, "\(report.findings)")
        #expect(report.entries == 300)
        #expect(report.bodies == 300)
        #expect(report.unavailable == 0)
        #expect(report.checkpoints == 4)
        #expect(report.tiles == 1)
        #expect(report.checkpoint?.size == 300)
        #expect(steps.withLock { $0 } == [256, 300])
    }

    @Test("an empty log is sound")
    func empty() async throws {
        let report = try await Site().verify()
        #expect(report.isSound, "\(report.findings)")
        #expect(report.checkpoints == 1)
    }

    @Test(
        "one flipped bit in an entry, a body, a tile or a checkpoint is found, and named",
        arguments: [
            ("entry", "bytes", "idx = 222", [Finding.Kind.entryDamaged, .tileMismatch, .checkpointRoot], Int64(222)),
            ("body", "sealed", "idx = 4", [.bodyDamaged], 4),
            ("body", "sealed", "idx = 244", [.commitmentMismatch], 244),
            ("tile", "hashes", "level = 0 AND n = 0", [.tileMismatch], 0),
            ("checkpoint", "note", "size = 290", [.checkpointDamaged], 290),
        ] as [(String, String, String, [Finding.Kind], Int64)])
    func flippedBit(table: String, column: String, place: String, kinds: [Finding.Kind], index: Int64) async throws {
        let site = try site()
        if table == "checkpoint" {
            try site.tamper("UPDATE checkpoint SET note = replace(note, '290', '291') WHERE size = 290")
        } else {
            try site.tamper(table, column, place) { bytes in bytes[bytes.count / 2] ^= 1 }
        }
        let report = await site.verify()
        for kind in kinds { #expect(report.findings.contains { $0.kind == kind }, "\(report.findings)") }
        #expect(report.findings.contains { $0.index == index }, "\(report.findings)")
        #expect(!report.isSound)
    }

    @Test("any flipped bit of an entry is found", arguments: 0..<12)
    func anyBit(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let site = try Site()
        try site.append(20)
        let index = Int64.random(in: 0..<20, using: &generator)
        try site.tamper("entry", "bytes", "idx = \(index)") { bytes in
            bytes[.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        let report = await site.verify()
        #expect(report.findings.contains { $0.kind == .checkpointRoot && $0.index == 20 })
    }

    @Test("rows that are missing, too many or exchanged are found")
    func rows() async throws {
        let table: [(String, Finding.Kind, Int64?)] = [
            ("DELETE FROM entry WHERE idx = 100", .entryMissing, 100),
            ("DELETE FROM body WHERE idx = 100", .bodyMissing, 100),
            ("DELETE FROM tile WHERE n = 0", .tileMissing, 0),
            ("INSERT INTO tile(level, n, hashes) VALUES (1, 0, zeroblob(8192))", .tileCount, nil),
            ("DELETE FROM entry WHERE idx >= 290", .sizeMismatch, nil),
            ("INSERT INTO entry(idx, id, bytes) VALUES (300, zeroblob(16), zeroblob(1))", .sizeMismatch, nil),
            ("INSERT INTO entry(idx, id, bytes) VALUES (4000000000000, zeroblob(16), zeroblob(1))", .sizeMismatch, nil),
            ("DELETE FROM checkpoint WHERE size = 300", .sizeMismatch, nil),
            ("DELETE FROM checkpoint", .headUnreadable, nil),
            (
                "UPDATE body SET sealed = (SELECT sealed FROM body WHERE idx = 201) WHERE idx = 202",
                .commitmentMismatch,
                202
            ),
            ("UPDATE entry SET id = zeroblob(16) WHERE idx = 7", .idNotUnique, 7),
            (
                "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 140) WHERE size = 290",
                .checkpointDamaged, 290
            ),
        ]
        for (sql, kind, index) in table {
            let site = try self.site()
            try site.tamper(sql)
            let report = await site.verify()
            #expect(
                report.findings.contains { $0.kind == kind && (index == nil || $0.index == index) },
                "\(sql): \(report.findings)")
        }
    }

    @Test("a checkpoint that the site's own key signed for another root is found")
    func wrongRoot() async throws {
        let site = try site()
        let forged = try site.signer.sign(size: 290, root: .leaf([1, 2, 3]))
        try site.tamper("UPDATE checkpoint SET note = '\(forged.note)' WHERE size = 290")
        let report = await site.verify()
        #expect(report.findings.map(\.kind) == [.checkpointRoot])
        #expect(report.findings.first?.index == 290)
    }

    @Test(
        "a time recorded before that of the entry before it is found, though everything is signed",
        arguments: [1, 255, 256, 257, 300])
    func clockWentBack(size: Int) async throws {
        let site = try Site()
        try site.append(size)
        let last = try #require(site.log.lastRecorded)
        // The same time again is none before.
        try site.appendUnchecked(site.draft(recorded: last))
        try site.appendUnchecked(site.draft(recorded: last.adding(seconds: -1)))
        try site.append(1)
        let report = await site.verify()
        #expect(report.findings.map(\.kind) == [.clockWentBack])
        #expect(report.findings.first?.index == Int64(size) + 1)
        #expect(report.provenSize == Int64(size) + 3)
    }

    @Test("a log that is consistent in itself but signed by another is found")
    func otherKey() async throws {
        let site = try site()
        let other = try CheckpointSigner(origin: Site.origin, key: .generate())
        let report = await LogVerifier(
            storage: site.storage, vault: site.vault, key: other.verifierKey, timeline: site.timeline
        ).run()
        #expect(report.findings.map(\.kind) == Array(repeating: .checkpointDamaged, count: 4))
        #expect(report.checkpoint == nil)
    }

    @Test(
        "a person's key that is missing without an erasure is a loss; without a vault, bodies are only unavailable"
    )
    func lost() async throws {
        let site = try site()
        let queue = try DatabaseQueue(path: site.folder.vault)
        try await queue.write { try $0.execute(sql: "DELETE FROM identifier; DELETE FROM subject") }
        try site.reopen()
        let report = await site.verify()
        #expect(report.unavailable == 150)
        #expect(report.findingCount == 151)
        #expect(report.findings.filter { $0.kind == .bodyLost }.count == 150)
        #expect(report.findings.last?.kind == .vaultOlder)
        let auditor = await LogVerifier(
            storage: site.storage, vault: nil, key: site.signer.verifierKey, timeline: site.timeline
        ).run()
        #expect(auditor.isSound)
        #expect(auditor.unavailable == 150)
        #expect(auditor.bodies == 150)
    }

    @Test("signatures count under keys that were valid there, and not otherwise")
    func timelines() async throws {
        let site = try site()
        let table: [(any KeyTimeline, Finding.Kind, Int64)] = [
            (SingleKey(key: SigningKey.generate().publicKey), .keyUnknown, 300),
            (SingleKey(key: site.author.publicKey, revokedFrom: 295), .keyRevoked, 5),
            (Forger(kid: site.author.thumbprint, key: SigningKey.generate().publicKey), .signatureInvalid, 300),
            (Stranger(), .keyOfAnother, 300),
        ]
        for (timeline, kind, count) in table {
            let report = await site.verify(timeline: timeline)
            #expect(report.findingCount == count)
            #expect(report.findings.allSatisfy { $0.kind == kind })
        }
    }

    @Test("a body with a disclosure more or less than its digests is found, though the commitment holds")
    func disclosures() async throws {
        let site = try Site()
        try site.append(1, disclosing: ["identity"])
        try site.append(1)
        let disclosed = try #require(try site.log.body(at: 0).opened)
        try site.tamper("body", "sealed", "idx = 0") { $0 = disclosed.salt + disclosed.jws }
        try site.tamper("body", "sealed", "idx = 1") { $0 += [0x7E] + disclosed.disclosures[0] + [0x7E] }
        let report = await site.verify()
        #expect(report.findings.map(\.kind) == [.eventMalformed, .eventMalformed])
        #expect(report.findings.map(\.index) == [0, 1])
    }

    @Test("an index of ids that is not the entries' is found, and an entry that is damaged is not held against it")
    func falseIndex() async throws {
        let site = try site()
        var ids: [(UniqueID, Int64)] = []
        try site.storage.eachID { id, index in
            ids.append((id, index))
            return true
        }
        #expect(ids.count == 300)
        let more = (ids + [(UniqueID.random(), 7)]).sorted { $0.0 < $1.0 }
        for wrong in [more, Array(ids.dropLast()), ids.reversed(), [ids[1], ids[0]] + ids[2...]] {
            site.storage.falseIndex = wrong
            #expect(await site.verify().findings.map(\.kind) == [.idNotUnique])
        }
        site.storage.falseIndex = nil
        #expect(await site.verify().isSound)
        try site.tamper("entry", "bytes", "idx = 222") { $0[0] ^= 1 }
        #expect(await site.verify().findings.contains { $0.kind == .idNotUnique } == false)
    }

    @Test("the same is found however many persons are held in memory", arguments: [0, 1, 3])
    func fewPersonsInMemory(limit: Int) async throws {
        let site = try Site()
        for number in 0..<5 {
            let identifier = "nhs:94767199\(number)\(number)"
            let person = try site.person(identifier)
            _ = try site.log.append((0..<3).map { _ in try site.draft(subject: person, naming: identifier) })
        }
        func verified(_ limit: Int?) async -> VerificationReport {
            var verifier = LogVerifier(
                storage: site.storage, vault: site.vault, key: site.signer.verifierKey, timeline: site.timeline)
            if let limit { verifier.rememberedPersons = limit }
            return await verifier.run()
        }
        let whole = await verified(limit)
        #expect(whole.isSound && whole.bodies == 15 && whole.people == 5 && whole.identifiers == 5, "\(whole.findings)")
        let queue = try DatabaseQueue(path: site.folder.vault)
        try await queue.write { db in
            try db.execute(sql: "UPDATE subject SET wrapped = zeroblob(60) WHERE rowid = 2")
            try db.execute(sql: "DELETE FROM identifier WHERE rowid = 4")
        }
        let (few, all) = (await verified(limit), await verified(nil))
        #expect(!all.isSound && all.findings.contains { $0.kind == .identifierMissing })
        #expect(Set(few.findings) == Set(all.findings))
    }

    @Test("findings beyond the limit are counted and not listed")
    func manyFindings() async throws {
        let site = try Site()
        try site.append(1200)
        let report = await site.verify(timeline: SingleKey(key: SigningKey.generate().publicKey))
        #expect(report.findings.count == Limits.findings)
        #expect(report.findingCount == 1200)
    }

    @Test("a verification that was cancelled never says that the log is sound")
    func cancelled() async throws {
        let site = try site()
        let verifier = LogVerifier(
            storage: site.storage, vault: site.vault, key: site.signer.verifierKey, timeline: site.timeline)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await verifier.run()
        }
        let report = await task.value
        #expect(report.wasCancelled)
        #expect(!report.isSound)
    }

    private struct Forger: KeyTimeline {
        let kid: Thumbprint
        let key: PublicKey
        func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding { .valid(key) }
    }

    private struct Stranger: KeyTimeline {
        func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding { .otherAuthor }
    }
}
