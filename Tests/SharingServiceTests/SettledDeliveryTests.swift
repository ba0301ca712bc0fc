import Encodings
import SharingModel
import SiteSupport
import Testing

@testable import SharingService

/// A delivery of which something is referred is settled as what it is: the answer to a request, with the request's broken glass (DOMAIN 5.10).
@Suite struct SettledDeliveryTests {
    private static let childrensPlans = """
        agreement: plans
        version: 1
        title: Plans of children
        nation: england
        parties: [{agency: "ods:RBS25", role: controller, signatory: a}, {agency: "gss:E08000012", role: controller, signatory: b}]
        inForce: {from: 2026-01-01}
        flows:
          - id: plans
            from: ["ods:RBS25"]
            to: ["gss:E08000012"]
            purpose: safeguarding-children
            subjects: {to: 18}
            items: [housing]
            basis: {article6: public-task, power: children-act-2004-s11, confidentiality: none-owed}
            consent: not-required
            decide: [duty-manager]

        """

    @Test func `settling one item of a delivery keeps what broken glass gave of the other`() async throws {
        let partnership = try await Partnership()
        let (test, trust, council) = (partnership.test, partnership.trust, partnership.council)
        try await test.agree(Self.childrensPlans, "plans", version: 1, [trust, council])
        let ends: [(String, JSON)] = [
            ("from", .string(trust.id)), ("to", .string(council.id)), ("purpose", "safeguarding-children"),
            ("actor", Partnership.actor("social-worker")),
        ]
        func data(_ more: [(String, JSON)]) -> JSON { .object(JSONObject(ends + more)) }
        let request = try await test.post(
            "disclosure.requested", by: council, subject: Partnership.person,
            data([
                ("items", ["health.summary", "housing"]), ("reason", "a child is missing"),
                ("breakGlass", .object(["code": "immediate-danger", "justification": "missing from home"])),
            ]))
        #expect(request.outcome == "partly-permitted")
        let delivery = try await test.post(
            "disclosure.delivered", by: trust, subject: Partnership.person,
            data([
                ("request", .string(request.id.description)), ("withoutConsent", "would-prejudice-protection"),
                (
                    "publicInterest",
                    .object(["grounds": "risk", "by": "A. Guardian", "office": "Caldicott Guardian"])
                ),
            ]), content: [("health.summary", "well"), ("housing", "no fixed abode")])
        #expect(delivery.outcome == "partly-permitted")
        let settled = try await test.post(
            "disclosure.resolved", by: trust, subject: Partnership.person,
            .object([
                "request": .string(delivery.id.description), "reason": "the child is known to be nine",
                "by": Partnership.actor("duty-manager"),
                "items": .array([.object(["item": "housing", "result": "permitted"])]),
            ]))
        #expect(settled.outcome == "permitted")
    }
}
