import Encodings
import EventStore
import Projections
import SharingModel
import SharingService
import SiteSupport
import Testing

/// What a revoked key signed when it was not to be trusted any more is counted, and judged by what it was.
@Suite struct RevokedKeyReportTests {
    private func verify(_ test: TestSite) async throws -> (LogAuthority, VerificationReport) {
        let log = test.site.store.log
        let authority = LogAuthority(reading: log)
        let report = await LogVerifier(
            storage: log.storage, vault: log.vault, keys: log.keys, timeline: authority
        ).run()
        return (authority, report)
    }

    private func revoke(_ key: SigningKey, since: Instant, _ test: TestSite) async throws {
        _ = try await test.administer(
            "key.revoked", .object(["kid": .text(key.thumbprint), "since": .text(since), "reason": "lost"]))
    }

    @Test func `what a revoked key signed from since on is counted by what it still does`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        try await partnership.consent()
        test.clock.advance(seconds: 10)
        let since = test.clock.now
        let later = try await partnership.consent(Partnership.otherPerson)
        try await partnership.withdraw(later.id, Partnership.otherPerson)
        let before = try await verify(test)
        #expect(before.1.isSound)
        #expect(RevokedKeyReport.rows(before.0, before.1, decisions: { _, _ in 0 }).isEmpty)
        try await revoke(partnership.trust.key, since: since, test)
        let (authority, report) = try await verify(test)
        // What was recorded before the revocation is validly signed, and no finding.
        #expect(report.isSound, "\(report.findings)")
        let rows = RevokedKeyReport.rows(authority, report, decisions: { _, _ in 0 })
        #expect(rows.count == 1)
        #expect(rows.first?.kid == partnership.trust.key.thumbprint)
        #expect(rows.first?.since == since)
        #expect(rows.first?.noLonger == ["sharing.consent.given.v1": 1])
        #expect(rows.first?.stillCount == ["sharing.consent.withdrawn.v1": 1])
    }

    @Test func `decisions that released something resting on what it signed are counted`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let since = test.clock.now
        try await partnership.consent()
        let delivered = try await test.post(
            "disclosure.delivered", by: partnership.trust, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id), "purpose": "early-help",
                "actor": Partnership.actor("nurse"),
            ]), content: [("identity", .object(["name": "A. Child"]))])
        #expect(delivered.outcome == "permitted")
        try await revoke(partnership.trust.key, since: since, test)
        let (authority, report) = try await verify(test)
        let projections = test.site.store.projections
        let rows = try projections.read { reader in
            try RevokedKeyReport.rows(authority, report) { try reader.decisions(restingOn: $0.description, from: $1) }
        }
        #expect((rows.first?.decisions ?? 0) >= 1)
        let earlier = try projections.read { try $0.decisions(restingOn: "another", from: since) }
        #expect(earlier == 0)
    }

    @Test func `a key enrolled by a revoked operator from since on falls with it, and is listed`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let rogue = SigningKey.generate()
        _ = try await test.administer(
            "key.enrolled",
            .object(["agency": .string(TestSite.siteAuthor), "jwk": rogue.publicKey.jwk, "roles": ["operator"]]))
        func enrol(_ key: SigningKey) async throws {
            _ = try await test.post(
                try test.sign(
                    "key.enrolled", by: rogue, source: TestSite.siteAuthor,
                    .object([
                        "agency": .string(partnership.council.id), "jwk": key.publicKey.jwk, "roles": ["agency"],
                    ]))
            ).get()
        }
        let (trusted, distrusted) = (SigningKey.generate(), SigningKey.generate())
        try await enrol(trusted)
        test.clock.advance(seconds: 10)
        let since = test.clock.now
        try await enrol(distrusted)
        let council = partnership.council.id
        func given(by key: SigningKey) async throws -> Answer {
            await test.post(
                try test.sign(
                    "consent.given", by: key, source: council, subject: Partnership.person,
                    .object([
                        "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                        "recipients": [.string(council)], "method": "written", "from": "2026-01-01",
                    ])))
        }
        _ = try await given(by: distrusted).get()
        #expect(try await partnership.ask(["identity"]).outcome == "permitted")
        try await revoke(rogue, since: since, test)
        // Its consent permits nothing any more, and it posts no more; the key enrolled before goes on.
        #expect(try await partnership.ask(["identity"]).outcome == "refused")
        #expect(try await given(by: distrusted).rejection?.code == "key-revoked")
        let (authority, report) = try await verify(test)
        #expect(report.isSound, "\(report.findings)")
        let rows = RevokedKeyReport.rows(authority, report, decisions: { _, _ in 0 })
        #expect(Set(rows.map(\.kid)) == [rogue.thumbprint, distrusted.thumbprint])
        #expect(rows.first { $0.kid == rogue.thumbprint }?.noLonger == ["sharing.key.enrolled.v1": 1])
        #expect(rows.first { $0.kid == distrusted.thumbprint }?.noLonger == ["sharing.consent.given.v1": 1])
        _ = try await given(by: trusted).get()
        #expect(try await partnership.ask(["identity"]).outcome == "permitted")
    }
}
