import Encodings
import EventStore
import Projections
import SharingModel
import SiteSupport
import Testing

@testable import SharingService

/// A referral of which a part was referred to the holder's people: what they settle later neither takes it from its
/// recipient nor begins its life anew.
@Suite struct ArrivalTests {
    /// An early help referral that has reached the council and was received there, all but the health summary, over which
    /// child and parent disagree.
    private func arrived() async throws -> (Partnership, referral: Receipt, consent: Receipt) {
        let partnership = try await Partnership()
        let consent = try await partnership.dispute(["health"])
        let referral = try await partnership.test.post(
            "referral.submitted", by: partnership.trust, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id), "urgency": "routine",
                "purpose": "early-help", "actor": Partnership.actor("nurse"),
            ]), content: [("referral.summary", "s"), ("identity", "i"), ("health.summary", "h")])
        #expect(referral.outcome == "partly-permitted")
        try await partnership.step("received", referral.id, by: partnership.council)
        try await partnership.step("acknowledged", referral.id, by: partnership.council)
        return (partnership, referral, consent)
    }

    private func settle(_ partnership: Partnership, _ request: UniqueID, _ result: String) async throws -> Receipt {
        try await partnership.test.post(
            "disclosure.resolved", by: partnership.trust, subject: Partnership.person,
            .object([
                "request": .string(request.description),
                "items": [.object(["item": "health.summary", "result": .string(result)])],
                "reason": "weighed", "by": Partnership.actor("caldicott-guardian"),
            ]))
    }

    private func row(_ partnership: Partnership, _ referral: UniqueID) throws -> ReferralRow {
        try #require(try partnership.test.site.store.projections.read { try $0.referral(referral) })
    }

    @Test func `what is released later does not begin its clocks and its life anew`() async throws {
        let (partnership, referral, _) = try await arrived()
        let before = try row(partnership, referral.id)
        #expect(try await settle(partnership, referral.id, "permitted").outcome == "permitted")
        let after = try row(partnership, referral.id)
        #expect(after.released == before.released && after.life == before.life)
        let items = try partnership.test.site.store.projections.read {
            try $0.releasedItems(of: referral.id, to: AgencyID(partnership.council.id))
        }
        #expect(items?.count == 3)
    }

    @Test func `what is settled later does not take away what has arrived`() async throws {
        let (partnership, referral, consent) = try await arrived()
        try await partnership.withdraw(consent.id)
        #expect(try await settle(partnership, referral.id, "withheld").outcome == "refused")
        #expect(try row(partnership, referral.id).released != nil)
        try await partnership.step("accepted", referral.id, by: partnership.council)
        #expect(try row(partnership, referral.id).life.state == .accepted)
    }

    @Test func `what was withdrawn is not passed on by somebody who works through the queue`() async throws {
        let (partnership, referral, _) = try await arrived()
        try await partnership.step("withdrawn", referral.id, by: partnership.trust, reason: "the family said no")
        #expect(await code { _ = try await settle(partnership, referral.id, "permitted") } == "taken-back")
        #expect(try await settle(partnership, referral.id, "withheld").outcome == "partly-permitted")
    }

    @Test func `what was recalled is not passed on either`() async throws {
        let partnership = try await Partnership()
        try await partnership.dispute(["health"])
        let offer = try await partnership.offer([("health.summary", "a note")])
        #expect(offer.outcome == "referred")
        try await partnership.follow("disclosure.recalled", "delivery", offer.id)
        #expect(await code { _ = try await settle(partnership, offer.id, "permitted") } == "taken-back")
    }

    @Test func `a referral that has gone on is not moved by what is settled about a recipient before`() async throws {
        let (partnership, referral, _) = try await arrived()
        let other = TestAgency("org:help:1", "council")
        try await partnership.test.register(other)
        let document = try TestSite.shipped("agreements/liverpool-mash.yaml")
            .replacing("agreement: liverpool-mash", with: "agreement: second")
            .replacing("version: 3", with: "version: 1").replacing(partnership.council.id, with: other.id)
        try await partnership.test.agree(
            document, "second", version: 1, [partnership.trust, other, partnership.school])
        try await partnership.test.post(
            "consent.given", by: partnership.trust, subject: Partnership.person,
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"],
                "items": ["identity", "referral"], "recipients": [.string(other.id)], "method": "written",
                "from": "2026-01-01",
            ]))
        let redirect = try await partnership.test.post(
            "referral.redirected", by: partnership.council, subject: Partnership.person,
            .object([
                "referral": .string(referral.id.description), "actor": Partnership.actor("social-worker"),
                "reason": "lives there", "to": .string(other.id),
            ]))
        #expect(redirect.outcome == "partly-permitted")
        let before = try row(partnership, referral.id)
        #expect(before.recipient.text == other.id)
        #expect(await code { _ = try await settle(partnership, referral.id, "permitted") } == "taken-back")
        #expect(try await settle(partnership, referral.id, "withheld").outcome == "partly-permitted")
        let after = try row(partnership, referral.id)
        #expect(after.recipient == before.recipient && after.released == before.released)
        #expect(after.decision == before.decision && after.life == before.life)
    }
}
