import Encodings
import EventStore
import Projections
import SharingModel
import SharingService
import SiteSupport
import Testing

/// What a hostile review found once, held for good.
@Suite struct ReviewFindingsTests {
    private func member(_ partnership: Partnership, _ recipients: [String]) async throws -> Receipt {
        try await partnership.test.post(
            "consent.given", by: partnership.trust, subject: Partnership.person,
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                "recipients": .strings(recipients), "method": "written", "from": "2026-01-01",
            ]))
    }

    @Test func `a withdrawal is never refused for its size`() async throws {
        let partnership = try await Partnership()
        let others = (0..<62).map { TestAgency("org:test:\($0)", "voluntary") }
        for agency in others { try await partnership.test.register(agency, roles: ["agency"]) }
        let given = try await member(partnership, [partnership.council.id] + others.map(\.id))
        // The school gets something that rests on it, and becomes the 65th who must be told.
        let request = try await partnership.ask(["identity"])
        #expect(request.outcome == "permitted")
        let withdrawn = try await partnership.withdraw(given.id)
        #expect(withdrawn.outcome == "recorded")
        #expect(try await partnership.ask(["identity"]).outcome == "refused")
    }

    @Test func `an event with tens of thousands of members is answered`() async throws {
        let partnership = try await Partnership()
        let members = (0..<30_000).map { JSONObject.Member(name: "m\($0)", value: .integer(1)) }
        let answer = await partnership.test.post(
            try partnership.test.sign(
                "subject.described", by: partnership.trust.key, source: partnership.trust.id,
                subject: Partnership.person,
                .object(JSONObject(unique: members))))
        #expect(answer.rejection?.kind == .invalid)
    }

    @Test func `another agency's key never gets the receipt of an event`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let id = UniqueID.random().description
        let data = JSON.object(["birthDate": "2010-05-04", "source": "x"])
        func bytes(_ key: SigningKey) throws -> [UInt8] {
            try test.sign(
                "subject.described", by: key, source: partnership.trust.id, subject: Partnership.person, data, id: id)
        }
        _ = try await test.post(try bytes(partnership.trust.key)).get()
        #expect(await test.post(try bytes(partnership.council.key)).rejection?.code == "source-not-of-key")
    }

    @Test func `what was not released to a recipient it does not even learn the name of`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        try await partnership.consent()
        let delivery = try await test.post(
            "disclosure.delivered", by: partnership.trust, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id), "purpose": "early-help",
                "actor": Partnership.actor("nurse"),
            ]), content: [("contact", "c"), ("finance", "f"), ("identity", "i"), ("health.mental", "h")])
        #expect(delivery.outcome == "partly-permitted")
        let council = try partnership.council.reader([.agency, .igLead])
        let decided = try #require(delivery.follows.first)
        let desk = test.site.desk
        let seen = try [
            desk.disclosures(for: council, Page()).text, desk.disclosure(delivery.id, for: council).text,
            desk.report(ReportQuestion(.disclosures), for: council).csv, desk.content(delivery.id, for: council).text,
            desk.event(decided.id, for: council).text,
        ]
        for text in seen { #expect(!text.contains("finance") && !text.contains("health.mental")) }
        let jws = try #require(desk.event(decided.id, for: council)["jws"]?.string)
        let payload = try UnverifiedEvent(parsing: Array(jws.utf8), disclosures: .some).payload
        let items = payload["data"]?["decision"]?["items"]?.array ?? []
        #expect(items.map { $0["item"]?.string } == ["contact", "identity", nil, nil])
        let digests = items.compactMap { $0["..."]?.string }
        #expect(digests == digests.sorted())
        #expect(try desk.event(decided.id, for: partnership.trust.reader())["disclosures"]?.array?.count ?? 0 >= 2)
    }

    @Test func `pupil numbers are not shown where they may not be`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        func consent(_ recipient: String) async throws -> Answer {
            await test.post(
                try test.sign(
                    "consent.given", by: partnership.school.key, source: partnership.school.id,
                    subject: "upn:B801200005001",
                    .object([
                        "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                        "recipients": [.string(recipient)], "method": "written", "from": "2026-01-01",
                    ])))
        }
        #expect(try await consent(partnership.trust.id).rejection?.violations.first?.code == "identifier-not-allowed")
        #expect(try await consent(partnership.council.id).rejection == nil)
    }

    @Test func `an agency that has ended is refused with a reason, not unknown`() async throws {
        let partnership = try await Partnership()
        try await partnership.test.administer(
            "agency.ended", .object(["agency": .string(partnership.council.id), "reason": "merged"]))
        let receipt = try await partnership.refer()
        #expect(receipt.outcome == "refused")
        #expect(receipt.decision?["items"]?.array?.first?["codes"] == ["key-revoked"])
    }

    @Test func `a loss of a key found out later to be older is recorded`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        func revoke(_ since: Instant) async throws -> Answer {
            await test.post(
                try test.sign(
                    "key.revoked", by: test.operatorKey, source: TestSite.siteAuthor,
                    .object(["kid": .text(partnership.school.key.thumbprint), "since": .text(since), "reason": "lost"]))
            )
        }
        let now = test.clock.now
        #expect(try await revoke(now.adding(seconds: 60)).rejection?.violations.first?.code == "since-ahead")
        #expect(try await revoke(now).rejection == nil)
        #expect(try await revoke(now).rejection?.code == "key-revoked")
        #expect(try await revoke(now.adding(seconds: -3600)).rejection == nil)
        let book = try test.site.store.projections.read { try KeyBook($0) }
        #expect(book[partnership.school.key.thumbprint]?.distrustedSince == now.adding(seconds: -3600))
    }

    @Test func `whoever was redirected a referral can confirm what arrived`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let police = TestAgency("org:police:1", "police")
        try await test.register(police)
        let referral = try await partnership.refer()
        try await partnership.step("received", referral.id, by: partnership.council)
        let redirect = try await test.post(
            "referral.redirected", by: partnership.council, subject: Partnership.person,
            .object([
                "referral": .string(referral.id.description), "actor": Partnership.actor("social-worker"),
                "reason": "out of hours", "to": .string(police.id),
            ]))
        #expect(redirect.outcome == "permitted")
        let content = try test.site.desk.content(redirect.id, for: police.reader())
        let digest = try #require(content["deliveries"]?.array?.first?["digest"]?.string)
        let receipt = try await test.post(
            "disclosure.receipted", by: police, subject: Partnership.person,
            .object(["delivery": .string(redirect.id.description), "digest": .string(digest)]))
        #expect(receipt.outcome == "recorded")
    }
}
