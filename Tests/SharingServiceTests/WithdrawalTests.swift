import Encodings
import SharingService
import SiteSupport
import Testing

/// The promise of a withdrawal's receipt: no decision answered after it rests on that consent.
@Suite struct WithdrawalTests {
    @Test func `no decision answered after the receipt of a withdrawal permits, under many writers`() async throws {
        let partnership = try await Partnership()
        let answered = AnswerOrder()
        for round in 0..<8 {
            let consent = try await partnership.consent()
            await withTaskGroup(of: Void.self) { group in
                for writer in 0..<16 {
                    group.addTask {
                        for _ in 0..<6 {
                            let asked = await answered.tick()
                            guard let receipt = try? await partnership.ask(["identity"]) else {
                                Issue.record("a request was not answered (round \(round), writer \(writer))")
                                return
                            }
                            await answered.asked(at: asked, receipt)
                        }
                    }
                }
                group.addTask {
                    guard let receipt = try? await partnership.withdraw(consent.id) else {
                        Issue.record("the withdrawal was not answered (round \(round))")
                        return
                    }
                    await answered.withdrawn(receipt)
                }
            }
            let violations = await answered.finishRound()
            #expect(violations.isEmpty, "decisions after the withdrawal's receipt permitted (round \(round))")
        }
        // The test means something only if requests were answered on both sides of withdrawals.
        let (permitted, refused) = await answered.totals
        #expect(permitted > 0)
        #expect(refused > 0)
    }
}

/// Notes in which order requests were sent and receipts came.
private actor AnswerOrder {
    private var time = 0
    private var requests: [(sent: Int, receipt: Receipt)] = []
    private var withdrawal: (time: Int, index: Int64)?
    private(set) var totals = (permitted: 0, refused: 0)

    func tick() -> Int {
        time += 1
        return time
    }

    func asked(at sent: Int, _ receipt: Receipt) {
        requests.append((sent, receipt))
        if receipt.outcome == "permitted" { totals.permitted += 1 } else { totals.refused += 1 }
    }

    func withdrawn(_ receipt: Receipt) { withdrawal = (tick(), receipt.index) }

    /// Requests that were sent after the receipt came, or stand behind it in the log, and were permitted all the same.
    func finishRound() -> [Int64] {
        defer {
            requests = []
            withdrawal = nil
        }
        guard let withdrawal else { return [-1] }
        return requests.filter { request in
            request.receipt.outcome == "permitted"
                && (request.sent > withdrawal.time || request.receipt.index > withdrawal.index)
        }.map(\.receipt.index)
    }
}
