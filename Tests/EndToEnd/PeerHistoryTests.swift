import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// A peer that goes back to an old backup of its folder, and one that then goes on otherwise.
@Suite struct PeerHistoryTests {
    /// A trust that the council's site follows, a copy of the trust's folder, and five more events that the council has too.
    private struct Followed {
        let trust: PeeredSite
        let council: PeeredSite
        let first: Daemon
        let second: Daemon
        let older: String
        let size: Int64
    }

    private static func followed() async throws -> Followed {
        let trust = try await PeeredSite("sharing.test/trust", agency: "ods:RBS25")
        let council = try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
        let before = try await trust.start()
        let second = try await council.start()
        try await PeeredSite.join(trust, council)
        #expect(try await council.hasCaughtUp(with: trust.origin, to: trust.size()))
        #expect(await before.stop() == 0)
        let older = trust.folder.path("older")
        try FileManager.default.copyItem(atPath: trust.data, toPath: older)
        let first = try await trust.start()
        for event in try trust.enrolments(5) { #expect(try await trust.post(event).status == 201) }
        let size = try await trust.size()
        #expect(try await council.hasCaughtUp(with: trust.origin, to: size))
        return Followed(trust: trust, council: council, first: first, second: second, older: older, size: size)
    }

    @Test func `a peer that went back is caught by its own checkpoint, and one with two histories by both`()
        async throws
    {
        let stage = try await Self.followed()
        let (trust, council, older, size, second) = (stage.trust, stage.council, stage.older, stage.size, stage.second)
        var first = stage.first

        await first.kill()
        try FileManager.default.removeItem(atPath: trust.data)
        try FileManager.default.copyItem(atPath: older, toPath: trust.data)
        first = try await trust.start()
        func isCaught(_ kind: String) async throws -> Bool {
            try await WitnessedHouse.until { try await council.evidence(against: trust.origin).contains(kind) }
        }
        #expect(try await isCaught("rolled-back"))
        #expect(try await council.state(of: trust.origin) == "stopped")
        #expect(try await council.peer(trust.origin)["size"]?.integer == size)

        // An operator goes on, and the peer goes on otherwise: that is two histories.
        for event in try trust.enrolments(9) { #expect(try await trust.post(event).status == 201) }
        let decided = JSON.object(["origin": .string(trust.origin), "reason": "they told us of their restore"])
        let answer = try await council.send(
            .POST, "/v1/peers/resume", decided.bytes, token: council.operatorToken())
        #expect(answer.status == 204)
        #expect(try await isCaught("fork"))
        #expect(try await council.state(of: trust.origin) == "stopped")

        let key = try VerifierKey(
            name: council.origin, publicKey: KeyFile.signingKey(council.data + "/keys/checkpoint.jwk").publicKey)
        func recorded() throws -> [String?] {
            let log = try ReadOnlyLog(
                folder: DataFolder(path: council.data), keys: CheckpointKeys(first: key), kek: nil)
            return try log.events(in: 0..<log.head.size).compactMap { event in
                guard event.entry.type == "sharing.fork.detected.v1", let body = event.body.opened else { return nil }
                let data = try body.event().payload["data"]
                #expect(data?["peer"]?.string == trust.origin)
                return data?["evidence"]?["kind"]?.string
            }
        }
        #expect(try await WitnessedHouse.until { try recorded() == ["rolled-back", "fork"] })
        #expect(await first.stop() == 0)
        #expect(await second.stop() == 0)
        let doctor = try await Executable.sharectl.run(["doctor", "--data", council.data])
        #expect(doctor.code == 1 && doctor.output.contains("peers") && doctor.output.contains("fork"))
    }

    @Test func `a peer that went back and forth again is followed again, and both operators could see why it stopped`()
        async throws
    {
        let stage = try await Self.followed()
        let (trust, council, older, second) = (stage.trust, stage.council, stage.older, stage.second)
        var first = stage.first
        let newer = trust.folder.path("newer")
        #expect(await first.stop() == 0)
        try FileManager.default.moveItem(atPath: trust.data, toPath: newer)
        try FileManager.default.moveItem(atPath: older, toPath: trust.data)

        first = try await trust.start()
        #expect(
            try await WitnessedHouse.until {
                try await council.evidence(against: trust.origin).contains("rolled-back")
            })
        let there = try await list(trust)
        #expect(there.contains("ahead-of-us"), "\(there)")
        #expect(try await list(council).contains("rolled-back"))
        for (site, what) in [(trust, "has more of this site's log"), (council, "nothing more is taken")] {
            let doctor = try await operate(site, ["doctor"])
            #expect(doctor.code == 1 && doctor.output.contains(what), "\(doctor.output)")
        }
        #expect(await first.stop() == 0)
        #expect(first.lines.contains { $0.contains("was an older backup restored?") })

        try FileManager.default.removeItem(atPath: trust.data)
        try FileManager.default.moveItem(atPath: newer, toPath: trust.data)
        first = try await trust.start()
        let decided = JSON.object(["origin": .string(trust.origin), "reason": "the newer copy serves again"])
        #expect(
            try await council.send(.POST, "/v1/peers/resume", decided.bytes, token: council.operatorToken()).status
                == 204)
        #expect(try await trust.post(try trust.enrolments(1)[0]).status == 201)
        #expect(try await council.hasCaughtUp(with: trust.origin, to: trust.size()))
        #expect(try await council.evidence(against: trust.origin) == ["rolled-back"])
        let row = try await list(council)
        #expect(row.contains("caught-up") && !row.contains("rolled-back"), "what is settled is no trouble: \(row)")
        #expect(try await !list(trust).contains("ahead-of-us"))
        for site in [trust, council] {
            let doctor = try await operate(site, ["doctor"])
            #expect(doctor.code == 0 && doctor.output.contains("nothing stops any of them"), "\(doctor.output)")
        }
        #expect(await first.stop() == 0)
        #expect(await second.stop() == 0)
    }

    private func list(_ site: PeeredSite) async throws -> String {
        let result = try await operate(site, ["peer", "list"])
        #expect(result.code == 0, "\(result.errors)")
        return result.output
    }

    private func operate(_ site: PeeredSite, _ words: [String]) async throws -> Executable.Result {
        try await Executable.sharectl.run(
            words + ["--server", site.url, "--key", site.data + "/keys/operator.jwk", "--as", site.author])
    }

    @Test func `a site that is founded anew under its name is another peer, and no history is held against it`()
        async throws
    {
        let council = try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
        let follower = try await council.start()
        let first = try await PeeredSite("sharing.test/trust", agency: "ods:RBS25")
        var daemon = try await first.start()
        try await PeeredSite.join(first, council)
        for event in try first.enrolments(3) { #expect(try await first.post(event).status == 201) }
        let old = try await first.size()
        #expect(try await council.hasCaughtUp(with: first.origin, to: old))
        #expect(await daemon.stop() == 0)

        let anew = try await PeeredSite(first.origin, agency: first.agency.id)
        daemon = try await anew.start()
        try await anew.register(anew.agency)
        try await anew.administer("peer.added", try council.card())
        try await council.administer(
            "peer.removed", .object(["origin": .string(first.origin), "reason": "founded anew"]))
        try await council.administer("peer.added", try anew.card())
        #expect(try await council.hasCaughtUp(with: anew.origin, to: anew.size()))
        // Past the size at which the old log was seen last, entry by entry: each has a checkpoint of its own.
        for event in try anew.enrolments(8) {
            #expect(try await anew.post(event).status == 201)
            #expect(try await council.hasCaughtUp(with: anew.origin, to: anew.size()))
        }
        #expect(try await anew.size() > old)
        #expect(try await council.state(of: anew.origin) == "caught-up")
        #expect(try await council.evidence(against: anew.origin).isEmpty)
        let size = try await anew.size()
        #expect(await daemon.stop() == 0)
        #expect(await follower.stop() == 0)
        let witness = council.data + "/witness.sqlite"
        let evidence = try Witness.evidence(at: witness)
        #expect(evidence.isEmpty, "\(evidence.map(\.kind))")
        let seen = try Witness.lastSeen(at: witness, origin: anew.origin)
        #expect(try seen.map { try SignedCheckpoint(parsing: $0).checkpoint.size } == size)
    }
}
