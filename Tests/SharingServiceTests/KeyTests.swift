import Encodings
import EventStore
import Projections
import SharingModel
import SharingService
import SiteSupport
import Testing

@Suite struct KeyLifeTests {
    private func revoke(_ kid: Thumbprint, since: Instant, _ test: TestSite) async throws -> Receipt {
        try await test.administer(
            "key.revoked",
            .object(["kid": .text(kid), "since": .text(since), "reason": "lost"]))
    }

    @Test func `a revoked key ends posting and reading, and its repeats still get their receipts`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let bytes = try test.sign(
            "subject.described", by: partnership.trust.key, source: partnership.trust.id, subject: Partnership.person,
            .object(["birthDate": "2010-05-04", "source": "x"]))
        let first = try await test.post(bytes).get()
        _ = try await revoke(partnership.trust.key.thumbprint, since: test.clock.now, test)
        let again = try await test.post(bytes).get()
        #expect(again.index == first.index)
        let refused = await test.post(
            try test.sign(
                "subject.described", by: partnership.trust.key, source: partnership.trust.id,
                subject: Partnership.person,
                .object(["birthDate": "2011-05-04", "source": "x"])))
        #expect(refused.rejection?.kind == .forbidden)
        #expect(refused.rejection?.code == "key-revoked")
        let token = try BearerToken.sign(
            issuer: partnership.trust.id, audience: TestSite.origin, tokenID: "t", issued: test.clock.now,
            key: partnership.trust.key)
        #expect(throws: Rejection.self) { try test.site.frontDesk.authenticate(Array(token.utf8), now: test.clock.now) }
    }

    @Test func `a consent recorded after the moment since when its key is not trusted permits nothing`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        // The council takes the consent under a key that the trust's agreement does not rest on.
        let second = TestAgency("gss:E08000012", "council")
        _ = try await test.administer(
            "key.enrolled",
            .object(["agency": .string(second.id), "jwk": second.key.publicKey.jwk, "roles": ["agency"]]))
        test.clock.advance(seconds: 10)
        try await test.post(
            "consent.given", by: second, subject: Partnership.person,
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                "recipients": [.string(second.id)], "method": "written", "from": "2026-01-01",
            ]))
        #expect(try await partnership.ask(["identity"]).outcome == "permitted")
        _ = try await revoke(second.key.thumbprint, since: test.clock.now.adding(seconds: -5), test)
        #expect(try await partnership.ask(["identity"]).outcome == "refused")
    }

    @Test func `keys that an untrusted operator's key enrolled end with it`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let rogue = SigningKey.generate()
        _ = try await test.administer(
            "key.enrolled",
            .object(["agency": .string(TestSite.siteAuthor), "jwk": rogue.publicKey.jwk, "roles": ["operator"]]))
        let ghost = TestAgency("ods:GHOST", "nhs")
        _ = try await test.post(
            try test.sign(
                "agency.registered", by: rogue, source: TestSite.siteAuthor,
                .object([
                    "agency": .string(ghost.id), "name": "Ghost", "kind": "nhs", "publicAuthority": true,
                    "keys": [.object(["jwk": ghost.key.publicKey.jwk, "roles": ["agency"]])],
                ]))
        ).get()
        _ = try await revoke(rogue.thumbprint, since: test.clock.now, test)
        let refused = await test.post(
            try test.sign(
                "subject.described", by: ghost.key, source: ghost.id, subject: Partnership.person,
                .object(["birthDate": "2010-05-04", "source": "x"])))
        #expect(refused.rejection?.code == "key-revoked")
    }

    @Test func `a key is enrolled once, ever, and the last operator's key stays`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let again = await test.post(
            try test.sign(
                "key.enrolled", by: test.operatorKey, source: TestSite.siteAuthor,
                .object([
                    "agency": .string(partnership.council.id), "jwk": partnership.trust.key.publicKey.jwk,
                    "roles": ["agency"],
                ])))
        #expect(again.rejection?.code == "key-enrolled-before")
        let last = await test.post(
            try test.sign(
                "key.revoked", by: test.operatorKey, source: TestSite.siteAuthor,
                .object([
                    "kid": .text(test.operatorKey.thumbprint), "since": .text(test.clock.now), "reason": "x",
                ])))
        #expect(last.rejection?.code == "last-operator-key")
    }

    @Test func `the key book of the projections is the key book of the log`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        _ = try await revoke(partnership.school.key.thumbprint, since: test.clock.now, test)
        let authority = LogAuthority(reading: test.site.store.log)
        let book = try test.site.store.projections.read { try KeyBook($0) }
        for (kid, key) in book.keys {
            let standing = authority.standing(of: kid, author: key.agency.text, at: test.site.head.size)
            #expect(standing == (key.isValid ? .valid(key.publicKey) : .revoked))
        }
    }
}
