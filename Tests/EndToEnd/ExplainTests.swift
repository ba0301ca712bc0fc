import Encodings
import EventStore
import Foundation
import Support
import Testing

/// `disclose explain`: what a server tells, and the whole path from a folder, as words and as JSON.
@Suite struct ExplainTests {
    @Test func `a refusal is explained in words and as JSON, with the events it rests on`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        func post(_ event: [UInt8]) async throws {
            let answer = try await TestHouse.post(daemon, event)
            try #require(answer.status == 201, "\(answer.text)")
        }
        try await post(try house.described())
        let request = UniqueID.random()
        try await post(
            try house.compose(
                "disclosure.requested", house.council.id, house.council.key, TestHouse.person,
                .object([
                    "from": .string(house.trust.id), "to": .string(house.council.id), "purpose": "early-help",
                    "items": ["identity"], "reason": "needed",
                    "actor": .object(["id": "w-1", "role": "social-worker"]),
                ]), id: request))
        let key = house.folder.path("trust.jwk")
        try KeyFile.write(house.trust.key.privateJWK.text, to: key)
        let asker = house.folder.path("council.jwk")
        try KeyFile.write(house.council.key.privateJWK.text, to: asker)
        for verb in ["content", "receipt"] {
            let early = try await Executable.sharectl.run([
                "disclose", verb, request.description, "--server", daemon.server, "--key", asker, "--as",
                house.council.id,
            ])
            #expect(early.code == 1)
            #expect(early.errors.contains("it was refused; `sharectl disclose explain"), "\(early.errors)")
        }
        let explain = ["disclose", "explain", request.description]

        let server = try await Executable.sharectl.run(
            explain + ["--server", daemon.server, "--key", key, "--as", house.trust.id])
        #expect(server.code == 0, "\(server.errors)")
        #expect(server.output.contains("identity: withheld because"), "\(server.output)")
        let shown = try await TestHouse.send(
            daemon, "/v1/disclosures/\(request)", headers: house.token(house.trust))
        let facts = try #require(shown.json["decision"]?["facts"]?.array)
        let events = shown.json["events"]?.array ?? []
        #expect(Set(facts.compactMap(\.string)).isSubset(of: Set(events.compactMap { $0["id"]?.string })))
        for event in events {
            let told = ["id", "type", "recorded"].map { event[$0]?.string ?? "missing" }
            let words = "event \(told[0]) (\(told[1]), recorded \(told[2]))"
            #expect(server.output.contains(words), "\(server.output)")
        }

        let words = try await Executable.sharectl.run(explain + ["--data", house.data])
        #expect(words.code == 0, "\(words.errors)")
        #expect(words.output.contains("identity: withheld because"), "\(words.output)")
        #expect(words.output.contains("what would have made the difference: "), "\(words.output)")
        #expect(words.output.contains("the log gives the same decision today"))

        let json = try await Executable.sharectl.run(explain + ["--data", house.data, "--format", "json"])
        #expect(json.code == 0, "\(json.errors)")
        let answer = try JSON.parse(json.output.trimmingCharacters(in: .newlines))
        #expect(answer["same"] == true)
        #expect(answer["recorded"] == answer["evaluated"])
        let item = try #require(answer["path"]?["items"]?.array?.first)
        #expect(item["item"] == "identity" && item["result"] == "withheld")
        #expect(item["difference"]?.array?.isEmpty == false)
        let named = (answer["recorded"]?["facts"]?.array ?? []).compactMap(\.string)
        let told = (answer["events"]?.array ?? []).compactMap { $0["id"]?.string }
        #expect(Set(named).isSubset(of: Set(told)))
        for text in [server.output, words.output, json.output] { #expect(!text.contains(TestHouse.person)) }

        let nothing = try await Executable.sharectl.run(
            ["disclose", "explain", UniqueID.random().description, "--data", house.data])
        #expect(nothing.code == 1)
        #expect(nothing.errors.contains("nothing was decided here under this id"))
        await daemon.stop()
    }
}
