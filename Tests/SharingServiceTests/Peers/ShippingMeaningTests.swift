import Encodings
import EventStore
import Foundation
import SharingModel
import Shipping
import SiteSupport
import Support
import Testing

@testable import SharingService

/// Our own events through the post room: a partnership whose council has a site of its own.
@Suite struct ShippingMeaningTests {
    private static let receiver = "council.example"

    private let partnership: Partnership
    private let folder: TemporaryFolder
    private let replica: PeerReplica
    private let writer: ShipmentWriter
    private let receiving = AgreementKey.generate()

    init() async throws {
        partnership = try await Partnership(councilSite: Self.receiver)
        folder = try TemporaryFolder()
        let log = partnership.test.site.store.log
        replica = try PeerReplica(
            path: folder.path("replica.sqlite"), origin: TestSite.origin, receiver: Self.receiver,
            key: log.verifierKey, authors: PeerKeyBook(),
            vault: Vault(path: folder.path("vault.sqlite"), kek: .generate()))
        writer = ShipmentWriter(
            log: log, meaning: SharingMeaning(log: log), siteKey: partnership.test.site.store.siteKey,
            receiver: Self.receiver)
    }

    /// Ships everything that there is.
    private func ship() throws {
        let now = partnership.test.clock.now
        let trust = PeerTrust(
            siteKey: partnership.test.site.store.siteKey.publicKey, receiving: [receiving])
        repeat {
            partnership.test.clock.advance(seconds: 1)
            let state = replica.state
            let written = try writer.piece(
                state.request(sealedTo: receiving.publicKey), now: partnership.test.clock.now)
            let verifier = PieceVerifier(
                trust: trust, state: state, lookup: replica, source: .line, now: partnership.test.clock.now)
            try replica.commit(try verifier.verify(try verifier.parse(written.bytes)), now: now)
        } while !replica.state.isComplete
    }

    /// The event of a type that came last, and the names of its disclosures.
    private func last(_ type: EventType) throws -> (event: UnverifiedEvent, disclosures: [Disclosure])? {
        let events = try replica.events(from: 0, below: .max, limit: 1000)
        guard let body = events.last(where: { $0.entry.type == type.rawValue })?.body.opened else { return nil }
        let event = try UnverifiedEvent(parsing: body.compact, disclosures: .some)
        return (event, event.disclosures)
    }

    @Test func `keys, baselines and agreements of everybody and of the council's come, and nothing private`()
        async throws
    {
        try await partnership.test.post(
            "subject.described", by: partnership.trust, subject: Partnership.person,
            .object(["birthDate": "2012-05-06", "source": "x"]))
        try ship()
        let types = Set(try replica.events(from: 0, below: .max, limit: 1000).map(\.entry.type))
        #expect(types.contains(EventType.siteFounded.rawValue) && types.contains(EventType.agreementSigned.rawValue))
        #expect(!types.contains(EventType.subjectDescribed.rawValue))
        #expect(replica.state.edge.root == partnership.test.site.store.log.head.root)
        await partnership.test.site.end()
    }

    @Test func `a referral crosses by its decision, with the items that were permitted`() async throws {
        let referral = try await partnership.refer()
        try ship()
        let came = try #require(try last(.referralSubmitted))
        #expect(came.event.payload["id"]?.string == referral.id.description)
        let log = partnership.test.site.store.log
        let stored = try #require(try log.body(at: referral.index).opened?.event())
        let decision = try #require(try last(.disclosureDecided))
        let permitted =
            decision.event.resolved.json["data"]?["decision"]?["items"]?.array?.compactMap { item in
                item["result"]?.string == "permitted" ? item["item"]?.string : nil
            } ?? []
        #expect(!permitted.isEmpty)
        #expect(
            came.disclosures.map(\.name)
                == stored.resolved.inOrder.map(\.name).filter { permitted.contains($0 ?? "") })
        // Why, and on which facts, stays at the holder's site.
        #expect(!decision.disclosures.contains { $0.name == "facts" || $0.name == "nearest" })
        await partnership.test.site.end()
    }

    @Test func `of a refusal the asker's site gets what the asker may see, as the asker would read it there`()
        async throws
    {
        try await partnership.ask(["health.summary", "health.mental"])
        try ship()
        let came = try #require(try last(.disclosureDecided))
        let site = partnership.test.site
        let id = try #require(came.event.payload["id"]?.string.flatMap { UniqueID($0) })
        let shown = try site.desk.event(id, for: partnership.council.reader())
        #expect(
            shown["disclosures"]?.array?.compactMap(\.string)
                == came.disclosures.map { String(decoding: $0.encoded, as: UTF8.self) })
        await site.end()
    }
}
