import Encodings
import EventStore
import Foundation
import Support
import Testing

/// What policy is made of, and what people decide under it, is refused where it is not right, each with its reason.
@Suite struct BadPolicyInputTests {
    /// Status, and the code of the member that is wrong or else of the problem.
    private func reason(_ answer: TestHouse.Answer) -> String {
        let error = answer.json["errors"]?.array?.first
        return "\(answer.status) \(error?["code"]?.string ?? answer.code ?? answer.text)"
    }

    private func agreed() async throws -> PolicyHouse {
        let world = try await PolicyHouse()
        let flows = [
            MadeUpAgreement.flow(
                "private", from: world.trust.id, to: world.council.id, "person.views",
                basis: "{article6: public-task, power: nhs-act-2006-s82, confidentiality: public-interest}",
                "decide: [duty-manager]"),
            MadeUpAgreement.flow(
                "urgent", from: world.trust.id, to: world.council.id, "housing", "conditions: {referral: open}",
                "breakGlass: {roles: [social-worker]}"),
        ]
        try await world.agree(
            MadeUpAgreement(name: "two", parties: [world.trust.id, world.council.id], flows: flows),
            [world.trust, world.council])
        return world
    }

    @Test func `documents that are older than what is in force, or not what was signed, are refused`() async throws {
        let world = try await agreed()
        let baseline = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../config/baseline.yaml"), encoding: .utf8)
        let administrator = (id: "site:" + TestHouse.origin, key: world.house.operatorKey)
        func adopt(_ version: Int) async throws -> String {
            let document = baseline.replacing("\nversion: 1\n", with: "\nversion: \(version)\n")
            return reason(
                try await world.attempt("baseline.adopted", by: administrator, ["document": .string(document)]))
        }
        #expect(try await adopt(3).hasPrefix("201"))
        #expect(try await adopt(2) == "409 baseline-old")
        #expect(try await adopt(3) == "409 baseline-old")

        var draft = MadeUpAgreement(
            name: "draft", parties: [world.trust.id, world.council.id],
            flows: [MadeUpAgreement.flow("one", from: world.trust.id, to: world.council.id, "identity")])
        try await world.post("agreement.proposed", by: world.trust, ["document": .string(draft.document)])
        draft.inForce = "{from: 2026-01-01, until: 2026-01-31}"
        let signed = try await world.attempt(
            "agreement.signed", by: world.council,
            [
                "agreement": "draft", "version": 1, "digest": .string(PolicyHouse.digest(draft.document)),
                "signatory": .object(["name": "A. Person", "office": "Caldicott Guardian"]),
            ])
        #expect(reason(signed) == "422 other-document")
        let proposed = try await world.attempt(
            "agreement.proposed", by: world.trust, ["document": .string(draft.document)])
        #expect(reason(proposed) == "409 agreement-version-taken")
        await world.daemon.stop()
    }

    @Test func `only a role that may decide settles, even under an IG lead's key`() async throws {
        let world = try await agreed()
        let person = "local:\(world.trust.id):1"
        let asked = try await world.ask(world.council, world.trust, ["person.views"], for: "complaint", about: person)
        func settle(_ role: String, by agency: PolicyHouse.Agency) async throws -> TestHouse.Answer {
            try await world.attempt(
                "disclosure.resolved", by: agency, about: person,
                [
                    "request": .text(asked), "reason": "weighed", "by": PolicyHouse.actor(role),
                    "items": [.object(["item": "person.views", "result": "permitted"])],
                    "publicInterest": .object(["grounds": "a risk", "by": "A. Person", "office": "a guardian"]),
                ])
        }
        #expect(try await reason(settle("nurse", by: world.trust)) == "403 role-may-not-decide")
        #expect(try await reason(settle("chief", by: world.trust)) == "403 role-may-not-decide")
        #expect(try await reason(settle("duty-manager", by: world.council)) == "403 wrong-author")
        let settled = try await settle("duty-manager", by: world.trust)
        #expect(settled.json["outcome"] == "permitted", "\(settled.text)")
        await world.daemon.stop()
    }

    @Test func `where no flow names who decides, the baseline's roles do and no others`() async throws {
        let world = try await PolicyHouse()
        let person = "local:\(world.trust.id):1"
        let asked = try await world.ask(world.council, world.trust, ["housing"], for: "direct-care", about: person)
        func settle(_ role: String) async throws -> TestHouse.Answer {
            try await world.attempt(
                "disclosure.resolved", by: world.trust, about: person,
                [
                    "request": .text(asked), "reason": "weighed", "by": PolicyHouse.actor(role),
                    "items": [.object(["item": "housing", "result": "withheld", "exception": "not-reasonable"])],
                ])
        }
        #expect(try await reason(settle("social-worker")) == "403 role-may-not-decide")
        #expect(try await settle("information-governance-lead").status == 201)
        await world.daemon.stop()
    }

    @Test func `nobody reviews the glass that it broke itself`() async throws {
        let world = try await agreed()
        let person = "local:\(world.trust.id):1"
        let asked = try await world.ask(
            world.council, world.trust, ["housing"], for: "complaint", about: person,
            breakGlass: .object(["code": "immediate-risk", "justification": "a child is at the door"]))
        #expect(try await world.decision(asked, as: world.trust)["breakGlass"] == true)
        func review(_ agency: PolicyHouse.Agency) async throws -> String {
            reason(
                try await world.attempt(
                    "review.completed", by: agency, about: person,
                    ["event": .text(asked), "of": "break-glass", "outcome": "justified", "note": "clear"]))
        }
        #expect(try await review(world.council) == "403 own-review")
        #expect(try await review(world.school) == "403 wrong-author")
        #expect(try await review(world.trust).hasPrefix("201"))
        #expect(try await review(world.trust) == "409 reviewed-already")
        await world.daemon.stop()
    }

    @Test func `references that lead in a circle or nowhere are refused, and an identifier is not taken back`()
        async throws
    {
        let world = try await agreed()
        let person = "local:\(world.trust.id):1"
        let id = UniqueID.random()
        let circle = try await world.attempt(
            "subject.described", by: world.trust, about: person, ["birthDate": "2015-01-01", "source": "letter"],
            id: id, cause: id)
        #expect(reason(circle) == "422 cyclic-reference")
        let nowhere = UniqueID.random()
        for (type, data) in [
            ("lead.ended", ["lead": .text(nowhere), "reason": "over"]),
            ("court-order.discharged", ["order": .text(nowhere), "reason": "over"]),
            (
                "disclosure.delivered",
                [
                    "request": .text(nowhere), "from": .string(world.trust.id), "to": .string(world.council.id),
                    "purpose": "complaint", "actor": PolicyHouse.actor("nurse"),
                ]
            ),
        ] as [(String, PolicyHouse.Members)] {
            let answer = try await world.attempt(
                type, by: world.trust, about: person, data,
                content: type == "disclosure.delivered" ? [("identity", "A. Person")] : [])
            #expect(reason(answer) == "422 unknown-reference", "\(type)")
        }
        let unlinked = try await world.attempt(
            "subject.unlinked", by: world.trust, about: person,
            ["identifiers": ["nhs:9476719931"], "source": "letter", "confidence": 1])
        #expect(reason(unlinked) == "422 not-taken")
        await world.daemon.stop()
    }
}
