import Encodings
import EventStore
import SharingModel
import SharingPolicy
import SiteSupport
import Testing

@testable import SharingService

/// Every kind of bad input has its own error, and writes nothing.
@Suite struct BadInputTests {
    private static let person = Partnership.person

    private struct Case: Sendable {
        let name: String
        let kind: Rejection.Kind
        let code: String
        /// Where in the event, for invalid ones.
        var pointer: String?
        let bytes: @Sendable (Partnership) throws -> [UInt8]
    }

    private static func described(
        _ partnership: Partnership, data: JSON = .object(["birthDate": "2010-05-04", "source": "x"]),
        subject: String? = person,
        source: String? = nil, site: String = TestSite.origin, key: SigningKey? = nil, time: Instant? = nil,
        type: String = "subject.described"
    ) throws -> [UInt8] {
        try partnership.test.sign(
            type, by: key ?? partnership.trust.key, source: source ?? partnership.trust.id, subject: subject, data,
            site: site,
            time: time)
    }

    /// A JWS whose header and payload are given as they stand, signed properly.
    private static func handmade(header: String, payload: String, key: SigningKey) throws -> [UInt8] {
        let signed = Base64.url.encode(Array(header.utf8)) + "." + Base64.url.encode(Array(payload.utf8))
        return Array((signed + "." + Base64.url.encode(try key.sign(Array(signed.utf8)))).utf8)
    }

    private static let cases: [Case] = [
        Case(name: "not a JWS", kind: .malformed, code: "jws-malformed") { _ in Array("hello".utf8) },
        Case(name: "wrong signature", kind: .unauthenticated, code: "signature-invalid") { partnership in
            var bytes = try described(partnership)
            let last = bytes.count - 10
            bytes[last] = bytes[last] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            return bytes
        },
        Case(name: "unknown kid", kind: .unauthenticated, code: "unknown-key") {
            try described($0, key: .generate())
        },
        Case(name: "alg none", kind: .malformed, code: "alg-none") {
            try handmade(
                header: #"{"alg":"none","kid":"\#($0.trust.key.thumbprint)"}"#, payload: "{}", key: $0.trust.key)
        },
        Case(name: "alg that does not fit the key", kind: .unauthenticated, code: "alg-mismatch") {
            try handmade(
                header: #"{"alg":"ES256","kid":"\#($0.trust.key.thumbprint)"}"#, payload: "{}", key: $0.trust.key)
        },
        Case(name: "duplicate member", kind: .malformed, code: "json-duplicate-member") {
            try handmade(
                header: #"{"alg":"EdDSA","kid":"\#($0.trust.key.thumbprint)"}"#, payload: #"{"id":"a","id":"b"}"#,
                key: $0.trust.key)
        },
        Case(name: "a token posted as an event", kind: .malformed, code: "token-as-event") {
            Array(
                try BearerToken.sign(
                    issuer: $0.trust.id, audience: TestSite.origin, tokenID: "t", issued: $0.test.clock.now,
                    key: $0.trust.key
                ).utf8)
        },
        Case(name: "wrong source", kind: .forbidden, code: "source-not-of-key") {
            try described($0, source: $0.council.id)
        },
        Case(name: "another site's event", kind: .invalid, code: "other-site", pointer: "/site") {
            try described($0, site: "other.example")
        },
        Case(name: "a time far ahead", kind: .invalid, code: "time-ahead", pointer: "/time") {
            try described($0, time: $0.test.clock.now.adding(seconds: 301))
        },
        Case(name: "missing member", kind: .invalid, code: "missing-member", pointer: "/data/source") {
            try described($0, data: .object(["birthDate": "2010-05-04"]))
        },
        Case(name: "unknown member", kind: .invalid, code: "unknown-member", pointer: "/data/colour") {
            try described($0, data: .object(["birthDate": "2010-05-04", "source": "x", "colour": "red"]))
        },
        Case(name: "unknown type", kind: .invalid, code: "unknown-type", pointer: "/type") {
            try described($0, type: "subject.painted")
        },
        Case(name: "a value outside a closed list", kind: .invalid, code: "not-in-list", pointer: "/data/kind") {
            try described(
                $0,
                data: .object([
                    "kind": "marketing", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                    "recipients": ["*"],
                    "method": "written", "from": "2026-01-01",
                ]), type: "consent.given")
        },
        Case(name: "bad identifier", kind: .invalid, code: "bad-identifier", pointer: "/subject") {
            try described($0, subject: "nhs:9476719932")
        },
        Case(name: "a pupil number from the NHS", kind: .invalid, code: "identifier-not-allowed", pointer: "/subject") {
            try described($0, subject: "upn:B801200005001")
        },
        Case(name: "a disclosure missing", kind: .invalid, code: "disclosure-missing") { partnership in
            let bytes = try referral(partnership)
            let parts = bytes.split(separator: UInt8(ascii: "~"))
            return Array(parts[0]) + [UInt8(ascii: "~")]
        },
        Case(name: "a disclosure too many", kind: .invalid, code: "disclosure-extra") { partnership in
            var maker = DisclosureMaker()
            return try referral(partnership) + maker.conceal(name: "identity", value: "x").encoded + [UInt8(ascii: "~")]
        },
        Case(name: "an event of the site's own", kind: .forbidden, code: "site-only") {
            try described(
                $0,
                data: .object([
                    "request": .string(UniqueID.random().description),
                    "decision": .object([
                        "outcome": "permitted", "shareFirst": false, "breakGlass": false, "items": [],
                        "obligations": [],
                        "facts": [], "policy": .string(Base64.url.encode([UInt8](repeating: 0, count: 32))), "at": 1,
                        "clock": "2026-11-01T00:00:00Z", "replicas": [],
                    ]),
                ]), type: "disclosure.decided")
        },
        Case(name: "another agency's step", kind: .forbidden, code: "wrong-author") {
            try described(
                $0,
                data: .object(["referral": .string(UniqueID.random().description), "actor": Partnership.actor("nurse")]
                ),
                type: "referral.received")
        },
        Case(name: "a receipt for nothing", kind: .forbidden, code: "wrong-author") {
            try described(
                $0,
                data: .object([
                    "delivery": .string(UniqueID.random().description),
                    "digest": .string(Base64.url.encode([UInt8](repeating: 0, count: 32))),
                ]), type: "disclosure.receipted")
        },
        Case(name: "an unknown agency", kind: .invalid, code: "unknown-agency", pointer: "/data/from") { partnership in
            try partnership.test.sign(
                "disclosure.requested", by: partnership.council.key, source: partnership.council.id, subject: person,
                .object([
                    "from": "ods:ZZZ99", "to": .string(partnership.council.id), "purpose": "early-help",
                    "items": ["identity"],
                    "reason": "x", "actor": Partnership.actor("social-worker"),
                ]))
        },
        Case(name: "an operator's event by an agency", kind: .forbidden, code: "role-missing") {
            try described(
                $0, data: .object(["document": .string(try TestSite.shipped("baseline.yaml"))]), subject: nil,
                type: "baseline.adopted")
        },
        Case(name: "another document signed", kind: .invalid, code: "other-document", pointer: "/data/digest") {
            partnership in
            try partnership.test.sign(
                "agreement.signed", by: partnership.trust.key, source: partnership.trust.id,
                .object([
                    "agreement": "liverpool-mash", "version": 3,
                    "digest": .string(Base64.url.encode([UInt8](repeating: 1, count: 32))),
                    "signatory": .object(["name": "A", "office": "B"]),
                ]))
        },
    ]

    private static func referral(_ partnership: Partnership) throws -> [UInt8] {
        try partnership.test.sign(
            "referral.submitted", by: partnership.school.key, source: partnership.school.id, subject: person,
            .object([
                "from": .string(partnership.school.id), "to": .string(partnership.council.id), "urgency": "routine",
                "purpose": "safeguarding-children", "actor": Partnership.actor("teacher"),
            ]), content: [("referral.summary", "text")])
    }

    @Test func `each has its own error, and nothing is written`() async throws {
        let partnership = try await Partnership()
        let size = partnership.test.site.head.size
        var codes: Set<String> = []
        for bad in Self.cases {
            let answer = await partnership.test.post(try bad.bytes(partnership))
            guard let rejection = answer.rejection else {
                Issue.record("\(bad.name) was accepted")
                continue
            }
            let found = rejection.violations.first
            #expect(rejection.kind == bad.kind, "\(bad.name): \(rejection)")
            #expect(found?.code ?? rejection.code == bad.code, "\(bad.name): \(rejection)")
            if let pointer = bad.pointer { #expect(found?.pointer == pointer, "\(bad.name)") }
            #expect(!"\(rejection)".contains("94767199"), "\(bad.name): an identifier stands in the error")
            codes.insert(bad.code)
        }
        #expect(partnership.test.site.head.size == size)
        #expect(codes.count >= Self.cases.count - 2, "errors are told apart")
    }
}

/// Input that is within every rule and still awkward must not end the site.
@Suite struct AwkwardInputTests {
    @Test func `a local number of one letter with thousands of accents is refused, and the site goes on`() async throws
    {
        let partnership = try await Partnership()
        let accents = "a" + String(repeating: "\u{0301}", count: 5_000)
        let answer = await partnership.test.post(
            try partnership.test.sign(
                "subject.described", by: partnership.trust.key, source: partnership.trust.id,
                subject: "local:\(partnership.trust.id):\(accents)",
                .object(["birthDate": "2010-05-04", "source": "x"])))
        #expect(answer.rejection?.violations.first?.code == "bad-identifier")
        #expect(try await partnership.consent().outcome == "recorded")
    }

    @Test func `ninety flows with obligations of their own give one decision`()
        async throws
    {
        let partnership = try await Partnership()
        let flows = (1...90).map { number in
            """
              - id: flow-\(number)
                from: [\(partnership.trust.id)]
                to: [\(partnership.council.id)]
                purpose: early-help
                subjects: any
                items: [\(Self.items[number % Self.items.count])]
                basis: {article6: public-task, power: children-act-2004-s10, confidentiality: none-owed}
                consent: not-required
                obligations: {receipt: \(number)h, onward: word-\(number)}
            """
        }.joined(separator: "\n")
        let document = """
            agreement: many
            version: 1
            title: Many flows
            nation: england
            parties:
              - {agency: \(partnership.trust.id), role: controller, signatory: A}
              - {agency: \(partnership.council.id), role: controller, signatory: B}
            inForce: {from: 2026-01-01}
            dpia: {ref: D, approved: 2026-01-01}
            flows:
            \(flows)
            """
        try await partnership.test.agree(document, "many", version: 1, [partnership.trust, partnership.council])
        let receipt = try await partnership.ask(Self.items)
        #expect(receipt.outcome == "permitted")
        #expect(receipt.decision?["obligations"]?.array?.isEmpty == false)
    }

    @Test func `what is left of a decision that cannot be recorded whole permits nothing, share-first aside`() throws {
        func decision(shareFirst: Bool) throws -> Decision {
            Decision(
                outcome: .permitted, shareFirst: shareFirst,
                items: [ItemDecision(item: try #require(ItemCode("identity")), result: .permitted, flow: "a/1/b")],
                obligations: [Obligation(kind: "receipt", value: "72h")], policy: "p", at: 1, clock: Instant(seconds: 1)
            )
        }
        let plain = try decision(shareFirst: false).withoutCircumstances(contact: "ods:RBS25")
        #expect(plain.outcome == .referred)
        #expect(plain.permittedItems.isEmpty)
        #expect(plain.contact == "ods:RBS25")
        #expect(plain.items.map(\.codes) == [[.evaluationError]])
        let urgent = try decision(shareFirst: true).withoutCircumstances(contact: "ods:RBS25")
        #expect(urgent.outcome == .permitted)
        #expect(urgent.permittedItems.map(\.text) == ["identity"])
        #expect(urgent.obligations.isEmpty)
    }

    private static let items = [
        "identity", "contact", "family", "education.attendance", "housing", "referral.summary", "referral.service",
        "request.reason",
    ]
}
