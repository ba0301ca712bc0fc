import Encodings
import EventStore
import SharingClient
import SharingModel
import Testing

@Suite struct SiteClientTests {
    private let key = SigningKey.generate()
    private let vkey: String

    init() throws {
        vkey = try VerifierKey(name: "sharing.example", publicKey: SigningKey.generate().publicKey).description
    }

    private func settings(_ url: String) throws -> SiteClient.Settings {
        SiteClient.Settings(server: try ServerAddress(url), key: key, agency: try AgencyID("ods:RBS25"))
    }

    private func ok(_ body: String) -> String { "200 OK\r\n\r\n\(body)" }

    @Test func readsCarryATokenForTheOriginThatTheSiteNamesOnce() async throws {
        let site = try CannedSite([
            "/log/vkey": ok(vkey + "\n"), "/v1/referrals?party=ods%3ARBS25": ok(#"{"referrals":[]}"#),
        ])
        defer { site.stop() }
        let answers = try await SiteClient.visit(settings(site.url)) { client in
            let none: String? = nil
            let first = try await client.get("/v1/referrals", ["party": "ods:RBS25", "status": none])
            return [first, try await client.get("/v1/referrals", ["party": "ods:RBS25"])]
        }
        #expect(answers.allSatisfy { $0["referrals"]?.array?.isEmpty == true })
        #expect(site.requests.count == 3)
        let tokens = site.requests.dropFirst().compactMap { request in
            request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("authorization: bearer ") }?.dropFirst(
                22)
        }
        try #require(tokens.count == 2)
        for token in tokens {
            let bearer = try UnverifiedToken(parsing: Array(token.utf8)).verified(by: key.publicKey)
            try bearer.check(audience: "sharing.example", now: .now)
            #expect(bearer.issuer == "ods:RBS25")
        }
        #expect(Set(tokens).count == 2)
    }

    @Test func eventsCarryTheirOwnSignatureAndNoToken() async throws {
        let problem = #"{"title":"Conflict","status":409,"code":"id-taken","detail":"another event has this id"}"#
        let site = try CannedSite([
            "/v1/events": "409 Conflict\r\nContent-Type: application/problem+json\r\n\r\n\(problem)"
        ])
        defer { site.stop() }
        for (event, type) in [("a.b.c", "application/jose"), ("a.b.c~d~", "application/sd-jwt")] {
            let error = await #expect(throws: ClientError.self) {
                try await SiteClient.visit(settings(site.url)) { try await $0.post(Array(event.utf8)) }
            }
            guard case .problem(let problem) = error else { Issue.record("expected a problem"); return }
            #expect(problem.code == "id-taken" && problem.status == 409)
            let request = try #require(site.requests.last)
            #expect(request.lowercased().contains("content-type: \(type)\r\n"))
            #expect(!request.lowercased().contains("authorization"))
            #expect(request.hasSuffix("\r\n\r\n" + event))
        }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let site = try CannedSite([
            "/log/checkpoint": "302 Found\r\nLocation: /log/vkey\r\n\r\n", "/log/vkey": ok(vkey),
        ])
        defer { site.stop() }
        await #expect(throws: ClientError.self) {
            try await SiteClient.visit(settings(site.url)) { try await $0.openText("/log/checkpoint") }
        }
        #expect(site.requests.count == 1)
    }

    @Test func whatIsNoJSONIsNotTakenForAnAnswer() async throws {
        let site = try CannedSite(["/v1/events": ok("<html>proxy</html>")])
        defer { site.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await SiteClient.visit(settings(site.url)) { try await $0.post([1]) }
        }
        guard case .unexpectedAnswer(200, _) = error else { Issue.record("expected .unexpectedAnswer"); return }
    }

    @Test func aClosedPortIsUnreachable() async throws {
        let site = try CannedSite([:])
        site.stop()
        let error = await #expect(throws: ClientError.self) {
            try await SiteClient.visit(settings(site.url)) { try await $0.openText("/log/vkey") }
        }
        guard case .unreachable = error else { Issue.record("expected .unreachable"); return }
    }

    @Test func readingWithoutKeyIsRefusedBeforeAnythingIsSent() async throws {
        let site = try CannedSite([:])
        defer { site.stop() }
        let error = await #expect(throws: ClientError.self) {
            try await SiteClient.visit(.init(server: try ServerAddress(site.url))) { try await $0.get("/v1/agencies") }
        }
        guard case .keyMissing = error else { Issue.record("expected .keyMissing"); return }
        #expect(site.requests.isEmpty)
    }

    @Test func everyLineOfManyHasItsOwnAnswer() async throws {
        let receipt = JSON.object([
            "id": "0192f3c4-0000-7000-8000-000000000001", "index": 3, "leafHash": "", "outcome": "recorded",
            "recorded": "2026-11-22T12:00:00.000Z", "checkpoint": "", "follows": [],
        ])
        let lines =
            receipt.text + "\n" + #"{"status":401,"code":"key-unknown","detail":"the key is not enrolled"}"# + "\n"
        let site = try CannedSite(["/v1/events": ok(lines)])
        defer { site.stop() }
        let answers = try await SiteClient.visit(settings(site.url)) { try await $0.post(many: [[1], [2]]) }
        #expect(try answers[0].get().index == 3)
        #expect(throws: ClientError.self) { try answers[1].get() }
        await #expect(throws: ClientError.self) {
            try await SiteClient.visit(settings(site.url)) { try await $0.post(many: [[1], [2], [3]]) }
        }
    }
}
