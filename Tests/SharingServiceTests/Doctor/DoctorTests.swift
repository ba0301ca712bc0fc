import Encodings
import EventStore
import Foundation
import GRDB
import SharingModel
import SharingService
import SiteSupport
import Support
import Testing

/// Each check says that all is well where it is, and what is wrong where it is not.
@Suite struct DoctorTests {
    private let partnership: Partnership
    private var test: TestSite { partnership.test }
    private var folder: DataFolder { DataFolder(path: test.folder.path("site")) }

    init() async throws {
        partnership = try await Partnership()
        // The programs set a umask of their own; a test's process leaves it to whoever runs it.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.contains(".sqlite") {
            try mode(0o600, folder.path + "/" + name)
        }
    }

    private func findings(
        _ check: String? = nil, pinned: VerifierKey? = nil, at now: Instant? = nil, free: Int64? = nil
    )
        -> [DoctorFinding]
    {
        let site = ExaminedSite(folder: folder, pinned: pinned, now: now ?? test.clock.now, freeBytes: free)
        return Doctor.examine(site).filter { check == nil || $0.check == check }
    }

    /// What one check says, as `severity: what`.
    private func says(_ check: String, pinned: VerifierKey? = nil, at now: Instant? = nil, free: Int64? = nil) -> String
    {
        findings(check, pinned: pinned, at: now, free: free).map { "\($0.severity.rawValue): \($0.what)" }
            .joined(separator: "\n")
    }

    private func change(_ file: String, _ sql: String...) throws {
        let queue = try DatabaseQueue(path: folder.path + "/" + file)
        try queue.write { db in
            for sql in sql { try db.execute(sql: sql) }
        }
        try queue.close()
    }

    private func replace(_ key: String, _ text: String) throws {
        try FileManager.default.removeItem(atPath: folder.keys + "/" + key)
        try KeyFile.write(text, to: folder.keys + "/" + key)
    }

    private func mode(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    @Test func `every check has a name of its own and says something, and a site in order has no trouble`() {
        let findings = findings(pinned: test.site.verifierKey)
        let names = Doctor.checks.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(findings.map(\.check)) == Set(names))
        #expect(findings.allSatisfy { $0.severity != .trouble }, "\(findings.filter { $0.severity == .trouble })")
        #expect(findings.allSatisfy { ($0.severity == .ok) == ($0.remedy == nil) })
    }

    @Test func `no finding names a person`() async throws {
        try await test.post(
            "subject.described", by: partnership.trust, subject: Partnership.person,
            .object(["birthDate": "2010-05-04", "source": "x"]))
        let text = findings().map { $0.what + ($0.remedy ?? "") }.joined()
        #expect(!text.contains("9476719931"))
    }

    @Test func `it writes nothing`() throws {
        func bytes() throws -> [String: Data] {
            var files: [String: Data] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where !name.hasSuffix("-shm") {
                files[name] = try? Data(contentsOf: URL(filePath: folder.path + "/" + name))
            }
            return files
        }
        let before = try bytes()
        _ = findings()
        #expect(try bytes() == before)
    }

    @Test func `files that others may use are named`() throws {
        #expect(says("files").hasPrefix("ok"))
        try mode(0o640, folder.vault)
        #expect(says("files").contains("trouble: others than the owner may use vault.sqlite: its mode is 640"))
        try mode(0o600, folder.vault)
        try mode(0o755, folder.keys)
        #expect(says("files").contains("may use keys: its mode is 755"))
        try mode(0o700, folder.keys)
        try mode(0o644, folder.keys + "/witness.jwk")
        #expect(says("files").contains("keys/witness.jwk"))
        #expect(findings("files").contains { $0.remedy?.contains("replace the key") == true })
    }

    @Test(.enabled(if: geteuid() == 0)) func `a file of another owner is named`() throws {
        #expect(chown(folder.log, 1, 1) == 0)
        #expect(says("files").contains("trouble: log.sqlite has another owner than the folder"))
    }

    @Test func `a receiving key that peers have sealed to for too long is due`() async throws {
        let later = test.clock.now.adding(seconds: 46 * 86_400)
        #expect(!says("keys", at: later).contains("shipments"))
        try await test.administer(
            "peer.added",
            .object([
                "origin": "other.example", "url": "file:",
                "vkey": .text(try VerifierKey(name: "other.example", publicKey: SigningKey.generate().publicKey)),
                "siteKey": SigningKey.generate().publicKey.jwk, "hpke": AgreementKey.generate().publicJWK,
            ]))
        #expect(says("keys", at: test.clock.now.adding(seconds: 44 * 86_400)).hasPrefix("ok"))
        #expect(
            says("keys", at: later).contains("warning: shipments have been sealed to one receiving key for 46 days"))
        await test.site.end()
        _ = try ReceivingKeyChange.run(folder, now: later)
        let site = try TestSite.open(test.folder, test.clock)
        await site.end()
        #expect(says("keys", at: later.adding(seconds: 86_400)).hasPrefix("ok"))
    }

    @Test func `keys that do not load, or are another log's, are named`() throws {
        let vkey = test.site.verifierKey
        #expect(says("keys").hasPrefix("ok"))
        let siteKey = try KeyFile.read(folder.keys + "/site.jwk").trimmingCharacters(in: .newlines)
        try replace("site.jwk", SigningKey.generate().privateJWK.text)
        #expect(says("keys").contains("trouble: site.jwk is not the key"))
        #expect(says("enrolment").contains("trouble: site.jwk was never enrolled"))
        try replace("site.jwk", siteKey)
        try replace("checkpoint.jwk", SigningKey.generate().privateJWK.text)
        #expect(says("keys", pinned: vkey).contains("trouble: checkpoint.jwk is not the key"))
        #expect(says("keys").contains("trouble: checkpoint.jwk is not the key"))
        #expect(says("checkpoint", pinned: vkey).hasPrefix("ok"))
        try FileManager.default.removeItem(atPath: folder.keys + "/checkpoint.jwk")
        #expect(says("keys").contains("trouble: cannot read"))
        #expect(says("vault").contains("warning: not looked at"))
    }

    @Test func `a policy that cannot be read, is another log's, or is not met, is named`() throws {
        let checkpoint = test.site.head.checkpoint
        let witnesses = try (0..<2).map { try Cosignature(name: "w\($0).example", key: .generate()) }
        let lines = witnesses.enumerated().map { "witness w\($0) \($1.verifierKey)\n" }.joined()
        func says(_ policy: String) -> String {
            let policy = Result<TlogPolicy, any Error> { try TlogPolicy(parsing: Array(policy.utf8)) }
            let site = ExaminedSite(folder: folder, policy: policy, now: test.clock.now)
            return Doctor.examine(site).filter { $0.check == "policy" }.map { "\($0.severity.rawValue): \($0.what)" }
                .joined()
        }
        let both = lines + "group both all w0 w1\nquorum both\n"
        #expect(says("quorum both\n").hasPrefix("trouble: the policy cannot be used"))
        let stranger = try VerifierKey(name: "other.example/log", publicKey: SigningKey.generate().publicKey)
        #expect(says("log \(stranger)\nquorum none\n").hasPrefix("trouble: the policy accepts other logs"))
        #expect(says("quorum none\n") == "ok: the policy asks for no witness")
        #expect(says(both).hasPrefix("warning: of the policy's 2 witnesses none has cosigned here"))
        let book = try CosignatureBook(path: folder.cosignatures)
        for (witness, expected) in zip(
            witnesses, ["warning: of the policy's 2 witnesses only `w0`", "ok: trusted under the policy up to size"])
        {
            let line = try witness.sign(checkpoint.checkpoint.text, time: UInt64(test.clock.now.seconds)).line
            try book.add(
                CosignatureAnswer(
                    parsing: Array(line.utf8), to: checkpoint, from: witness.verifierKey, now: test.clock.now),
                to: checkpoint, by: witness.verifierKey)
            #expect(says("log \(test.site.verifierKey)\n" + both).hasPrefix(expected))
        }
    }

    @Test func `a log whose entries do not give the signed root is named`() throws {
        #expect(says("log").hasPrefix("ok"))
        try change(
            "log.sqlite", "DROP TRIGGER entry_no_update",
            "UPDATE entry SET bytes = CAST(bytes || ' ' AS BLOB) WHERE idx = 1")
        #expect(says("log").hasPrefix("trouble"))
        #expect(says("clock").contains("not looked at"))
    }

    @Test func `a checkpoint signed by another is named`() throws {
        #expect(says("checkpoint").hasPrefix("ok"))
        let checkpoint = test.site.head.checkpoint.checkpoint
        let other = try NoteSigner(name: checkpoint.origin, key: .generate()).sign(checkpoint.text)
        try change(
            "log.sqlite", "DROP TRIGGER checkpoint_no_update",
            "UPDATE checkpoint SET note = '\(other.note)' WHERE size = \(checkpoint.size)")
        #expect(says("checkpoint").hasPrefix("trouble: the newest checkpoint"))
    }

    @Test func `a vault under another key, or that has seen more of the log, is named`() throws {
        #expect(says("vault").hasPrefix("ok"))
        try change("vault.sqlite", "UPDATE state SET log_size = 999")
        #expect(says("vault").contains("trouble: the vault has seen 999 entries"))
        try replace("kek", Base64.url.encode(Array(repeating: 7, count: 32)))
        #expect(says("vault").contains("trouble: keys/kek is not the key"))
    }

    @Test func `projections that lag, show another log, or are missing are named`() throws {
        #expect(says("projections").hasPrefix("ok"))
        let root = Hex.encode(try test.site.store.log.root(at: 2).bytes)
        try change("projections.sqlite", "UPDATE position SET size = 2, root = x'\(root)'")
        #expect(says("projections").contains("warning: they are \(test.site.head.size - 2) entries behind the log"))
        try change("projections.sqlite", "UPDATE position SET size = 1")
        #expect(says("projections").hasPrefix("trouble: they show another log"))
        try FileManager.default.removeItem(atPath: folder.projections)
        #expect(says("projections").hasPrefix("warning: there are none"))
    }

    @Test func `keys in use that were revoked or never enrolled are named`() async throws {
        #expect(says("enrolment").contains("warning: there is one operator's key"))
        let second = SigningKey.generate()
        _ = try await test.administer(
            "key.enrolled",
            .object(["agency": .string(TestSite.siteAuthor), "jwk": second.publicKey.jwk, "roles": ["operator"]]))
        #expect(says("enrolment").hasPrefix("ok"))
        test.clock.advance(seconds: 1)
        for key in [test.operatorKey, partnership.school.key] {
            _ = try await test.post(
                try test.sign(
                    "key.revoked", by: second, source: TestSite.siteAuthor,
                    .object([
                        "kid": .text(key.thumbprint), "since": .text(test.clock.now), "reason": "lost",
                    ]))
            ).get()
        }
        #expect(says("enrolment").contains("warning: operator.jwk was revoked"))
        #expect(says("enrolment").contains("warning: urn:104714 has no key that serves"))
        try change("projections.sqlite", "DELETE FROM agency_key WHERE roles LIKE '%operator%'")
        #expect(says("enrolment").contains("trouble: no operator's key serves"))
    }

    @Test func `an agreement is named when its review or its end is near`() throws {
        func at(_ text: String) throws -> String {
            let now: Instant = try #require(Instant(text))
            return says("agreements", at: now)
        }
        #expect(try at("2026-10-15T12:00:00Z") == "ok: 1 in force, none to be reviewed soon")
        #expect(try at("2026-11-10T12:00:00Z") == "warning: liverpool-mash/3 is to be reviewed by 2026-12-01")
        #expect(try at("2026-12-02T12:00:00Z") == "warning: liverpool-mash/3 was to be reviewed by 2026-12-01")
        #expect(try at("2027-03-20T12:00:00Z").contains("liverpool-mash/3 ends on 2027-03-31"))
        try change("projections.sqlite", "UPDATE agreement SET document = 'x', digest = 'x'", "DELETE FROM baseline")
        #expect(try at("2026-10-15T12:00:00Z").contains("trouble: this release cannot read liverpool-mash/3"))
        #expect(try at("2026-10-15T12:00:00Z").contains("warning: no baseline is adopted"))
    }

    @Test func `a clock behind the newest entry is named`() {
        #expect(says("clock").hasPrefix("ok"))
        #expect(says("clock", at: test.clock.now.adding(seconds: -2)).hasPrefix("ok"))
        #expect(says("clock", at: test.clock.now.adding(seconds: -3600)).contains("3600 s behind the newest entry"))
    }

    @Test func `a disk that fills is named before it is full`() {
        #expect(says("disk", free: 2 << 30) == "ok: 2048 MiB are free")
        #expect(says("disk", free: 100 << 20).hasPrefix("warning: 100 MiB are free"))
        #expect(says("disk", free: 31 << 20).hasPrefix("trouble: 31 MiB are free"))
    }

    @Test func `what a restore or a backup left half done is named, and an unfinished restore is not served`()
        async throws
    {
        #expect(says("recovery").hasPrefix("ok"))
        try KeyFile.write("x", to: folder.path + "/projections.sqlite.new")
        #expect(says("recovery").contains("warning: projections.sqlite.new was left"))
        try KeyFile.write("x", to: folder.path + "/unfinished-restore")
        #expect(says("recovery").contains("trouble: a restore into this folder did not finish"))
        await test.site.end()
        #expect(throws: RecoveryError.self) { try TestSite.open(test.folder, test.clock) }
        try FileManager.default.removeItem(atPath: folder.path + "/unfinished-restore")
        _ = try TestSite.open(test.folder, test.clock)
    }

    @Test func `a backup is remembered, and told when it is old`() async throws {
        #expect(says("backup").hasPrefix("warning: none"))
        let keys = try SiteKeys.load(from: folder)
        func backup(_ name: String) async throws {
            let result = try await SiteBackup.run(
                folder, logTo: test.folder.path("log" + name), vaultTo: test.folder.path("vault" + name),
                key: test.site.verifierKey, kek: keys.kek, now: test.clock.now, progress: { _ in })
            #expect(result.report.isSound)
        }
        try await backup("1")
        #expect(says("backup").hasPrefix("ok: the last, verified after writing, was of \(test.site.head.size) entries"))
        test.clock.advance(seconds: 9 * 86_400)
        #expect(says("backup").contains("9 days ago"))
        try await backup("2")
        #expect(says("backup").hasPrefix("ok"))
    }

    @Test func `evidence of two histories is named`() throws {
        #expect(says("evidence").hasPrefix("ok"))
        try change(
            "witness.sqlite",
            "INSERT INTO evidence(origin, time, ours, theirs) VALUES ('other.example', 1, 'a', 'b')")
        #expect(says("evidence").hasPrefix("trouble: other.example has shown two histories, once: both"))
    }
}
