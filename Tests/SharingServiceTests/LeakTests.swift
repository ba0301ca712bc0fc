import Encodings
import EventStore
import Projections
import SharingModel
import SiteSupport
import Testing

@testable import SharingService

/// What a second hostile review found, held for good: ways to learn, or to get, what one should not.
@Suite struct LeakTests {
    @Test func `a shield is taken down by nobody but whoever put it up`() async throws {
        let partnership = try await Partnership()
        try await partnership.consent()
        try await partnership.fact("involvement.started")
        try await partnership.fact("subject.shielded")
        let own = JSON.object([
            "holders": ["ods:RBS25"], "against": ["gss:E08000012"], "reason": "to be taken down",
        ])
        try await partnership.fact("subject.shielded", by: partnership.council, own)
        try await partnership.fact("subject.unshielded", by: partnership.council, own)
        #expect(try await partnership.ask(["identity"]).outcome == "refused")
        let identifier = try PersonIdentifier(Partnership.person)
        func involved() throws -> Int {
            let reader = try partnership.council.reader()
            return try partnership.test.site.desk.involved(with: identifier, for: reader)["involved"]?.array?.count ?? 0
        }
        #expect(try involved() == 0)
        #expect(
            await code { try await partnership.fact("subject.unshielded", by: partnership.council, own) }
                == "nothing-shielded")
        try await partnership.fact("subject.unshielded", own)
        #expect(try await partnership.ask(["identity"]).outcome == "permitted")
        #expect(try involved() == 1)
    }

    @Test func `a shield against everybody is lifted for one after the other, and then for all`() async throws {
        let partnership = try await Partnership()
        func shield(_ against: [String]) -> JSON {
            .object(["against": .strings(against), "reason": "a threat"])
        }
        try await partnership.fact("subject.shielded", shield(["*"]))
        try await partnership.fact("subject.unshielded", shield([partnership.council.id]))
        #expect(
            await code { try await partnership.fact("subject.unshielded", shield([partnership.council.id])) }
                == "nothing-shielded")
        try await partnership.fact("subject.unshielded", shield(["*"]))
        #expect(await code { try await partnership.fact("subject.unshielded", shield(["*"])) } == "nothing-shielded")
    }

    @Test func `what is taken back without having arrived is not told to whom it was meant for`() async throws {
        let partnership = try await Partnership()
        let asked = try await partnership.ask(["identity"])
        let refused = try await partnership.offer([("identity", "i")], request: asked.id)
        #expect(refused.outcome == "refused")
        func recall(_ delivery: UniqueID) async throws -> [String] {
            let receipt = try await partnership.follow("disclosure.recalled", "delivery", delivery)
            return try partnership.test.site.store.log.entry(at: receipt.index).audience
        }
        func recalled() throws -> JSON? {
            try partnership.test.site.desk.disclosure(asked.id, for: partnership.council.reader())["recalled"]
        }
        #expect(try await recall(refused.id) == [partnership.trust.id])
        #expect(try recalled() == false)
        try await partnership.consent()
        let arrived = try await partnership.offer([("identity", "i")], request: asked.id)
        #expect(try await recall(arrived.id) == [partnership.council.id, partnership.trust.id])
        #expect(try recalled() == true)
    }

    @Test func `whoever sends a resolution again that it can read is shown no more than it may see`() async throws {
        let partnership = try await Partnership()
        try await partnership.fact("subject.described")
        let plain = try await asked(partnership)
        let resolution = try await settle(partnership, plain.id, "identity", "permitted")
        let council = try partnership.council.reader()
        let desk = partnership.test.site.desk
        let jws = try #require(desk.event(resolution.id, for: council)["jws"]?.string)
        let again = try await partnership.test.post(Array(jws.utf8)).get()
        #expect(again.isRepeat)
        #expect(try again.decision == desk.disclosure(resolution.id, for: council)["decision"])
        #expect(again.decision?.text.contains("confidentiality-not-lifted") == false)
        #expect(resolution.decision?.text.contains("confidentiality-not-lifted") == true)
    }

    @Test func `whoever was given all of an offer later is not shown why it was not given at first`() async throws {
        let partnership = try await Partnership()
        try await partnership.dispute(["health"])
        let offer = try await partnership.offer([("health.summary", "a note")])
        #expect(offer.outcome == "referred")
        let resolution = try await settle(partnership, offer.id, "health.summary", "permitted")
        #expect(resolution.outcome == "permitted")
        let content = try partnership.test.site.desk.content(resolution.id, for: partnership.council.reader())
        let delivery = try #require(content["deliveries"]?.array?.first)
        let parts = [delivery["jws"]?.string] + (delivery["disclosures"]?.array ?? []).map(\.string)
        let whole = parts.compactMap(\.self).joined(separator: "~") + "~"
        let again = try await partnership.test.post(Array(whole.utf8)).get()
        #expect(again.isRepeat && again.decision?["items"]?.array?.isEmpty == true)
        #expect(again.decision?["nearest"] == nil)
        #expect(offer.decision?["nearest"] != nil)
    }

    @Test func `an agency that passes a referral on does not learn what it was not given itself`() async throws {
        let partnership = try await Partnership()
        let police = TestAgency("org:police:1", "police")
        try await partnership.test.register(police)
        let referral = try await partnership.test.post(
            "referral.submitted", by: partnership.council, subject: Partnership.person,
            .object([
                "from": .string(partnership.council.id), "to": .string(partnership.school.id), "urgency": "urgent",
                "purpose": "safeguarding-children", "actor": Partnership.actor("social-worker"),
            ]), content: [("referral.summary", "s"), ("identity", "i"), ("health.mental", "h")])
        #expect(referral.outcome == "partly-permitted")
        try await partnership.step("received", referral.id, by: partnership.school)
        let bytes = try partnership.test.sign(
            "referral.redirected", by: partnership.school.key, source: partnership.school.id,
            subject: Partnership.person,
            .object([
                "referral": .string(referral.id.description), "actor": Partnership.actor("headteacher"),
                "reason": "not for a school", "to": .string(police.id),
            ]))
        for redirect in [try await partnership.test.post(bytes).get(), try await partnership.test.post(bytes).get()] {
            #expect(redirect.outcome == "permitted")
            let items = redirect.decision?["items"]?.array?.compactMap { $0["item"]?.string }
            #expect(items == ["identity", "referral.summary"])
        }
    }

    @Test func `broken glass gives what was asked for, whatever else the holder adds`() async throws {
        let partnership = try await Partnership()
        try await partnership.fact("subject.described")
        let request = try await partnership.test.post(
            "disclosure.requested", by: partnership.council, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id),
                "purpose": "safeguarding-children", "items": ["identity"], "reason": "an enquiry",
                "actor": Partnership.actor("social-worker"),
                "breakGlass": .object(["code": "immediate-risk", "justification": "a child alone"]),
            ]))
        #expect(request.outcome == "permitted")
        let delivery = try await partnership.test.post(
            "disclosure.delivered", by: partnership.trust, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id),
                "purpose": "safeguarding-children", "actor": Partnership.actor("nurse"),
                "request": .string(request.id.description), "publicInterest": Self.publicInterest,
            ]), content: [("identity", "i"), ("health.summary", "h")])
        let items = delivery.decision?["items"]?.array ?? []
        #expect(items.map { $0["result"]?.string } == ["withheld", "permitted"])
        #expect(items.first?["codes"] == ["no-open-referral"])
    }

    @Test func `whom somebody may know of is whom some event that they can read is about`() async throws {
        let partnership = try await Partnership()
        for (type, data) in Partnership.facts { try await partnership.fact(type, data) }
        try await partnership.refer()
        try await partnership.fact("subject.described", by: partnership.school, nil, Partnership.otherPerson)
        // The council is party to it, and nothing reaches it.
        let refused = try await partnership.test.post(
            "referral.submitted", by: partnership.trust, subject: "nhs:9434765919",
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id), "urgency": "routine",
                "purpose": "early-help", "actor": Partnership.actor("nurse"),
            ]), content: [("referral.summary", "s")])
        #expect(refused.outcome == "refused")
        let people = try [Partnership.person, Partnership.otherPerson, "nhs:9434765919"].map {
            SubjectReference(try #require(try partnership.test.site.store.vault.reference(for: $0)))
        }
        var answers: Set<Bool> = []
        try partnership.test.site.store.projections.read { reader in
            let scopes: [ProjectionReader.EventScope] =
                try [.all, .everybody]
                + [partnership.trust, partnership.council, partnership.school].flatMap { agency in
                    try [true, false].map { .agency(try AgencyID(agency.id), asParty: $0) }
                }
            for (person, scope) in people.flatMap({ person in scopes.map { (person, $0) } }) {
                let listed = try reader.events(scope, .init(subject: person), from: 0, limit: 1)
                #expect(try reader.mayReadAbout(person, scope) == !listed.isEmpty, "\(scope)")
                answers.insert(listed.isEmpty)
            }
            #expect(try !reader.mayReadAbout(SubjectReference(.random()), .all))
        }
        #expect(answers.count == 2)
    }

    @Test func `an event that is refused for its size leaves nobody in the vault`() async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        let consent = try test.sign(
            "consent.given", by: partnership.trust.key, source: partnership.trust.id, subject: Partnership.otherPerson,
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                "recipients": .strings((0..<64).map { "org:test:\($0)" }), "holders": ["org:test:65"],
                "method": "written", "from": "2026-01-01",
            ]))
        let other = try test.sign(
            "subject.described", by: partnership.trust.key, source: partnership.trust.id, subject: Partnership.person,
            .object(["birthDate": "2014-05-04", "source": "school"]))
        let desk = test.site.frontDesk
        let answers = await test.site.record([try desk.receive(consent), try desk.receive(other)])
        #expect(answers[0].rejection?.code == "audience-too-large")
        #expect(answers[1].rejection == nil)
        #expect(try test.site.store.vault.reference(for: Partnership.person) != nil)
        #expect(try test.site.store.vault.reference(for: Partnership.otherPerson) == nil)
    }

    @Test func `a page of events is bounded in bytes, and the rest comes with the next`() async throws {
        let partnership = try await Partnership()
        for _ in 0..<5 { try await partnership.fact("status.recorded") }
        let (desk, trust) = (partnership.test.site.desk, try partnership.trust.reader())
        func walk(_ bytes: Int) throws -> (indexes: [Int64], pages: Int) {
            var (indexes, pages, from) = ([Int64](), 0, Int64(0))
            while pages < 1_000 {
                let page = try desk.events(for: trust, .init(), Page(from: from, bytes: bytes))
                indexes += page["events"]?.array?.compactMap { $0["index"]?.integer } ?? []
                pages += 1
                guard let next = page["next"]?.integer else { break }
                from = next
            }
            return (indexes, pages)
        }
        let (one, all) = (try walk(1), try walk(.max))
        #expect(one.indexes == all.indexes && all.pages == 1)
        #expect(one.pages == one.indexes.count)
    }

    static let publicInterest = JSON.object([
        "grounds": "a child at risk", "by": "A. Guardian", "office": "Caldicott Guardian",
    ])

    private func asked(_ partnership: Partnership) async throws -> Receipt {
        let referral = try await partnership.test.post(
            "referral.submitted", by: partnership.trust, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id), "urgency": "urgent",
                "purpose": "safeguarding-children", "actor": Partnership.actor("nurse"),
            ]), content: [("referral.summary", "bruises")])
        return try await partnership.test.post(
            "disclosure.requested", by: partnership.council, subject: Partnership.person,
            .object([
                "from": .string(partnership.trust.id), "to": .string(partnership.council.id),
                "purpose": "safeguarding-children", "items": ["identity", "health.summary"], "reason": "an enquiry",
                "actor": Partnership.actor("social-worker"), "referral": .string(referral.id.description),
            ]))
    }

    private func settle(
        _ partnership: Partnership, _ request: UniqueID, _ item: String, _ result: String
    ) async throws -> Receipt {
        try await partnership.test.post(
            "disclosure.resolved", by: partnership.trust, subject: Partnership.person,
            .object([
                "request": .string(request.description),
                "items": [.object(["item": .string(item), "result": .string(result)])],
                "reason": "weighed", "by": Partnership.actor("caldicott-guardian"),
                "publicInterest": Self.publicInterest,
            ]))
    }
}
