import Encodings
import EventStore
import Foundation
import Support
import Testing

/// A site asks its witnesses in the background, shows what they cosigned, and whoever has a policy can hold the log to it.
@Suite struct AskingWitnessesTests {
    @Test func `new checkpoints are cosigned, shown, proved, verified and exported`() async throws {
        let log = try await WitnessedHouse()
        let witness = try await log.witness()
        let watching = try await witness.start()
        let policy = try log.policy("trust", witness.key)
        let stranger = try log.policy("stranger", Cosignature(name: "w.example", key: .generate()).verifierKey)
        let config = try log.config("log", [("partner", watching.server + "/witness", witness.key)], policy: policy)
        let daemon = try await Daemon.start(log.house.data, config)
        try await log.house.settle(daemon)
        let id = UniqueID.random()
        #expect(try await TestHouse.post(daemon, try log.house.described(id)).status == 201)
        #expect(try await WitnessedHouse.isCosigned(daemon, 5, by: witness.key))
        let shown = try await WitnessedHouse.checkpoint(daemon)
        #expect(try TlogPolicy(parsing: Array(Data(contentsOf: URL(filePath: policy)))).check(shown).count == 1)
        let text = try await TestHouse.send(
            daemon, "/v1/events/\(id)/proof", headers: try log.house.token(log.house.trust)
        ).text
        #expect(try TlogProof(parsing: text).checkpoint.signedNote.verified(by: [witness.key]).count == 1)

        func run(_ words: [String]) async throws -> Executable.Result { try await Executable.sharectl.run(words) }
        let (server, vkey) = (["--server", daemon.server], ["--vkey", log.key.description])
        #expect(try await run(["log", "checkpoint", "--policy", policy] + server).code == 0)
        let untrusted = try await run(["log", "checkpoint", "--policy", stranger] + server)
        #expect(untrusted.code == 1)
        #expect(untrusted.errors.contains("no quorum"))
        let growth = try await run(["log", "prove", "consistency", "1"] + server + vkey)
        #expect(growth.code == 0, "\(growth.errors)")
        let file = log.house.folder.path("growth.proof")
        try growth.output.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try await run(["log", "check-proof", file, "--policy", policy]).code == 0)
        #expect(try await run(["log", "check-proof", file, "--policy", stranger] + vkey).code == 1)
        let gap = try await run(["log", "prove", "consistency", "99"] + server + vkey)
        #expect(gap.code == 1, "\(gap.errors)")

        let metrics = try await metrics(daemon, log.house)
        #expect(metrics.contains(#"sharing_witness_cosigned_size{witness="partner"} 5"#), "\(metrics)")
        #expect(metrics.contains("sharing_log_read_only 0"))
        await daemon.stop()
        let data = ["--data", log.house.data]
        #expect(try await run(["log", "verify", "--policy", policy] + data + vkey).code == 0)
        #expect(try await run(["log", "verify", "--policy", stranger] + data + vkey).code == 1)
        let exported = log.house.folder.path("exported")
        #expect(try await run(["log", "export", exported, "--policy", policy] + data + vkey).code == 0)
        let checked = try await ExportTests.verify(
            exported, log.key.description, ["--witness", witness.key.description])
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
        await watching.stop()
    }

    private func metrics(_ daemon: Daemon, _ house: TestHouse) async throws -> String {
        try await TestHouse.send(
            daemon, "/metrics", headers: try house.token(("site:" + TestHouse.origin, house.operatorKey))
        ).text
    }

    @Test func `witnesses that lie are not believed, each for its lie, and hold up nobody else`() async throws {
        let log = try await WitnessedHouse()
        let honest = try await log.witness()
        let watching = try await honest.start()
        let liars = try FakeWitness(origin: TestHouse.origin, logKey: log.signer())
        var witnesses = [(name: "honest", url: watching.server + "/witness", key: honest.key)]
        for lie in FakeWitness.Lie.allCases {
            witnesses.append((name: lie.rawValue, url: liars.url(lie), key: try liars.cosigner(lie).verifierKey))
        }
        let daemon = try await Daemon.start(log.house.data, try log.config("log", witnesses))
        try await log.house.settle(daemon)
        #expect(try await WitnessedHouse.isCosigned(daemon, 4, by: honest.key))
        for lie in FakeWitness.Lie.allCases {
            guard let code = lie.code else { continue }
            let isTold = try await WitnessedHouse.until {
                daemon.lines.contains { $0.contains(#""witness":"\#(lie.rawValue)""#) && $0.contains(code) }
            }
            #expect(isTold, "\(lie)")
        }
        // Nobody believed them: events are taken, nothing is recorded against the log, and no lie is shown.
        #expect(try await TestHouse.post(daemon, try log.house.described()).status == 201)
        #expect(try await TestHouse.send(daemon, "/readyz").status == 200)
        let shown = try await WitnessedHouse.checkpoint(daemon)
        for lie in FakeWitness.Lie.allCases {
            #expect(throws: NoteError.noKnownSignature) {
                try shown.signedNote.verified(by: [liars.cosigner(lie).verifierKey])
            }
        }
        await daemon.stop()
        #expect(try log.forks(log.house.data).isEmpty)
        #expect(try Witness.evidence(at: log.house.data + "/witness.sqlite").isEmpty)
        await watching.stop()
        try await liars.stop()
    }
}
