import Encodings
import EventStore
import Foundation
import Support
import Testing

/// Every code that a decision can give, reached through the daemon: the holder is told, and the asker is not told what
/// is not for it.
@Suite struct RefusalCodeTests {
    /// Something that is recorded about the person before anybody asks.
    private struct Fact {
        let type: String
        let data: PolicyHouse.Members
        /// The member under which it names the fact before it.
        var follows: String?
    }

    private struct Case {
        let code: String
        /// Whether it rests on what the asker may know.
        var isTold = false
        let item: String
        var purpose = "complaint"
        var before: [Fact] = []
    }

    /// Peers are what makes a fact stale, and there are none.
    private static let beyondReach: Set<String> = ["replica-too-stale"]

    private static let year = Int(Instant.current.description.prefix(4)) ?? 2026
    private static func born(yearsAgo: Int) -> Fact {
        Fact(type: "subject.described", data: ["birthDate": .string("\(year - yearsAgo)-01-01"), "source": "letter"])
    }

    private static func consent(
        by giver: String = "self", to recipient: String = "*", for purpose: String = "complaint", yearsAgo: Int = 1,
        until: String? = nil
    ) -> Fact {
        Fact(
            type: "consent.given",
            data: [
                "kind": "engagement", "giver": .string(giver), "purposes": [.string(purpose)], "items": ["*"],
                "recipients": [.string(recipient)], "method": "written",
                "from": .string("\(year - yearsAgo)-06-01"), "until": until.map(JSON.string),
            ])
    }

    private static func upheld(against item: String) -> [Fact] {
        [
            Fact(
                type: "objection.raised",
                data: ["purposes": ["complaint"], "items": [.string(item)], "recipients": ["*"]]),
            Fact(type: "objection.upheld", data: ["reason": "weighed"], follows: "objection"),
        ]
    }

    private static let council = "gss:E08000012"
    private static let withdrawal = Fact(type: "consent.withdrawn", data: ["by": "self"], follows: "consent")

    /// What the council asks the trust, each time about another person.
    private static let cases: [Case] = [
        Case(code: "purpose-not-covered", isTold: true, item: "identity", purpose: "early-help"),
        Case(code: "item-not-covered", isTold: true, item: "education.send"),
        Case(code: "role-not-allowed", isTold: true, item: "contact"),
        Case(code: "no-open-referral", isTold: true, item: "housing"),
        Case(code: "no-lawful-basis", isTold: true, item: "finance"),
        Case(code: "basis-not-for-public-authority", isTold: true, item: "identity", purpose: "crime-prevention"),
        Case(code: "no-article9-condition", isTold: true, item: "health.summary"),
        Case(code: "no-schedule1-condition", isTold: true, item: "health.mental"),
        Case(code: "no-policy-document", isTold: true, item: "health.medication"),
        Case(code: "no-article10-condition", isTold: true, item: "police"),
        Case(code: "confidentiality-not-lifted", item: "person.views"),
        Case(code: "age-unknown", item: "status.legal"),
        Case(code: "person-not-covered", item: "status.legal", before: [born(yearsAgo: 40)]),
        Case(code: "consent-absent", item: "referral.service"),
        Case(
            code: "consent-withdrawn", isTold: true, item: "referral.service",
            before: [consent(to: council), withdrawal]),
        Case(code: "consent-withdrawn", item: "referral.service", before: [consent(), withdrawal]),
        Case(
            code: "consent-expired", item: "referral.service",
            before: [consent(yearsAgo: 3, until: "\(year - 1)-01-01")]),
        Case(code: "consent-out-of-scope", item: "referral.service", before: [consent(for: "audit")]),
        Case(
            code: "capacity-unassessed", item: "referral.service", before: [born(yearsAgo: 10), consent(to: council)]),
        Case(
            code: "consent-to-confirm", item: "referral.service",
            before: [born(yearsAgo: 17), consent(by: "parental-responsibility", to: council, yearsAgo: 3)]),
        Case(
            code: "consent-disputed", item: "referral.service",
            before: [
                born(yearsAgo: 14), consent(by: "parental-responsibility", to: council),
                Fact(
                    type: "consent.refused",
                    data: ["purposes": ["complaint"], "items": ["*"], "recipients": ["*"], "by": "self"]),
            ]),
        Case(code: "objection-upheld", item: "identity", before: upheld(against: "identity")),
        Case(code: "inseparable", item: "risk.to-worker", before: upheld(against: "risk.unsafe-contact")),
        Case(
            code: "court-prohibits", item: "identity",
            before: [
                Fact(
                    type: "court-order.recorded",
                    data: ["effect": "prohibits", "items": ["*"], "recipients": [.string(council)]])
            ]),
        Case(
            code: "shielded", item: "identity",
            before: [
                Fact(type: "subject.shielded", data: ["against": [.string(council)], "reason": "a threat"])
            ]),
        Case(
            code: "deceased", item: "identity",
            before: [
                Fact(
                    type: "subject.deceased",
                    data: ["date": .string("\(year - 1)-01-01"), "source": "registrar", "verified": true])
            ]),
        Case(code: "evaluation-error", item: "*", purpose: "education-inclusion"),
    ]

    private static func flows(from trust: String) -> [String] {
        func flow(
            _ items: String, for purpose: String = "complaint", subjects: String = "any",
            basis: String = "{article6: public-task, power: nhs-act-2006-s82, confidentiality: none-owed}",
            consent: String = "not-required", _ more: String = "decide: [duty-manager]"
        ) -> String {
            MadeUpAgreement.flow(
                (purpose + "-" + items.prefix { $0 != "," }).replacing(".", with: "-"), from: trust, to: council,
                for: purpose, items, subjects: subjects, basis: basis, consent: consent, more)
        }
        func special(_ condition: String) -> String {
            "{article6: public-task, power: nhs-act-2006-s82, special: \(condition), confidentiality: none-owed}"
        }
        return [
            flow("identity"), flow("contact", "conditions: {roles: [nurse]}"),
            flow("housing", "conditions: {referral: open}"),
            flow("finance", basis: "{article6: public-task, confidentiality: none-owed}"),
            flow(
                "identity", for: "crime-prevention",
                basis: "{article6: recognised-legitimate-interest, confidentiality: none-owed}"),
            flow("health.summary"),
            flow("health.mental", basis: special("{article9: substantial-public-interest}")),
            flow(
                "health.medication",
                basis: special("{article9: substantial-public-interest, schedule1: statutory-purposes}")),
            flow("police"),
            flow(
                "person.views",
                basis: "{article6: public-task, power: nhs-act-2006-s82, confidentiality: public-interest}"),
            flow("status.legal", subjects: "{to: 18}"), flow("referral.service", consent: "required"),
            flow(
                "risk.to-worker, risk.unsafe-contact", "inseparable: [[risk.to-worker, risk.unsafe-contact]]"),
            flow("education.attainment"),
        ]
    }

    /// What an agreement of their own is made for, between agencies that share nothing else.
    private func agree(in world: PolicyHouse) async throws {
        let (trust, council, school, charity) = (world.trust, world.council, world.school, world.charity)
        func agreement(
            _ name: String, _ holder: PolicyHouse.Agency, _ asker: PolicyHouse.Agency, _ item: String = "identity",
            inForce: String = "{from: 2026-01-01}", _ more: String = "decide: [duty-manager]"
        ) async throws {
            try await world.agree(
                MadeUpAgreement(
                    name: name, parties: [holder.id, asker.id], inForce: inForce,
                    flows: [MadeUpAgreement.flow("one", from: holder.id, to: asker.id, item, more)]), [holder, asker])
        }
        try await world.agree(
            MadeUpAgreement(name: "codes", parties: [trust.id, council.id], flows: Self.flows(from: trust.id)),
            [trust, council])
        try await world.agree(
            .unrecordable("many", from: trust.id, to: council.id, for: "education-inclusion"), [trust, council])
        try await agreement("old", trust, charity, inForce: "{from: 2020-01-01, until: 2020-12-31}")
        try await agreement("stopped", council, school)
        try await world.post(
            "agreement.suspended", by: council, ["agreement": "stopped", "version": 1, "reason": "a breach"])
        try await agreement("onward", school, trust, "education.attainment", "obligations: {onward: none}")
    }

    @Test func `every code is reached, told to the holder, and hidden from an asker for whom it is not`() async throws {
        let world = try await PolicyHouse()
        try await agree(in: world)
        var reached: Set<String> = []
        var lastPerson = 0
        func somebody() -> String {
            lastPerson += 1
            return "local:\(world.trust.id):\(lastPerson)"
        }
        /// - Parameter expected: what the holder reads.
        func check(
            _ id: UniqueID, _ expected: String, isTold: Bool, holder: PolicyHouse.Agency, asker: PolicyHouse.Agency
        ) async throws {
            let full = try await world.decision(id, as: holder)
            #expect(full.codes.contains(expected), "\(expected): \(full.text)")
            let seen = try await world.decision(id, as: asker)
            #expect(seen.codes == (isTold ? full.codes : ["not-available"]), "\(expected): \(seen.text)")
            if !isTold {
                #expect(!seen.text.contains(expected), "\(seen.text)")
                #expect(seen["contact"]?.string != nil, "\(expected)")
            }
            reached.formUnion(full.codes.union(seen.codes))
        }
        for question in Self.cases {
            let person = somebody()
            var last = UniqueID.random()
            for fact in question.before {
                let follows = fact.follows.map { (member: $0, event: last) }
                last = .random()
                try await world.post(
                    fact.type, by: world.trust, about: person, fact.data, id: last, follows: follows)
            }
            let items = question.item == "*" ? MadeUpAgreement.ordinary : [question.item]
            let id = try await world.ask(world.council, world.trust, items, for: question.purpose, about: person)
            try await check(id, question.code, isTold: question.isTold, holder: world.trust, asker: world.council)
        }
        // Who may not be asked at all, or not by this one.
        for (asker, holder, code) in [
            (world.council, world.police, "no-agreement"), (world.charity, world.trust, "agreement-expired"),
            (world.school, world.council, "agreement-suspended"), (world.school, world.trust, "recipient-not-party"),
        ] {
            let id = try await world.ask(asker, holder, ["identity"], for: "complaint", about: somebody())
            try await check(id, code, isTold: true, holder: holder, asker: asker)
        }
        // What the trust got from the school is not the trust's to pass on.
        let pupil = somebody()
        let delivered = try await world.post(
            "disclosure.delivered", by: world.school, about: pupil,
            [
                "from": .string(world.school.id), "to": .string(world.trust.id), "purpose": "complaint",
                "actor": PolicyHouse.actor("headteacher"),
            ], content: [("education.attainment", "a report")])
        #expect(delivered.json["outcome"] == "permitted", "\(delivered.text)")
        let onward = try await world.ask(
            world.council, world.trust, ["education.attainment"], for: "complaint", about: pupil)
        try await check(onward, "onward-not-allowed", isTold: false, holder: world.trust, asker: world.council)
        // A duty to share binds, and a person of the holder refuses on one of its own exceptions.
        let patient = somebody()
        let bound = try await world.ask(world.council, world.trust, ["housing"], for: "direct-care", about: patient)
        #expect(try await world.decision(bound, as: world.trust)["outcome"] == "referred")
        let resolution = UniqueID.random()
        try await world.post(
            "disclosure.resolved", by: world.trust, about: patient,
            [
                "request": .text(bound), "reason": "they said no", "by": PolicyHouse.actor("caldicott-guardian"),
                "items": [.object(["item": "housing", "result": "withheld", "exception": "person-objects"])],
            ], id: resolution)
        try await check(resolution, "statutory-exception", isTold: false, holder: world.trust, asker: world.council)
        // Whoever sends something to an agency that has ended is told at once.
        try await world.post(
            "agency.ended", by: (id: "site:" + TestHouse.origin, key: world.house.operatorKey),
            ["agency": .string(world.charity.id), "reason": "closed"])
        let late = UniqueID.random()
        let answer = try await world.post(
            "disclosure.delivered", by: world.trust, about: somebody(),
            [
                "from": .string(world.trust.id), "to": .string(world.charity.id), "purpose": "complaint",
                "actor": PolicyHouse.actor("nurse"),
            ], id: late, content: [("identity", "A. Person")])
        #expect(answer.json["decision"]?.codes == ["key-revoked"], "\(answer.text)")
        #expect(answer.json["decision"]?["contact"]?.string != nil)
        reached.formUnion(try await world.decision(late, as: world.trust).codes)
        #expect(try Self.published().subtracting(Self.beyondReach) == reached)
        await world.daemon.stop()
    }

    /// The codes as the published schema of decisions has them.
    private static func published() throws -> Set<String> {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/events/sharing.disclosure.decided.v1.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let list = try #require(text.split(separator: "\n").first { $0.contains("\"no-agreement\"") })
        return Set(
            list.split(separator: "\"").map(String.init).filter { $0.first?.isLowercase == true && $0 != "enum" })
    }
}
