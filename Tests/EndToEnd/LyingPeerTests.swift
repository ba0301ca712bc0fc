import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// What a site does with a peer that lies, over HTTP: each lie has its evidence, and what was verified before stays.
@Suite struct LyingPeerTests {
    /// A council that asks a liar for the trust's log, and what the trust's own daemon says, for the liar to make use of.
    private struct Scene {
        let trust: PeeredSite
        let council: PeeredSite
        let liar: LyingPeer
        let honest: Daemon
        let asking: Daemon

        init() async throws {
            trust = try await PeeredSite("sharing.test/trust", agency: "ods:RBS25")
            council = try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
            liar = try LyingPeer()
            honest = try await trust.start()
            let config = council.folder.path("sharingd.yaml")
            try "peers: {answerWithin: 2}".write(toFile: config, atomically: true, encoding: .utf8)
            asking = try await council.start(["--config", config])
            try await trust.register(trust.agency)
            try await trust.administer("peer.added", try council.card(url: "file:"))
        }

        func begin() async throws { try await council.administer("peer.added", try trust.card(url: liar.url)) }

        /// A piece as the trust writes it for the council.
        func piece(from cursor: Int64 = 0, of site: PeeredSite? = nil) async throws -> [UInt8] {
            let site = site ?? trust
            let body = JSON.object([
                "from": .string("\(cursor)"), "known": .integer(cursor), "recipientKey": try council.card()["hpke"],
            ])
            let answer = try await site.send(
                .POST, "/shipping/next", body.bytes, token: council.peerToken(for: site.origin))
            guard answer.status == 200 else { throw DaemonError(log: answer.text) }
            return answer.bytes
        }

        func evidence() async throws -> [String] { try await council.evidence(against: trust.origin) }

        func shows(_ kind: String) async throws -> Bool {
            try await WitnessedHouse.until { try await evidence().contains(kind) }
        }

        func failed(_ code: String) async throws -> Bool {
            try await WitnessedHouse.until {
                try await council.peer(trust.origin)["failure"]?["code"]?.string == code
            }
        }

        func state() async throws -> String? { try await council.state(of: trust.origin) }

        func size() async throws -> Int64? { try await council.peer(trust.origin)["size"]?.integer }

        func end() async {
            liar.stop()
            #expect(await asking.stop() == 0, "\(asking.lines.suffix(3))")
            #expect(await honest.stop() == 0, "\(honest.lines.suffix(3))")
        }
    }

    @Test func `a peer that never answers is noted, and left alone`() async throws {
        let scene = try await Scene()
        try await scene.begin()
        #expect(try await scene.shows("no-answer"))
        #expect(try await scene.state() == "unreachable")
        #expect(try await scene.council.peer(scene.trust.origin)["failure"]?["code"] == "peer-no-answer")
        // It comes back, and nothing has to be decided.
        scene.liar.manner = .bytes(try await scene.piece())
        let size = try await scene.trust.size()
        #expect(try await WitnessedHouse.until { try await scene.size() == size })
        await scene.end()
    }

    @Test(arguments: ["garbage", "bomb", "endless", "cut off"])
    func `what is no shipment is kept, stops nothing, and costs no more than a piece may`(_ lie: String) async throws {
        let scene = try await Scene()
        let magic = Array("sharing shipment v1\n".utf8)
        switch lie {
        case "garbage": scene.liar.manner = .bytes(Array("nothing of the kind".utf8))
        case "bomb": scene.liar.manner = .bytes(magic + [0xFF, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 100))
        case "endless": scene.liar.manner = .endless(declared: 1 << 32)
        default: scene.liar.manner = .bytes(try await scene.piece().dropLast(9))
        }
        try await scene.begin()
        #expect(try await scene.shows("malformed"))
        #expect(try await scene.state() == "unreachable")
        #expect(try await scene.failed("peer-malformed"))
        scene.liar.manner = .bytes(try await scene.piece())
        let size = try await scene.trust.size()
        #expect(try await WitnessedHouse.until { try await scene.size() == size })
        await scene.end()
    }

    @Test(arguments: [
        ("302 Found", ["Location: http://127.0.0.1:1/elsewhere"]), ("500 Broken", []),
        ("503 Busy", ["Retry-After: 100000"]),
    ])
    func `other answers are failures, and nobody is sent elsewhere`(_ line: String, _ headers: [String]) async throws {
        let scene = try await Scene()
        scene.liar.manner = .status(line, headers)
        try await scene.begin()
        #expect(try await scene.failed("peer-refused"))
        #expect(try await scene.evidence().isEmpty)
        await scene.end()
    }

    @Test func `another site's shipment is refused and kept`() async throws {
        let scene = try await Scene()
        let school = try await PeeredSite("sharing.test/school", agency: "urn:104714")
        let other = try await school.start()
        try await school.administer("peer.added", try scene.council.card(url: "file:"))
        scene.liar.manner = .bytes(try await scene.piece(of: school))
        try await scene.begin()
        #expect(try await scene.shows("other-log"))
        #expect(try await scene.state() == "unreachable")
        await scene.end()
        #expect(await other.stop() == 0)
    }

    @Test func `an old shipment again freshens nothing, and an old statement shown as new stops the peer`() async throws
    {
        let scene = try await Scene()
        let first = try await scene.piece()
        scene.liar.manner = .bytes(first)
        try await scene.begin()
        let size = try await scene.trust.size()
        #expect(try await WitnessedHouse.until { try await scene.size() == size })
        let asOf = try await scene.council.peer(scene.trust.origin)["asOf"]
        // The same bytes again, over and over, hide what came since; they say nothing new, and their age shows.
        #expect(try await scene.failed("shipment-already-here"))
        #expect(try await scene.council.peer(scene.trust.origin)["asOf"] == asOf)
        let older = try await scene.piece(from: size)
        try await Task.sleep(for: .milliseconds(20))
        scene.liar.manner = .bytes(try await scene.piece(from: size))
        #expect(try await WitnessedHouse.until { try await scene.council.peer(scene.trust.origin)["asOf"] != asOf })
        scene.liar.manner = .bytes(older)
        #expect(try await scene.shows("replayed-statement"))
        #expect(try await scene.state() == "stopped")
        #expect(try await scene.size() == size)
        let questions = scene.liar.questions
        let logged = scene.asking.lines.contains { $0.contains("peer-replayed-statement") && $0.contains("critical") }
        #expect(logged)
        let metrics = try await scene.council.send(.GET, "/metrics", token: scene.council.operatorToken()).text
        #expect(metrics.contains(#"sharing_peer_stopped{peer="sharing.test/trust"} 1"#))
        // It is asked nothing more until somebody has looked into it, and the reason is asked for.
        let token = try scene.council.operatorToken()
        func resume(_ members: JSON) async throws -> TestHouse.Answer {
            try await scene.council.send(.POST, "/v1/peers/resume", members.bytes, token: token)
        }
        #expect(try await resume(.object(["origin": .string(scene.trust.origin)])).status == 422)
        #expect(scene.liar.questions == questions)
        scene.liar.manner = .bytes(try await scene.piece(from: size))
        let decided = JSON.object(["origin": .string(scene.trust.origin), "reason": "their proxy kept old answers"])
        #expect(try await resume(decided).status == 204)
        #expect(try await WitnessedHouse.until { try await scene.state() != "stopped" })
        #expect(try await resume(decided).code == "peer-not-stopped")
        await scene.end()
    }
}
