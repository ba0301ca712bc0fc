import Encodings
import EventStore
import Projections
import SharingModel
import SiteSupport
import Testing

@testable import SharingService

/// What the holder's people settle, and what is looked at again.
@Suite struct ResolutionTests {
    /// A partnership in which the council asked the trust about a child at risk: only the trust can weigh the public interest.
    private func asked() async throws -> (Partnership, Receipt) {
        let partnership = try await Partnership()
        try await partnership.fact("subject.described")
        let referral = try await partnership.test.post(
            "referral.submitted", by: partnership.trust, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id), "urgency": "urgent",
                "purpose": "safeguarding-children", "actor": Partnership.actor("nurse"),
            ]), content: [("referral.summary", "bruises")])
        let request = try await partnership.test.post(
            "disclosure.requested", by: partnership.council, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id),
                "purpose": "safeguarding-children", "items": ["identity", "health.summary"],
                "reason": "section 47 enquiry", "actor": Partnership.actor("social-worker"),
                "referral": .string(referral.id.description),
            ]))
        #expect(request.outcome == "referred")
        return (partnership, request)
    }

    private func resolve(
        _ partnership: Partnership, _ request: UniqueID, by agency: TestAgency? = nil,
        role: String = "caldicott-guardian", _ items: [(String, String)] = [("health.summary", "permitted")],
        person: String = Partnership.person
    ) async throws -> Receipt {
        try await partnership.test.post(
            "disclosure.resolved", by: agency ?? partnership.trust, subject: person,
            .object([
                "request": .string(request.description),
                "items": .array(items.map { .object(["item": .string($0.0), "result": .string($0.1)]) }),
                "reason": "weighed", "by": Partnership.actor(role),
                "publicInterest": .object([
                    "grounds": "a child at risk", "by": "A. Guardian", "office": "Caldicott Guardian",
                ]),
            ]))
    }

    @Test func `what is referred stands in the holder's queue, with its clock, and is escalated when it is late`()
        async throws
    {
        let (partnership, request) = try await asked()
        let site = partnership.test.site
        let trust = try partnership.trust.reader()
        let queue = try site.desk.disclosures(for: trust, isReferred: true, Page())["disclosures"]?.array ?? []
        #expect(queue.map { $0["id"]?.string } == [request.id.description])
        #expect(queue.first?["clocks"]?.array?.first?["clock"] == "referred")
        #expect(queue.first?["clocks"]?.array?.first?["state"] == "running")
        #expect(queue.first?["escalated"] == false)
        let late = site.desk.asOf(partnership.test.clock.now.adding(seconds: 30 * 86_400))
        #expect(
            try late.disclosures(for: trust, isReferred: true, Page())["disclosures"]?.array?.first?["escalated"]
                == true)
        let council = try partnership.council.reader()
        #expect(
            try site.desk.disclosures(for: council, isReferred: true, Page())["disclosures"]?.array?.isEmpty == true)
    }

    @Test func `who may not decide, or not about this, is refused with its reason`() async throws {
        let (partnership, request) = try await asked()
        #expect(await code { _ = try await resolve(partnership, request.id, role: "nurse") } == "role-may-not-decide")
        #expect(
            await code { _ = try await resolve(partnership, request.id, by: partnership.council) } == "wrong-author")
        #expect(await code { _ = try await resolve(partnership, .random()) } == "wrong-author")
        #expect(
            await code { _ = try await resolve(partnership, request.id, [("housing", "permitted")]) } == "not-referred")
        #expect(
            await code { _ = try await resolve(partnership, request.id, person: Partnership.otherPerson) }
                == "other-person")
        let plain = try await partnership.ask(["identity"])
        #expect(await code { _ = try await resolve(partnership, plain.id) } == "nothing-referred")
    }

    @Test func `a resolution is the request of a new decision, which both sides can read`() async throws {
        let (partnership, request) = try await asked()
        let resolution = try await resolve(
            partnership, request.id, [("identity", "permitted"), ("health.summary", "permitted")])
        #expect(resolution.follows.map(\.type) == [EventType.disclosureDecided.rawValue])
        let desk = partnership.test.site.desk
        for agency in [partnership.trust, partnership.council] {
            let shown = try desk.disclosure(resolution.id, for: agency.reader())
            #expect(shown["kind"] == "resolution")
            #expect(shown["request"]?.string == request.id.description)
            let original = try desk.disclosure(request.id, for: agency.reader())
            #expect(original["resolved"]?.string == resolution.id.description)
        }
        let entry = try partnership.test.site.store.log.entry(at: resolution.index)
        #expect(entry.audience == [partnership.council.id, partnership.trust.id])
    }

    @Test func `a resolution of what was offered is for the holder's eyes`() async throws {
        let partnership = try await Partnership()
        try await partnership.dispute(["health"])
        let offer = try await partnership.offer([("health.summary", "a note")])
        #expect(offer.outcome == "referred")
        let resolution = try await resolve(partnership, offer.id)
        let entry = try partnership.test.site.store.log.entry(at: resolution.index)
        #expect(entry.audience == [partnership.trust.id])
    }

    @Test func `what was shared first is reviewed by the holder's IG lead, once, and both sides know`() async throws {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        let site = partnership.test.site
        func review(by agency: TestAgency, of kind: String = "share-first") async -> String? {
            await code {
                try await partnership.test.post(
                    "review.completed", by: agency, subject: Partnership.person,
                    .object([
                        "event": .string(referral.id.description), "of": .string(kind), "outcome": "justified",
                        "note": "clear",
                    ]))
            }
        }
        func due(_ agency: TestAgency, _ isDue: Bool) throws -> [String] {
            try site.desk.reviews(for: agency.reader([.igLead]), isDue: isDue, Page())["reviews"]?.array?.compactMap {
                $0["event"]?.string
            } ?? []
        }
        let id = referral.id.description
        #expect(try due(partnership.school, true) == [id])
        #expect(try due(partnership.council, true) == [id])
        #expect(try due(partnership.trust, true) == [])
        #expect(await review(by: partnership.council) == "wrong-author")
        #expect(await review(by: partnership.school, of: "one-off") == "nothing-to-review")
        #expect(await review(by: partnership.school) == nil)
        #expect(await review(by: partnership.school) == "reviewed-already")
        #expect(try due(partnership.school, true) == [])
        #expect(try due(partnership.school, false) == [id])
        #expect(throws: Rejection.self) {
            try site.desk.reviews(for: partnership.school.reader([.agency]), isDue: nil, Page())
        }
    }

    @Test func `nobody reviews its own asking`() async throws {
        let (partnership, request) = try await asked()
        let own = await code {
            try await partnership.test.post(
                "review.completed", by: partnership.council, subject: Partnership.person,
                .object([
                    "event": .string(request.id.description), "of": "break-glass", "outcome": "justified", "note": "x",
                ]))
        }
        #expect(own == "own-review")
    }
}
