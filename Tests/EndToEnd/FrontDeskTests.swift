import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// What a client sees of errors, limits and roles, over real HTTP.
@Suite struct FrontDeskTests {
    @Test func `every refusal is a problem document with its status and code`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        let size = try await TestHouse.send(daemon, "/readyz").json["size"]?.integer
        let good = try house.described()
        var forged = good
        forged[forged.count - 8] = forged[forged.count - 8] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        let stranger = SigningKey.generate()
        let table: [(name: String, body: [UInt8], type: String, status: Int, code: String)] = [
            ("not a JWS", Array("hello".utf8), "application/jose", 400, "jws-malformed"),
            ("a wrong signature", forged, "application/jose", 401, "signature-invalid"),
            (
                "an unknown key",
                try house.compose(
                    "subject.described", house.trust.id, stranger, TestHouse.person, .object(["source": "x"])),
                "application/jose", 401, "unknown-key"
            ),
            (
                "another's source",
                try house.compose(
                    "subject.described", house.council.id, house.trust.key, TestHouse.person,
                    .object(["birthDate": "2011-02-03", "source": "x"])), "application/jose", 403, "source-not-of-key"
            ),
            (
                "a missing member",
                try house.compose(
                    "subject.described", house.trust.id, house.trust.key, TestHouse.person, .object(["source": "x"])),
                "application/jose", 422, "invalid-event"
            ),
            ("another media type", good, "application/json", 415, "media-type"),
            ("too large", [UInt8](repeating: 65, count: 1_048_577), "application/jose", 413, "body-too-large"),
        ]
        for row in table {
            let answer = try await TestHouse.post(daemon, row.body, as: row.type)
            #expect(answer.status == row.status, "\(row.name): \(answer.text)")
            #expect(answer.code == row.code, "\(row.name)")
            #expect(answer.header("content-type") == "application/problem+json", "\(row.name)")
            #expect(!answer.text.contains("9476719931"), "\(row.name)")
        }
        #expect(try await TestHouse.send(daemon, "/readyz").json["size"]?.integer == size)
        let first = try await TestHouse.post(daemon, good)
        let again = try await TestHouse.post(daemon, good)
        #expect(first.status == 201)
        #expect(again.status == 200)
        #expect(again.json["index"] == first.json["index"])
        await daemon.stop()
    }

    @Test func `1,024 events at once are answered one by one, and more of them or 16 MiB are refused whole`()
        async throws
    {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        let good = try house.described()
        func post(_ lines: Int) async throws -> TestHouse.Answer {
            let body = good + Array(repeatElement("\nx", count: lines - 1).joined().utf8)
            return try await TestHouse.post(daemon, body, as: "application/x-ndjson")
        }
        let many = try await post(1_025)
        #expect(many.status == 413 && many.code == "too-many-events", "\(many.text)")
        let large = try await TestHouse.post(
            daemon, good + [UInt8](repeating: UInt8(ascii: "\n"), count: (16 << 20) + 1 - good.count),
            as: "application/x-ndjson")
        #expect(large.status == 413 && large.code == "body-too-large", "\(large.text)")
        #expect(try await TestHouse.send(daemon, "/readyz").json["size"] == 4)
        let most = try await post(1_024)
        #expect(most.status == 200 && most.text.split(separator: "\n").count == 1_024)
        #expect(try await TestHouse.send(daemon, "/readyz").json["size"] == 5)
        await daemon.stop()
    }

    @Test func `lines are answered in order, and a key that one enrols signs the next`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        let school = (id: "urn:104714", key: SigningKey.generate())
        let lines = [
            try house.compose(
                "agency.registered", "site:" + TestHouse.origin, house.operatorKey, nil,
                .object([
                    "agency": .string(school.id), "name": "School", "kind": "education", "publicAuthority": true,
                    "keys": [.object(["jwk": school.key.publicKey.jwk, "roles": ["agency"]])],
                ])),
            Array("rubbish".utf8),
            try house.compose(
                "subject.described", school.id, school.key, "upn:B801200005001",
                .object(["birthDate": "2011-02-03", "source": "register"])),
        ]
        let body = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
        let answer = try await TestHouse.post(daemon, body, as: "application/x-ndjson")
        #expect(answer.status == 200)
        let answers = answer.text.split(separator: "\n").map { (try? JSON.parse(String($0))) ?? .null }
        #expect(
            answers.map { $0["outcome"]?.string ?? $0["code"]?.string } == ["recorded", "jws-malformed", "recorded"])
        await daemon.stop()
    }

    @Test func `reads need a token that is signed, fresh and for this site`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        #expect(try await TestHouse.send(daemon, "/v1/events").status == 401)
        #expect(try await TestHouse.send(daemon, "/v1/events", headers: try house.token(house.trust)).status == 200)
        func status(_ audience: String, _ issued: Instant, issuer: String? = nil) async throws -> Int {
            let token = try BearerToken.sign(
                issuer: issuer ?? house.trust.id, audience: audience, tokenID: "t", issued: issued, key: house.trust.key
            )
            return try await TestHouse.send(daemon, "/v1/events", headers: ["authorization": "Bearer " + token]).status
        }
        #expect(try await status("other.example", .current) == 401)
        #expect(try await status(TestHouse.origin, Instant.current.adding(seconds: -700)) == 401)
        #expect(try await status(TestHouse.origin, .current, issuer: house.council.id) == 403)
        let event = try house.described()
        let asToken = ["authorization": "Bearer " + String(decoding: event, as: UTF8.self)]
        #expect(try await TestHouse.send(daemon, "/v1/events", headers: asToken).status == 401)
        #expect(try await TestHouse.send(daemon, "/metrics").status == 401)
        let unknown = try await TestHouse.send(daemon, "/v1/events?colour=red", headers: try house.token(house.trust))
        #expect(unknown.code == "unknown-parameter")
        await daemon.stop()
    }

    @Test func `the interface describes itself, and no person stands in logs or metrics`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data, ["--log-level", "debug"])
        try await house.settle(daemon)
        _ = try await TestHouse.post(daemon, try house.described())
        var lookup = try house.token(house.trust)
        lookup["content-type"] = "application/json"
        let found = try await TestHouse.send(
            daemon, method: .POST, "/v1/subjects/lookup", headers: lookup,
            body: JSON.object(["identifier": .string(TestHouse.person)]).bytes)
        let subject = try #require(found.json["subject"]?.string)
        let listed = try await TestHouse.send(
            daemon, "/v1/events?subject=\(subject)", headers: try house.token(house.trust))
        #expect(listed.json["events"]?.array?.count == 1)
        let operators = (id: "site:" + TestHouse.origin, key: house.operatorKey)
        let metrics = try await TestHouse.send(daemon, "/metrics", headers: try house.token(operators)).text
        #expect(metrics.contains(#"sharing_events_total{outcome="recorded"} 4"#))
        let document = try await TestHouse.send(daemon, "/openapi.json").json
        let paths = document["paths"]?.object?.names ?? []
        #expect(paths.contains("/v1/events/{id}/proof"))
        for path in paths where document["paths"]?[path]?["get"]?["security"] == [.object(["token": []])] {
            let answer = try await TestHouse.send(
                daemon, path.replacing(#/\{[a-z]+\}/#, with: UniqueID.random().description))
            #expect(answer.status == 401, "\(path)")
        }
        await daemon.stop()
        let log = daemon.lines.joined(separator: "\n")
        #expect(log.contains(#""message":"read""#))
        #expect(!log.contains("9476719931"))
        #expect(!log.contains(subject))
        #expect(!metrics.contains("9476719931"))
    }
}
