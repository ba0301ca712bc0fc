import Encodings
import EventStore
import Projections
import SharingModel
import SiteSupport
import Support
import Testing

@testable import SharingService

/// Whoever reads content that was released to it is on record before it has the answer.
@Suite struct OpeningTests {
    private func openings(_ site: Site) throws -> [Entry] {
        try (0..<site.head.size).map { try site.store.log.entry(at: $0) }.filter {
            $0.type == EventType.contentOpened.rawValue
        }
    }

    private func reader(_ agency: TestAgency, _ id: String = "w-1") throws -> Reader {
        let agency = try AgencyID(agency.id)
        let role = try #require(RoleCode("social-worker"))
        return Reader(agency: agency, roles: [.agency], actor: Actor(id: id, role: role, employer: agency))
    }

    /// Reads as a call does: the answer only after the record.
    private func read(_ id: UniqueID, by reader: Reader, _ site: Site) async throws -> JSON {
        let desk = site.desk
        let answer = try desk.content(id, for: reader)
        try await site.record(desk.openings.take())
        return answer
    }

    @Test func `a recipient's reading is recorded, for it and for the holder, with who read and what`() async throws {
        let partnership = try await Partnership()
        let site = partnership.test.site
        let referral = try await partnership.refer()
        _ = try await read(referral.id, by: reader(partnership.council), site)
        let opened = try openings(site)
        #expect(opened.count == 1)
        let entry = try #require(opened.first)
        #expect(entry.author == TestSite.siteAuthor)
        #expect(entry.audience == [partnership.council.id, TestSite.siteAuthor, partnership.school.id])
        #expect(entry.cause == referral.id)
        let rows = try site.store.projections.read { try $0.openings(of: referral.id) }
        #expect(rows.map(\.agency.text) == [partnership.council.id])
        #expect(Set(rows.first?.items.map(\.text) ?? []) == ["identity", "referral.summary"])
        let seen = try site.desk.event(entry.id, for: reader(partnership.school))
        let jws = try #require(seen["jws"]?.string)
        let event = try UnverifiedEvent(parsing: Array(jws.utf8))
        #expect(event.payload["data"]?["by"]?["id"] == "w-1")
    }

    @Test func `the holder's own look opens nothing`() async throws {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        _ = try await read(referral.id, by: reader(partnership.school), partnership.test.site)
        #expect(try openings(partnership.test.site).isEmpty)
    }

    @Test func `the same reader within a short while is one reading; another reader, or later, is another`()
        async throws
    {
        let partnership = try await Partnership()
        let site = partnership.test.site
        let referral = try await partnership.refer()
        for _ in 0..<3 { _ = try await read(referral.id, by: reader(partnership.council), site) }
        #expect(try openings(site).count == 1)
        _ = try await read(referral.id, by: reader(partnership.council, "w-2"), site)
        #expect(try openings(site).count == 2)
        partnership.test.clock.advance(seconds: ServiceLimits.sameReadingSeconds)
        _ = try await read(referral.id, by: reader(partnership.council), site)
        #expect(try openings(site).count == 3)
    }

    @Test func `an event read with its content is opened, in a list too; a page of registers opens nothing`()
        async throws
    {
        let partnership = try await Partnership()
        let site = partnership.test.site
        let referral = try await partnership.refer()
        let council = try reader(partnership.council)
        let desk = site.desk
        _ = try desk.disclosures(for: council, Page())
        _ = try desk.referrals(for: council, .init(), Page())
        #expect(desk.openings.take().isEmpty)
        _ = try desk.event(referral.id, for: council)
        #expect(desk.openings.take().map(\.event) == [referral.id])
        _ = try desk.events(for: council, .init(), Page(limit: 1000))
        #expect(desk.openings.take().map(\.event) == [referral.id])
    }

    @Test func `nobody but the site says that something was opened`() async throws {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        let answer = await partnership.test.post(
            try partnership.test.sign(
                "content.opened", by: partnership.council.key, source: partnership.council.id,
                subject: Partnership.person,
                .object([
                    "event": .string(referral.id.description), "by": Partnership.actor("social-worker"),
                    "items": ["identity"],
                ])))
        #expect(throws: Rejection.self) { try answer.get() }
        let own = await partnership.test.post(
            try partnership.test.sign(
                "content.opened", by: KeyFile.signingKey(partnership.test.folder.path("site/keys/site.jwk")),
                source: TestSite.siteAuthor, subject: Partnership.person,
                .object([
                    "event": .string(referral.id.description), "by": Partnership.actor("social-worker"),
                    "items": ["identity"],
                ])))
        #expect(throws: Rejection.self) { try own.get() }
    }

    @Test func `what cannot be recorded is not shown`() async throws {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        let site = partnership.test.site
        let desk = site.desk
        _ = try desk.content(referral.id, for: reader(partnership.council))
        await site.end()
        await #expect(throws: Rejection.self) { try await site.record(desk.openings.take()) }
    }
}
