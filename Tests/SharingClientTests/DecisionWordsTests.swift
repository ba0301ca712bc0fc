import Encodings
import SharingClient
import SharingModel
import Testing

@Suite struct DecisionWordsTests {
    private func decision(
        _ outcome: Decision.Outcome, _ items: [ItemDecision], nearest: Nearest? = nil, obligations: [Obligation] = [],
        contact: String? = nil, notice: String? = nil, shareFirst: Bool = false
    ) -> Decision {
        Decision(
            outcome: outcome, shareFirst: shareFirst, items: items, nearest: nearest, obligations: obligations,
            policy: "",
            at: 4, clock: Instant(milliseconds: 0), contact: contact, notice: notice)
    }

    private func item(_ code: String, _ result: ItemDecision.Result, flow: String? = nil, _ codes: [RefusalCode] = [])
        throws
        -> ItemDecision
    {
        ItemDecision(item: try #require(ItemCode(code)), result: result, flow: flow, codes: codes)
    }

    @Test func `one item is told as one`() throws {
        func summary(_ items: Int) throws -> String? {
            DecisionWords(
                decision(
                    .permitted, try (0..<items).map { _ in try item("identity", .permitted, flow: "hub/3/help") })
            ).lines.first
        }
        #expect(try summary(1) == "permitted: the item may pass")
        #expect(try summary(2) == "permitted: all 2 items may pass")
    }

    @Test func `a peer of which nothing came is not told as one of 1970`() throws {
        func detail(_ text: String) throws -> [String] {
            DecisionWords(
                decision(
                    .referred, [try item("identity", .referred, [.replicaTooStale])],
                    nearest: Nearest(flow: "hub/3/help", failed: "staleness", code: .replicaTooStale, detail: text))
            ).lines.filter { $0.hasPrefix("detail: ") }
        }
        #expect(
            try detail("school.example as of 1970-01-01T00:00:00.000Z")
                == ["detail: school.example, of which nothing has come yet"])
        let known = "school.example as of 2026-03-01T10:00:00.000Z"
        #expect(try detail(known) == ["detail: " + known])
    }

    @Test func aPartialReleaseIsToldItemByItem() throws {
        let fact = UniqueID.random()
        let words = DecisionWords(
            decision(
                .partlyPermitted,
                [
                    try item("identity", .permitted, flow: "hub/3/attendance"),
                    try item("health.mental", .withheld, [.consentWithdrawn]),
                ],
                nearest: Nearest(
                    flow: "hub/3/help", failed: "consent", code: .consentWithdrawn, fact: fact,
                    detail: "withdrawn 2026-03-01"),
                obligations: [Obligation(kind: "receipt", value: "72h")], contact: "dpo@trust.example",
                notice: "not complete, ask dpo@trust.example"))
        #expect(
            words.lines == [
                "partly permitted: 1 of 2 items may pass", "identity: permitted through hub/3/attendance",
                "health.mental: withheld because the consent was withdrawn (consent-withdrawn)",
                "nearest to a permit: hub/3/help, which failed at consent: the consent was withdrawn (consent-withdrawn)",
                "detail: withdrawn 2026-03-01", "resting on event \(fact)",
                "it would make the difference if the person gave a consent that covers it",
                "the recipient has to confirm receipt within 72h", "not complete, ask dpo@trust.example",
            ])
    }

    @Test func aReasonThatIsConcealedIsNotInvented() throws {
        let words = DecisionWords(decision(.refused, [try item("police", .withheld)], contact: "dpo@trust.example"))
        #expect(words.lines[1] == "police: withheld because of facts that are not for you to see")
        #expect(words.lines.last == "ask: dpo@trust.example")
    }

    @Test func sharingFirstSaysThatItWillBeReviewed() throws {
        let words = DecisionWords(decision(.permitted, [try item("risk.to-child", .permitted)], shareFirst: true))
        #expect(words.lines.first?.contains("will be reviewed") == true)
        #expect(words.lines[1] == "risk.to-child: permitted, share first")
    }

    @Test(arguments: RefusalCode.allCases)
    func everyCodeHasWordsOfItsOwn(_ code: RefusalCode) {
        #expect(!code.inWords.isEmpty)
        #expect(RefusalCode.allCases.count { $0.inWords == code.inWords } == 1)
    }
}
