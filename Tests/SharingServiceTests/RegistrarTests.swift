import Encodings
import EventStore
import SharingModel
import SharingService
import SiteSupport
import Testing

@Suite struct RegistrarTests {
    @Test func `a posted event gets a receipt with its place, its leaf and the checkpoint that covers it`() async throws
    {
        let partnership = try await Partnership()
        let receipt = try await partnership.consent()
        let site = partnership.test.site
        let entry = try site.store.log.entry(at: receipt.index)
        #expect(entry.id == receipt.id)
        #expect(receipt.leafHash == entry.leafHash.bytes)
        #expect(receipt.outcome == "recorded")
        #expect(receipt.follows.isEmpty)
        let checkpoint = try SignedCheckpoint(parsing: receipt.checkpoint).verified(by: site.verifierKey)
        #expect(checkpoint.size == receipt.index + 1)
    }

    @Test func `the same event again gets its receipt again`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let bytes = try test.sign(
            "disclosure.requested", by: partnership.council.key, source: partnership.council.id,
            subject: Partnership.person, partnership.question(["identity"]))
        let first = try await test.post(bytes).get()
        let again = try await test.post(bytes).get()
        #expect(!first.isRepeat)
        #expect(again.isRepeat)
        #expect(again.index == first.index)
        #expect(again.outcome == first.outcome)
        #expect(again.decision == first.decision)
        #expect(again.follows.map(\.id) == first.follows.map(\.id))
        #expect(test.site.head.size == first.index + 2)
    }

    @Test func `the same id with other bytes is a conflict`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let id = UniqueID.random().description
        func bytes(_ source: String) throws -> [UInt8] {
            try test.sign(
                "subject.described", by: partnership.trust.key, source: partnership.trust.id,
                subject: Partnership.person,
                .object(["birthDate": "2010-05-04", "source": .string(source)]), id: id)
        }
        _ = try await test.post(try bytes("birth certificate")).get()
        let size = test.site.head.size
        let answer = await test.post(try bytes("hearsay"))
        #expect(answer.rejection?.code == "id-in-use")
        #expect(answer.rejection?.kind == .conflict)
        #expect(test.site.head.size == size)
    }

    @Test func `a decision stands right behind what it decides, signed by the site`() async throws {
        let partnership = try await Partnership()
        try await partnership.consent()
        let receipt = try await partnership.ask(["identity", "health.summary"])
        #expect(receipt.outcome == "permitted")
        #expect(receipt.follows.map(\.index) == [receipt.index + 1])
        #expect(receipt.follows.map(\.type) == ["sharing.disclosure.decided.v1"])
        let entry = try partnership.test.site.store.log.entry(at: receipt.index + 1)
        #expect(entry.author == TestSite.siteAuthor)
        #expect(entry.cause == receipt.id)
        #expect(entry.audience == ["gss:E08000012", "ods:RBS25", TestSite.siteAuthor])
        #expect(entry.releases.isEmpty)
    }

    @Test func `a partly permitted request says what is missing, and a withdrawal turns the next into a refusal`()
        async throws
    {
        let partnership = try await Partnership()
        let consent = try await partnership.consent()
        let partly = try await partnership.ask(["identity", "health.mental"])
        #expect(partly.outcome == "partly-permitted")
        #expect(partly.decision?["items"]?.array?.count == 2)
        #expect(partly.decision?["notice"]?.string?.contains("not complete") == true)
        try await partnership.withdraw(consent.id)
        let refused = try await partnership.ask(["identity", "health.summary"])
        #expect(refused.outcome == "refused")
        #expect(refused.decision?["items"]?.array?.first?["codes"] == ["consent-withdrawn"])
    }

    @Test func `a safeguarding referral to the council passes whole and releases its content`() async throws {
        let partnership = try await Partnership()
        let receipt = try await partnership.refer()
        #expect(receipt.outcome == "permitted")
        #expect(receipt.decision?["shareFirst"] == true)
        let decision = try partnership.test.site.store.log.entry(at: receipt.index + 1)
        #expect(decision.releases == [receipt.id])
        let council = try partnership.council.reader()
        let event = try partnership.test.site.desk.event(receipt.id, for: council)
        #expect(event["disclosures"]?.array?.count == 2)
        try await partnership.step("received", receipt.id, by: partnership.council)
        try await partnership.step("accepted", receipt.id, by: partnership.council)
        let board = try partnership.test.site.desk.referral(receipt.id, for: council)
        #expect(board["state"] == "accepted")
        #expect(board["steps"]?.array?.compactMap { $0["verb"]?.string } == ["received", "accepted"])
    }

    @Test func `a forbidden step is a conflict that names the state and what is allowed`() async throws {
        let partnership = try await Partnership()
        let receipt = try await partnership.refer()
        let test = partnership.test
        let answer = await test.post(
            try test.sign(
                "referral.accepted", by: partnership.council.key, source: partnership.council.id,
                subject: Partnership.person,
                .object(["referral": .string(receipt.id.description), "actor": Partnership.actor("social-worker")])))
        #expect(answer.rejection?.kind == .conflict)
        #expect(answer.rejection?.code == "forbidden-transition")
        #expect(answer.rejection?.detail.contains("submitted") == true)
        #expect(answer.rejection?.detail.contains("received") == true)
    }

    @Test func `a referral has room for so many steps, and can be ended all the same`() async throws {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        func step(_ verb: String, by agency: TestAgency? = nil, reason: String? = nil) async -> String? {
            do {
                try await partnership.step(verb, referral.id, by: agency ?? partnership.council, reason: reason)
                return nil
            } catch {
                return (error as? Rejection)?.code
            }
        }
        #expect(await step("received") == nil)
        let acknowledged = try (1..<ServiceLimits.referralSteps).map { _ in
            try partnership.test.sign(
                "referral.acknowledged", by: partnership.council.key, source: partnership.council.id,
                subject: Partnership.person,
                .object([
                    "referral": .string(referral.id.description), "actor": Partnership.actor("social-worker"),
                ]))
        }
        #expect(try await partnership.test.post(all: acknowledged).allSatisfy { $0.rejection == nil })
        for verb in ["acknowledged", "escalated", "triaged", "info-requested"] {
            #expect(await step(verb) == "too-many-steps")
        }
        // What does not fit says so as before.
        #expect(await step("reopened") == "forbidden-transition")
        // A note that it is withdrawn is taken once.
        #expect(await step("withdrawn", by: partnership.school, reason: "moved") == nil)
        #expect(await step("withdrawn", by: partnership.school, reason: "moved") == "too-many-steps")
        #expect(await step("accepted") == nil)
        #expect(await step("closed", reason: "done") == nil)
        #expect(await step("reopened") == "too-many-steps")
    }

    @Test func `events handed in together see the effects of those before them`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let consentID = UniqueID.random()
        let events = [
            try test.sign(
                "consent.given", by: partnership.trust.key, source: partnership.trust.id, subject: Partnership.person,
                .object([
                    "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                    "recipients": [.string(partnership.council.id)], "method": "verbal", "from": "2026-01-01",
                ]), id: consentID.description),
            try test.sign(
                "disclosure.requested", by: partnership.council.key, source: partnership.council.id,
                subject: Partnership.person, partnership.question(["identity"])),
            try test.sign(
                "consent.withdrawn", by: partnership.trust.key, source: partnership.trust.id,
                subject: Partnership.person,
                .object(["consent": .string(consentID.description), "by": "self"])),
            try test.sign(
                "disclosure.requested", by: partnership.council.key, source: partnership.council.id,
                subject: Partnership.person, partnership.question(["identity"])),
        ]
        let outcomes = try await test.post(all: events).map { try $0.get().outcome }
        #expect(outcomes == ["recorded", "permitted", "recorded", "refused"])
    }

    @Test func `a site that has ended says so, and takes nothing`() async throws {
        let partnership = try await Partnership()
        await partnership.test.site.end()
        let answer = await partnership.test.post(
            try partnership.test.sign(
                "subject.described", by: partnership.trust.key, source: partnership.trust.id,
                subject: Partnership.person,
                .object(["birthDate": "2010-05-04", "source": "x"])))
        #expect(answer.rejection?.kind == .overloaded)
        #expect(answer.rejection?.code == "site-ending")
    }
}

extension Result where Failure == Rejection {
    var rejection: Rejection? {
        if case .failure(let rejection) = self { rejection } else { nil }
    }
}
