import Encodings
import EventStore
import Projections
import SharingModel
import SiteSupport
import Testing

@testable import SharingService

/// Who may say which sites exchange logs, and what is taken of it.
@Suite struct PeerTests {
    private static let peer = "other.example/site"

    private static func added(
        origin: String = peer, url: String = "https://other.example", name: String = peer, siteKey: JSON? = nil,
        hpke: JSON? = nil
    ) throws -> JSON {
        .object([
            "origin": .string(origin), "url": .string(url),
            "vkey": .text(try VerifierKey(name: name, publicKey: SigningKey.generate().publicKey)),
            "siteKey": siteKey ?? SigningKey.generate().publicKey.jwk,
            "hpke": hpke ?? AgreementKey.generate().publicJWK,
        ])
    }

    private static let root = JSON.string(MerkleHash.emptyRoot.base64)

    @Test func `an operator adds and removes peers, for nobody else to read`() async throws {
        let test = try TestSite()
        let receipt = try await test.administer("peer.added", try Self.added())
        #expect(try test.site.store.log.entry(at: receipt.index).audience == [TestSite.siteAuthor])
        await #expect(throws: Rejection.self) { try await test.administer("peer.added", try Self.added()) }
        let removed = JSON.object(["origin": .string(Self.peer), "reason": "closed"])
        try await test.administer("peer.removed", removed)
        await #expect(throws: Rejection.self) { try await test.administer("peer.removed", removed) }
        try await test.administer("peer.added", try Self.added(url: "https://new.example"))
        let row = try test.site.store.projections.read { try $0.peer(Self.peer) }
        #expect(row?.url == "https://new.example" && row?.removed == nil)
        await test.site.end()
    }

    @Test func `who follows the peers is woken when one is added or removed, and by nothing else`() async throws {
        let test = try TestSite()
        let watching = test.site.subscribers.watchPeers()
        try await test.administer("peer.added", try Self.added())
        #expect(await watching.next().isWoken)
        try await test.administer("peer.removed", .object(["origin": .string(Self.peer), "reason": "closed"]))
        #expect(await watching.next().isWoken)
        try await test.register(TestAgency("ods:RBS25", "nhs"))
        await test.site.end()
        let last = await watching.next()
        #expect(last.isEnding && !last.isWoken)
    }

    @Test(
        arguments: [
            ("own-origin", try added(origin: TestSite.origin, name: TestSite.origin)),
            ("other-log", try added(name: "third.example")),
            ("key-not-for-agreement", try added(hpke: SigningKey.generate().publicKey.jwk)),
            ("key-type-unsupported", try added(siteKey: AgreementKey.generate().publicJWK)),
        ])
    func `what is said of a peer is held together`(code: String, data: JSON) async throws {
        let test = try TestSite()
        let bytes = try test.sign("peer.added", by: test.operatorKey, source: TestSite.siteAuthor, data)
        #expect(await test.post(bytes).rejection?.violations.first?.code == code)
        await test.site.end()
    }

    @Test func `an agency adds no peer`() async throws {
        let partnership = try await Partnership()
        let bytes = try partnership.test.sign(
            "peer.added", by: partnership.trust.key, source: partnership.trust.id, try Self.added())
        #expect(await partnership.test.post(bytes).rejection?.code == "role-missing")
        await partnership.test.site.end()
    }

    @Test func `how far a peer's log is known is for the site itself to say, and only what it has, and only forward`()
        async throws
    {
        let league = try await League()
        let (origin, site) = ("trust.test", league.atCouncil)
        let synced = try site.site.store.projections.read { reader in
            try reader.peer(origin).flatMap { try reader.sync(of: $0) }
        }
        let known = try #require(synced)
        try await league.trustDescribes()
        #expect(await code { try await site.advance(origin, to: known.size, own: false) } == "site-only")
        #expect(await code { try await site.advance(origin, to: known.size) } == "sync-not-advanced")
        // More than is here.
        #expect(await code { try await site.advance(origin, to: known.size + 1, root: known.root) } == "replica-behind")
        let receipt = try #require(try await league.ship(origin, "council.test"))
        #expect(try site.site.store.log.entry(at: receipt.index).audience == ["site:council.test"])
        // Of a poll that brings nothing, nothing is recorded.
        #expect(try await league.ship(origin, "council.test") == nil)
        await league.end()
    }

    @Test func `the key that shipments are sealed to is announced by the site itself, for everybody`() async throws {
        let test = try TestSite()
        let bytes = try test.sign(
            "hpke-key.rotated", by: test.site.store.siteKey, source: TestSite.siteAuthor,
            .object(["jwk": AgreementKey.generate().publicJWK]))
        #expect(await test.post(bytes).rejection?.code == "site-only")
        let received = try test.site.frontDesk.receive(
            try test.sign(
                "hpke-key.rotated", by: test.site.store.siteKey, source: TestSite.siteAuthor,
                .object(["jwk": AgreementKey.generate().publicJWK])))
        let own = ReceivedEvent(verified: received.verified, event: received.event, isOwn: true)
        let receipt = try await test.site.record([own])[0].get()
        #expect(try test.site.store.log.entry(at: receipt.index).audience == ["*"])
        await test.site.end()
    }
}
