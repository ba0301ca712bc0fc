import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// Two sites with real daemons and a line between them.
@Suite struct PeerLineTests {
    private static func pair() async throws -> (PeeredSite, PeeredSite) {
        (
            try await PeeredSite("sharing.test/trust", agency: "ods:RBS25"),
            try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
        )
    }

    @Test func `what is recorded at one site is soon at the other, and neither sets the other off`() async throws {
        let (trust, council) = try await Self.pair()
        let (first, second) = (try await trust.start(), try await council.start())
        try await PeeredSite.join(trust, council)
        #expect(try await council.hasCaughtUp(with: trust.origin, to: 4))
        #expect(try await trust.hasCaughtUp(with: council.origin, to: 4))
        for event in try trust.enrolments(3) { #expect(try await trust.post(event).status == 201) }
        let size = try await trust.size()
        #expect(try await council.hasCaughtUp(with: trust.origin, to: size))
        let known = try await WitnessedHouse.until {
            try await council.peer(trust.origin)["recorded"]?.integer ?? 0 >= size
        }
        #expect(known)
        // What each said of the other reached the other, and was nothing that it had to say something about.
        let settled = try await WitnessedHouse.until {
            let (one, other) = (try await trust.size(), try await council.size())
            let isKnown = try await council.peer(trust.origin)["size"]?.integer == one
            let isOther = try await trust.peer(council.origin)["size"]?.integer == other
            return isKnown && isOther
        }
        #expect(settled)
        let (one, other) = (try await trust.size(), try await council.size())
        try await Task.sleep(for: .seconds(1))
        #expect(try await trust.size() == one)
        #expect(try await council.size() == other)
        // Each knows how far the other has got.
        let isTold = try await WitnessedHouse.until {
            try await trust.peer(council.origin)["theyHave"]?["size"]?.integer == one
        }
        #expect(isTold)
        #expect(await first.stop() == 0)
        #expect(
            await second.stop() == 0,
            "\(second.lines.filter { $0.contains("rash") || $0.contains("rror") || $0.contains(" in ") })")
    }

    @Test func `who is no peer is told nothing, and a peer asks one thing at a time`() async throws {
        let (trust, council) = try await Self.pair()
        let daemon = try await trust.start()
        try await trust.register(trust.agency)
        func ask(_ token: String?, wait: Int64 = 0, _ change: (inout JSONObject) -> Void = { _ in }) async throws
            -> TestHouse.Answer
        {
            var body = JSONObject([
                ("from", "0"), ("known", 0), ("recipientKey", try council.card()["hpke"] ?? .null),
            ])
            if wait > 0 { body["wait"] = .integer(wait) }
            change(&body)
            return try await trust.send(.POST, "/shipping/next", JSON.object(body).bytes, token: token)
        }
        let token = try council.peerToken(for: trust.origin)
        #expect(try await ask(nil).code == "token-missing")
        #expect(try await ask(token).code == "unknown-peer")
        try await trust.administer("peer.added", try council.card(url: "http://127.0.0.1:9"))
        let answer = try await ask(token)
        #expect(answer.status == 200)
        #expect(answer.header("content-type") == "application/octet-stream")
        #expect(answer.bytes.starts(with: Array("sharing shipment v1\n".utf8)))
        #expect(try await ask(council.peerToken(for: "elsewhere")).code == "token-audience")
        #expect(try await ask(council.token("site:other", council.siteKey(), for: trust.origin)).code == "token-issuer")
        #expect(try await ask(trust.operatorToken()).code == "unknown-peer")
        #expect(
            try await ask(token) { $0["recipientKey"] = AgreementKey.generate().publicJWK }.code
                == "recipient-key-unknown")
        #expect(try await ask(token) { $0["from"] = "nowhere" }.status == 422)
        #expect(try await ask(token) { $0["want"] = "everything" }.code == "invalid-event")
        let ahead = try await ask(token) { $0["known"] = 1_000 }
        #expect(ahead.status == 409 && ahead.code == "shipping-receiver-ahead")
        #expect(ahead.json["checkpoint"]?.string?.hasPrefix(trust.origin) == true)
        // A question that is held back keeps another from being asked, until something is recorded.
        let size = try await trust.size()
        let held = Task {
            while true {
                let answer = try await ask(token, wait: 30) {
                    $0["known"] = .integer(size)
                    $0["from"] = .string("\(size)")
                }
                // One that came while the other below was being answered.
                if answer.status != 429 { return answer }
            }
        }
        let isRefused = try await WitnessedHouse.until { try await ask(token).status == 429 }
        #expect(isRefused)
        for event in try trust.enrolments(1) { #expect(try await trust.post(event).status == 201) }
        #expect(try await held.value.status == 200)
        #expect(try await ask(token).status == 200)
        try await trust.administer("peer.removed", .object(["origin": .string(council.origin), "reason": "closed"]))
        #expect(try await ask(token).code == "peer-removed")
        #expect(await daemon.stop() == 0)
    }
}
