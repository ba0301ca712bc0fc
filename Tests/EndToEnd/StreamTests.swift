import Encodings
import EventStore
import Foundation
import Support
import Testing

/// Following the log over HTTP and with `sharectl events watch`.
@Suite(.serialized) struct StreamTests {
    private func started(_ house: TestHouse, heartbeat: Int = 1, port: Int? = nil) async throws -> Daemon {
        let file = house.folder.path("stream-\(heartbeat).yaml")
        try Data("stream: {heartbeat: \(heartbeat)}\n".utf8).write(to: URL(filePath: file))
        let listen = port.map { ["--listen", "127.0.0.1:\($0)"] } ?? []
        return try await Daemon.start(house.data, ["--config", file] + listen)
    }

    private func consent(_ house: TestHouse) throws -> [UInt8] {
        try house.compose(
            "consent.given", house.trust.id, house.trust.key, TestHouse.person,
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                "recipients": [.string(house.council.id)], "method": "written", "from": "2026-01-01",
            ]))
    }

    /// Large, and for its author alone.
    private func note(_ house: TestHouse, bytes: Int) throws -> [UInt8] {
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(UniqueID.random()), "source": .string(house.trust.id),
            "site": .string(TestHouse.origin), "type": "org.example.note.v1", "time": .text(Instant.current),
            "datacontenttype": "application/json",
            "data": .object(["text": .string(String(repeating: "n", count: bytes))]),
        ])
        return try EventSigner.sign(payload: payload, key: house.trust.key)
    }

    /// The rows of `/v1/events`, as text.
    private func listed(_ house: TestHouse, _ daemon: Daemon, _ agency: (id: String, key: SigningKey)) async throws
        -> [String]
    {
        let page = try await TestHouse.send(daemon, "/v1/events?limit=1000", headers: try house.token(agency))
        return (page.json["events"]?.array ?? []).map(\.text)
    }

    private func clients(_ house: TestHouse, _ daemon: Daemon) async throws -> String? {
        let token = try house.token((id: "site:" + TestHouse.origin, key: house.operatorKey))
        let text = try await TestHouse.send(daemon, "/metrics", headers: token).text
        return text.split(separator: "\n").first { $0.hasPrefix("sharing_stream_clients ") }?.split(separator: " ").last
            .map(String.init)
    }

    /// Compares outside of an expectation: what differs would be megabytes of text.
    private func same(_ one: [String], _ other: [String]) -> Comparison {
        Comparison(counts: [one.count, other.count], areSame: one == other)
    }

    private struct Comparison {
        let counts: [Int]
        let areSame: Bool
    }

    /// Asks until it is so; what never is fails after a minute.
    private func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if try await isSo() { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test func `history, then what comes, then on after a kill: each event once, and only what is for the reader`()
        async throws
    {
        let house = try await TestHouse()
        var daemon = try await started(house)
        try await house.settle(daemon)
        for _ in 0..<3 {
            _ = try await TestHouse.post(daemon, try house.described())
            _ = try await TestHouse.post(daemon, try consent(house))
        }
        let history = try await listed(house, daemon, house.council)
        let stream = try RawStream(daemon, "?from=0", headers: try house.token(house.council))
        await stream.read(messages: history.count)
        #expect(stream.status == 200)
        #expect(stream.head.contains("content-type: text/event-stream"))
        #expect(stream.head.contains("cache-control: no-store"))
        #expect(same(stream.events.map(\.data), history).areSame)
        #expect(stream.events.allSatisfy { $0.id == $0.index.map { "\($0)" } })
        // What the trust notes for itself in between does not reach the council.
        _ = try await TestHouse.post(daemon, try house.described())
        _ = try await TestHouse.post(daemon, try consent(house))
        await stream.read(messages: history.count + 1)
        let now = try await listed(house, daemon, house.council)
        #expect(same(stream.events.map(\.data), now).areSame)
        let last = try #require(stream.events.last?.id)
        await daemon.kill()
        await stream.readToEnd()
        #expect(!stream.isWhole)
        daemon = try await started(house)
        _ = try await TestHouse.post(daemon, try consent(house))
        var headers = try house.token(house.council)
        headers["last-event-id"] = last
        // The query that it first had stays; the header goes before it.
        let again = try RawStream(daemon, "?from=0", headers: headers)
        await again.read(messages: 1)
        _ = try await TestHouse.post(daemon, try consent(house))
        await again.read(messages: 2)
        #expect(
            stream.events.map(\.data) + again.events.map(\.data) == (try await listed(house, daemon, house.council)))
        await daemon.stop()
    }

    @Test func `without a place it begins now, says where that is, and shows that the line is alive`() async throws {
        let house = try await TestHouse()
        let daemon = try await started(house)
        try await house.settle(daemon)
        let stream = try RawStream(daemon, headers: try house.token(house.council))
        await stream.read { $0.text.contains(":\n\n") }
        let size = try await TestHouse.send(daemon, "/readyz").json["size"]?.integer ?? 0
        #expect(stream.text.hasPrefix("retry: 2000\nid: \(size - 1)\n\n"))
        #expect(stream.messages.isEmpty)
        // A heartbeat says the same whatever was recorded for others.
        for _ in 0..<5 { _ = try await TestHouse.post(daemon, try house.described()) }
        let beats = stream.text.count
        await stream.read { $0.text.count > beats + 3 }
        #expect(stream.text.dropFirst("retry: 2000\nid: \(size - 1)\n\n".count).allSatisfy { ":\n".contains($0) })
        await daemon.stop()
    }

    @Test func `what cannot be followed is refused with its reason`() async throws {
        let house = try await TestHouse()
        let daemon = try await started(house)
        try await house.settle(daemon)
        let token = try house.token(house.council)
        func refusal(_ query: String, _ headers: [String: String]) async throws -> String {
            let answer = try await TestHouse.send(daemon, "/v1/stream" + query, headers: headers)
            return "\(answer.status) \(answer.code ?? "")"
        }
        #expect(try await refusal("", [:]) == "401 token-missing")
        #expect(try await refusal("?from=-1", token) == "400 parameter-malformed")
        #expect(try await refusal("?from=1000000", token) == "409 beyond-log")
        #expect(try await refusal("?limit=1", token) == "400 unknown-parameter")
        #expect(try await refusal("", token.merging(["last-event-id": "x"]) { $1 }) == "400 header-malformed")
        #expect(try await refusal("", token.merging(["last-event-id": "99999"]) { $1 }) == "409 beyond-log")
        await daemon.stop()
    }

    @Test func `revoking the key in the log ends its streams, and says so`() async throws {
        let house = try await TestHouse()
        let daemon = try await started(house, heartbeat: 60)
        try await house.settle(daemon)
        let stream = try RawStream(daemon, headers: try house.token(house.council))
        let other = try RawStream(daemon, headers: try house.token(house.trust))
        await stream.readHead()
        await other.readHead()
        let revoked = try await TestHouse.post(
            daemon,
            try house.compose(
                "key.revoked", "site:" + TestHouse.origin, house.operatorKey, nil,
                .object([
                    "kid": .text(house.council.key.publicKey.thumbprint), "since": .text(Instant.current),
                    "reason": "lost",
                ])))
        #expect(revoked.status == 201, "\(revoked.json.text)")
        await stream.readToEnd()
        #expect(stream.isWhole)
        #expect(stream.messages.map(\.type) == ["end"])
        #expect(stream.messages.last?.json["code"] == "key-revoked")
        await other.read(messages: 1)
        #expect(other.events.first?.json["entry"]?["type"] == "sharing.key.revoked.v1")
        let again = try await TestHouse.send(daemon, "/v1/stream", headers: try house.token(house.council))
        #expect(again.code == "key-revoked")
        await daemon.stop()
    }

    @Test func `told to end, the daemon ends its streams with a word, and in time`() async throws {
        let house = try await TestHouse()
        let daemon = try await started(house, heartbeat: 60)
        try await house.settle(daemon)
        let streams = try (0..<20).map { _ in try RawStream(daemon, headers: try house.token(house.council)) }
        for stream in streams { await stream.readHead() }
        let started = ContinuousClock.now
        #expect(await daemon.stop() == 0)
        #expect(ContinuousClock.now - started < .seconds(20))
        for stream in streams {
            await stream.readToEnd()
            #expect(stream.isWhole)
            #expect(stream.messages.last?.json["code"] == "site-ending")
        }
    }

    @Test func `the 1,025th client is told to come back, and comes in when another has gone`() async throws {
        let house = try await TestHouse()
        let daemon = try await started(house)
        try await house.settle(daemon)
        let token = try house.token(house.council)
        var streams: [RawStream] = []
        for _ in 0..<1_024 {
            let stream = try RawStream(daemon, headers: token)
            await stream.readHead()
            try #require(stream.status == 200)
            streams.append(stream)
        }
        let refused = try await TestHouse.send(daemon, "/v1/stream", headers: token)
        #expect(refused.status == 503)
        #expect(refused.code == "too-many-streams")
        #expect(refused.header("retry-after") != nil)
        // All of them still get what is recorded.
        _ = try await TestHouse.post(daemon, try consent(house))
        for stream in streams { await stream.read(messages: 1) }
        #expect(streams.allSatisfy { $0.events.count == 1 })
        streams.removeLast(24)
        #expect(try await eventually { try await clients(house, daemon) == "1000" })
        let late = try RawStream(daemon, headers: token)
        await late.readHead()
        #expect(late.status == 200)
        await daemon.stop()
    }

    @Test func `a client that does not read is dropped, costs nobody anything, and resumes where it was`() async throws
    {
        let house = try await TestHouse()
        let daemon = try await started(house, heartbeat: 4)
        try await house.settle(daemon)
        for _ in 0..<16 { #expect(try await TestHouse.post(daemon, try note(house, bytes: 700_000)).status == 201) }
        let all = try await listed(house, daemon, house.trust)
        let slow = try RawStream(daemon, "?from=0", headers: try house.token(house.trust), bufferBytes: 4_096)
        #expect(try await eventually { try await clients(house, daemon) == "1" })
        let quick = try RawStream(daemon, "?from=0", headers: try house.token(house.trust))
        await quick.read(messages: all.count)
        #expect(same(quick.events.map(\.data), all).areSame)
        // The quick one stays; the slow one goes.
        #expect(try await eventually { try await clients(house, daemon) == "1" })
        await slow.readToEnd()
        #expect(!slow.isWhole)
        #expect(slow.events.count < all.count)
        var headers = try house.token(house.trust)
        headers["last-event-id"] = slow.events.last?.id
        let resumed = try RawStream(daemon, "?from=0", headers: headers)
        await resumed.read(messages: all.count - slow.events.count)
        #expect(same(slow.events.map(\.data) + resumed.events.map(\.data), all).areSame)
        await daemon.stop()
    }

    @Test func `sharectl follows across a kill of the daemon, misses nothing, and ends when it is told`() async throws {
        let house = try await TestHouse()
        var daemon = try await started(house)
        let port = daemon.port
        try await house.settle(daemon)
        let key = house.folder.path("council.jwk")
        try KeyFile.write(house.council.key.privateJWK.text, to: key)
        let arguments = ["--server", daemon.server, "--key", key, "--as", house.council.id, "--format", "json"]
        let watch = try ChildProcess(
            Executable.sharectl.url.path, ["events", "watch", "--from", "0"] + arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"])
        _ = try await TestHouse.post(daemon, try consent(house))
        let first = try await listed(house, daemon, house.council)
        #expect(try await eventually { watch.output.lines.count == first.count })
        await daemon.kill()
        #expect(try await eventually { watch.errors.text.contains("the line broke") })
        daemon = try await started(house, port: port)
        _ = try await TestHouse.post(daemon, try house.described())
        _ = try await TestHouse.post(daemon, try consent(house))
        let all = try await listed(house, daemon, house.council)
        #expect(try await eventually { watch.output.lines.count >= all.count })
        #expect(same(watch.output.lines, all).areSame)
        watch.terminate()
        await watch.ended()
        #expect(watch.exitCode == 0)
        #expect(!watch.errors.text.contains("Cancellation"), "\(watch.errors.text)")
        let last = try #require(all.last.flatMap { try? JSON.parse($0)["index"]?.integer })
        #expect(watch.errors.text.contains("to go on: --after \(last)"))
        // A later visit goes on behind it, as a table.
        _ = try await TestHouse.post(daemon, try consent(house))
        let table = try await Executable.sharectl.run(
            ["events", "watch", "--after", "\(last)", "--count", "1"] + arguments.dropLast(2))
        #expect(table.code == 0, "\(table.errors)")
        #expect(table.output.split(separator: "\n").count == 2)
        #expect(table.output.contains("sharing.consent.given.v1"))
        let nowhere = try await Executable.sharectl.run(
            ["events", "watch", "--server", "http://127.0.0.1:1"] + arguments.dropFirst(2))
        #expect(nowhere.code == 3)
        await daemon.stop()
    }
}
