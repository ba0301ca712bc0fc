import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// A peer that goes back to an old backup of its folder, and one that then goes on otherwise.
@Suite struct PeerHistoryTests {
    @Test func `a peer that went back is caught by its own checkpoint, and one with two histories by both`()
        async throws
    {
        let trust = try await PeeredSite("sharing.test/trust", agency: "ods:RBS25")
        let council = try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
        var first = try await trust.start()
        let second = try await council.start()
        try await PeeredSite.join(trust, council)
        #expect(try await council.hasCaughtUp(with: trust.origin, to: trust.size()))
        #expect(await first.stop() == 0)
        let backup = trust.folder.path("backup")
        try FileManager.default.copyItem(atPath: trust.data, toPath: backup)
        first = try await trust.start()
        for event in try trust.enrolments(5) { #expect(try await trust.post(event).status == 201) }
        let size = try await trust.size()
        #expect(try await council.hasCaughtUp(with: trust.origin, to: size))

        await first.kill()
        try FileManager.default.removeItem(atPath: trust.data)
        try FileManager.default.copyItem(atPath: backup, toPath: trust.data)
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
}
