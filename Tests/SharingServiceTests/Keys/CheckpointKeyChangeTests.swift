import Encodings
import EventStore
import Foundation
import GRDB
import SharingModel
import SiteSupport
import Support
import Testing

@testable import SharingService

/// Another checkpoint key: who pins any of a log's keys follows to the current one, and no step can be lost halfway.
@Suite struct CheckpointKeyChangeTests {
    private let test: TestSite
    private let first: VerifierKey
    private var folder: DataFolder { DataFolder(path: test.folder.path("site")) }
    private var checkpointFile: String { folder.keys + "/checkpoint.jwk" }
    private var nextFile: String { folder.keys + "/checkpoint.next.jwk" }

    init() async throws {
        test = try TestSite()
        try await test.adoptBaseline()
        first = test.site.verifierKey
        await test.site.end()
    }

    /// Opens the site, has it record an event, and closes it.
    private func record() async throws {
        let site = try TestSite.open(test.folder, test.clock)
        let agency = TestAgency("ods:A\(UniqueID.random().description.prefix(4).uppercased())", "nhs")
        let bytes = try test.sign(
            "agency.registered", by: test.operatorKey, source: TestSite.siteAuthor,
            .object([
                "agency": .string(agency.id), "name": "x", "kind": "nhs", "publicAuthority": true,
                "keys": [.object(["jwk": agency.key.publicKey.jwk, "roles": ["agency"]])],
            ]))
        let answer = await site.record([try site.frontDesk.receive(bytes)])[0]
        _ = try answer.get()
        await site.end()
    }

    private func storage() throws -> SQLiteLogStorage { try SQLiteLogStorage.readOnly(path: folder.log) }

    private func verify(pinned: VerifierKey) async throws -> VerificationReport {
        let storage = try storage()
        let keys = CheckpointKeys(of: storage, pinned: pinned)
        guard let log = try? ReadOnlyLog(storage: storage, keys: keys, vault: nil) else {
            return await LogVerifier(
                storage: storage, vault: nil, keys: keys, timeline: NoKeys()
            ).run()
        }
        let authority = LogAuthority(reading: log)
        #expect(authority.checkpointKeys?.first == keys.first)
        return await LogVerifier(
            storage: storage, vault: nil, keys: authority.checkpointKeys ?? keys, timeline: authority,
            known: authority.findings
        ).run()
    }

    private struct NoKeys: KeyTimeline {
        func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding { .unknown }
    }

    private func change(_ sql: String...) throws {
        let queue = try DatabaseQueue(path: folder.log)
        try queue.write { db in for sql in sql { try db.execute(sql: sql) } }
        try queue.close()
    }

    private func note(at size: Int64) throws -> SignedCheckpoint {
        let stored = try #require(try storage().checkpoints(from: size, limit: 1).first)
        return try SignedCheckpoint(parsing: stored.note)
    }

    @Test func `whoever pins any of the keys verifies the log after two changes`() async throws {
        let old = try KeyFile.read(checkpointFile)
        let one = try CheckpointKeyChange.run(folder, now: test.clock.now)
        #expect(one.old == first)
        try await record()
        let two = try CheckpointKeyChange.run(folder, now: test.clock.now)
        #expect(two.old == one.new)
        for isAfterwards in [false, true] {
            if isAfterwards { try await record() }
            for pinned in [first, one.new, two.new] {
                let report = try await verify(pinned: pinned)
                #expect(report.isSound, "\(report.findings)")
                #expect(report.checkpoint != nil)
            }
            let other = try VerifierKey(name: TestSite.origin, publicKey: SigningKey.generate().publicKey)
            #expect(try await !verify(pinned: other).isSound)
        }
        #expect(try CheckpointKeys(of: storage()).all == [first, one.new, two.new])
        #expect(try KeyFile.read(checkpointFile) != old)
        let secret = try #require(try JSON.parse(old)["d"]?.string)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.keys) {
            #expect(try !KeyFile.read(folder.keys + "/" + name).contains(secret), "\(name)")
        }
    }

    @Test func `both keys sign the checkpoint that covers the change, and the new one alone what comes after`()
        async throws
    {
        let result = try CheckpointKeyChange.run(folder, now: test.clock.now)
        let covering = try note(at: result.index + 1)
        #expect(covering.checkpoint.size == result.index + 1)
        try covering.verified(by: first)
        try covering.verified(by: result.new)
        try await record()
        let next = try note(at: result.index + 2)
        try next.verified(by: result.new)
        #expect(throws: NoteError.noKnownSignature) { try next.verified(by: first) }
    }

    @Test
    func `a key that served before, or is used for something else, does not follow, and nothing has changed then`()
        async throws
    {
        let oldKey = try KeyFile.signingKey(checkpointFile)
        _ = try CheckpointKeyChange.run(folder, now: test.clock.now)
        let size = try #require(try storage().newestCheckpoint()).size
        let current = try KeyFile.read(checkpointFile)
        #expect(throws: LogError.refused(.checkpointKey(.usedBefore))) {
            try CheckpointKeyChange.run(folder, to: oldKey, now: test.clock.now)
        }
        #expect(try storage().newestCheckpoint()?.size == size)
        #expect(try KeyFile.read(checkpointFile) == current)
        #expect(!FileManager.default.fileExists(atPath: nextFile))
        var keys = CheckpointKeys(first: first)
        let other = try VerifierKey(name: "other.example", publicKey: SigningKey.generate().publicKey)
        let witness = try VerifierKey(
            name: TestSite.origin, kind: .cosignature, publicKey: SigningKey.generate().publicKey)
        #expect(throws: CheckpointKeyError.otherName) { try keys.rotate(to: other.description, at: 3) }
        #expect(throws: CheckpointKeyError.malformed) { try keys.rotate(to: witness.description, at: 3) }
        #expect(throws: CheckpointKeyError.malformed) { try keys.rotate(to: "garbage", at: 3) }
        #expect(throws: CheckpointKeyError.usedBefore) { try keys.rotate(to: first.description, at: 3) }
    }

    @Test func `an attempt that ended before the log announced the key changes nothing, and the next one takes it up`()
        async throws
    {
        let key = SigningKey.generate()
        try SiteKeys.prepareCheckpointKey(key, in: folder)
        try await record()
        #expect(try await verify(pinned: first).isSound)
        let site = ExaminedSite(folder: folder, now: test.clock.now)
        #expect(Doctor.examine(site).contains { $0.check == "keys" && $0.what.contains("is not finished") })
        let result = try CheckpointKeyChange.run(folder, now: test.clock.now)
        #expect(result.new.publicKey == key.publicKey)
        #expect(!FileManager.default.fileExists(atPath: nextFile))
        try await record()
        #expect(try await verify(pinned: first).isSound)
    }

    @Test func `one that ended after the log announced the key is finished by whoever opens the folder`() async throws {
        let key = SigningKey.generate()
        try SiteKeys.prepareCheckpointKey(key, in: folder)
        do {
            let store = try SiteStore(folder: folder)
            let signer = try CheckpointSigner(origin: store.origin, key: key)
            _ = try store.log.append(
                announcing: signer,
                by: CheckpointKeyChange.draft(signer.verifierKey, store: store, now: test.clock.now))
            #expect(throws: LogError.closed) { try store.log.append([]) }
            store.end()
        }
        try await record()
        #expect(try KeyFile.signingKey(checkpointFile).publicKey == key.publicKey)
        #expect(!FileManager.default.fileExists(atPath: nextFile))
        #expect(try await verify(pinned: first).isSound)
    }

    @Test func `keys copied before a change do not sign for the log again`() async throws {
        let old = try KeyFile.read(checkpointFile).trimmingCharacters(in: .newlines)
        _ = try CheckpointKeyChange.run(folder, now: test.clock.now)
        try FileManager.default.removeItem(atPath: checkpointFile)
        try KeyFile.write(old, to: checkpointFile)
        #expect(throws: LogError.signerNotCurrent) { try SiteStore(folder: folder) }
        let found = Doctor.examine(ExaminedSite(folder: folder, now: test.clock.now))
        #expect(found.contains { $0.check == "keys" && $0.severity == .trouble })
    }

    @Test func `a checkpoint signed by a key after its time is found`() async throws {
        let oldKey = try KeyFile.signingKey(checkpointFile)
        let result = try CheckpointKeyChange.run(folder, now: test.clock.now)
        try await record()
        try await record()
        let signed = try note(at: result.index + 2)
        let old = try NoteSigner(name: TestSite.origin, key: oldKey).sign(signed.checkpoint.text)
        let both = signed.signedNote.adding(old.signatures[0])
        try change(
            "DROP TRIGGER checkpoint_no_update",
            "UPDATE checkpoint SET note = '\(both.note)' WHERE size = \(signed.checkpoint.size)")
        let report = try await verify(pinned: first)
        #expect(report.findings.contains { $0.kind == .checkpointKeyEnded && $0.index == signed.checkpoint.size })
        try change("UPDATE checkpoint SET note = '\(old.note)' WHERE size = \(signed.checkpoint.size)")
        #expect(try await verify(pinned: first).findings.contains { $0.kind == .checkpointKeyEnded })
    }

    @Test func `a change whose covering checkpoint is missing, half signed or of another tree is not believed`()
        async throws
    {
        let result = try CheckpointKeyChange.run(folder, now: test.clock.now)
        try await record()
        let covering = try note(at: result.index + 1)
        let oldLine = covering.signedNote.signatures[0]
        let newOnly = covering.note.replacing(oldLine.line, with: "")
        try change(
            "DROP TRIGGER checkpoint_no_update", "DROP TRIGGER checkpoint_no_delete",
            "UPDATE checkpoint SET note = '\(newOnly)' WHERE size = \(covering.checkpoint.size)")
        #expect(try await !verify(pinned: first).isSound)
        #expect(throws: (any Error).self) { try SiteStore(folder: folder) }
        let elsewhere = Checkpoint(origin: TestSite.origin, size: covering.checkpoint.size, root: .leaf([7]))
        let key = try KeyFile.signingKey(checkpointFile)
        let forged = try NoteSigner(name: TestSite.origin, key: key).sign(elsewhere.text)
        try change("UPDATE checkpoint SET note = '\(forged.note)' WHERE size = \(covering.checkpoint.size)")
        #expect(try await !verify(pinned: first).isSound)
        try change("DELETE FROM checkpoint WHERE size = \(covering.checkpoint.size)")
        #expect(try await !verify(pinned: first).isSound)
    }

    @Test func `an announcement of a key that may not follow is a finding, and the old key goes on`() async throws {
        let store = try SiteStore(folder: folder)
        let draft = try CheckpointKeyChange.draft(first, store: store, now: test.clock.now)
        let index = try #require(try store.log.append([draft]).first).index
        store.end()
        try await record()
        let report = try await verify(pinned: first)
        #expect(report.findings.map(\.kind) == [.checkpointKeyRefused])
        #expect(report.findings.first?.index == index)
    }

    @Test func `nobody announces a checkpoint key through the front desk`() async throws {
        let site = try TestSite.open(test.folder, test.clock)
        let siteKey = try KeyFile.signingKey(folder.keys + "/site.jwk")
        let key = try VerifierKey(name: TestSite.origin, publicKey: SigningKey.generate().publicKey)
        let bytes = try test.sign(
            "checkpoint-key.rotated", by: siteKey, source: TestSite.siteAuthor, .object(["vkey": .text(key)]))
        let answer = await site.record([try site.frontDesk.receive(bytes)])[0]
        #expect(answer.rejection?.code == "site-only")
        await site.end()
    }
}
