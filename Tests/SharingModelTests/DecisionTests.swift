import Encodings
import SharingModel
import Testing

@Suite("Decisions")
struct DecisionTests {
    static let policy = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"

    static func full() throws -> Decision {
        let fact = try #require(UniqueID("0192f3c4-0000-4000-8000-000000000001"))
        return Decision(
            outcome: .partlyPermitted, shareFirst: false, breakGlass: true,
            items: [
                ItemDecision(
                    item: try #require(ItemCode("health.mental")), result: .withheld,
                    codes: [.itemNotCovered, .consentWithdrawn]),
                ItemDecision(
                    item: try #require(ItemCode("identity")), result: .permitted, flow: "liverpool-mash/3/early-help"),
            ],
            nearest: Nearest(
                flow: "liverpool-mash/3/early-help", failed: "consent", code: .consentWithdrawn, fact: fact,
                detail: "withdrawn 2026-03-01"),
            obligations: [Obligation(kind: "receipt", value: "72h")], facts: [fact], policy: policy, at: 4711,
            clock: Instant(milliseconds: 1_790_000_000_123),
            replicas: [Replica(origin: "b.example", size: 12, asOf: Instant(milliseconds: 1_790_000_000_000))],
            validUntil: Instant(milliseconds: 1_800_000_000_000), contact: "dpo@trust.example", notice: "not complete")
    }

    @Test("A decision written and read again is the same, bytes included")
    func roundTrip() throws {
        for decision in [
            try Self.full(),
            Decision(outcome: .refused, items: [], policy: Self.policy, at: 0, clock: Instant(milliseconds: 0)),
        ] {
            var writer = JSONWriter()
            writer.value(decision.json)
            let read = try Decision(json: try JSON.parse(writer.bytes))
            #expect(read == decision)
            #expect(read.json == decision.json)
        }
    }

    @Test("Members stand in the order of the format")
    func order() throws {
        #expect(
            try Self.full().json.object?.names == [
                "outcome", "shareFirst", "breakGlass", "items", "nearest", "obligations", "facts", "policy", "at",
                "clock",
                "replicas", "validUntil", "contact", "notice",
            ])
    }

    @Test("A view from which reasons are concealed can be read")
    func partialView() throws {
        var object = try #require(try Self.full().json.object)
        object["nearest"] = nil
        object["facts"] = nil
        object["items"] = [.object(["item": "identity", "result": "permitted"])]
        let view = try Decision(json: .object(object))
        #expect(view.nearest == nil)
        #expect(view.permittedItems.map(\.text) == ["identity"])
    }

    @Test("A decision with a word that is not in its lists is refused, naming the place")
    func badWord() throws {
        var object = try #require(try Self.full().json.object)
        object["outcome"] = "maybe"
        object["items"] = [.object(["item": "identity", "result": "withheld", "codes": ["because"]])]
        let error = #expect(throws: InvalidEvent.self) { try Decision(json: .object(object)) }
        #expect(error?.violations.map(\.pointer) == ["/outcome", "/items/0/codes/0"])
    }

    @Test("Every refusal code of the format is there")
    func codes() { #expect(RefusalCode.allCases.count == 35) }
}
