import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// A log that went back, one that forked, and an old checkpoint shown again: each is caught, and the evidence is kept.
@Suite struct ForkTests {
    @Test func `a site restored from an old copy records nothing until its operator has decided, and then says so`()
        async throws
    {
        let log = try await WitnessedHouse()
        let witness = try await log.witness()
        let watching = try await witness.start()
        let config = try log.config("log", [("partner", watching.server + "/witness", witness.key)])
        let before = try await Daemon.start(log.house.data, config)
        try await log.house.settle(before)
        await before.stop()
        let old = try log.copy("old")
        let newer = try await Daemon.start(log.house.data, config)
        for _ in 0..<3 { #expect(try await TestHouse.post(newer, try log.house.described()).status == 201) }
        #expect(try await WitnessedHouse.isCosigned(newer, 7, by: witness.key))
        await newer.kill()

        let setBack = try await Daemon.start(old, config)
        let refused = try await TestHouse.post(setBack, try log.house.described())
        #expect(refused.status == 503)
        #expect(refused.code == "log-set-back")
        #expect(refused.header("retry-after") != nil)
        let ready = try await TestHouse.send(setBack, "/readyz")
        #expect(ready.status == 503)
        #expect(ready.code == "log-set-back")
        #expect(
            setBack.lines.contains { $0.contains(#""level":"error""#) && $0.contains("shorter than what it signed") })
        // What is there can still be read.
        #expect(try await WitnessedHouse.checkpoint(setBack).checkpoint.size == 4)
        let listed = try await TestHouse.send(
            setBack, "/v1/events?from=0", headers: try log.house.token(log.house.trust))
        #expect(listed.status == 200 && listed.text.contains("sharing.agency.registered.v1"), "\(listed.text)")
        await setBack.stop()
        #expect(try log.forks(old).isEmpty)
        // It is known without the witness as well.
        await watching.stop()
        let alone = try await Daemon.start(old, config)
        #expect(try await TestHouse.post(alone, try log.house.described()).code == "log-set-back")
        await alone.stop()

        func run(_ words: [String]) async throws -> Executable.Result { try await Executable.sharectl.run(words) }
        let doctor = try await run(["doctor", "--data", old])
        #expect(doctor.output.contains("the log is of size 4, and it signed size 7 before"), "\(doctor.output)")
        for sizes in [["4", "8"], ["3", "7"]] {
            #expect(try await run(["log", "give-up"] + sizes + ["--data", old, "--reason", "lost"]).code == 1)
        }
        let decided = try await run(["log", "give-up", "4", "7", "--data", old, "--reason", "the disk was lost"])
        #expect(decided.code == 0, "\(decided.errors)")

        let again = try await witness.start()
        let going = try log.config("going", [("partner", again.server + "/witness", witness.key)])
        let after = try await Daemon.start(old, going)
        #expect(try await TestHouse.send(after, "/readyz").status == 200)
        #expect(try await TestHouse.post(after, try log.house.described()).status == 201)
        await after.stop()
        let recorded = try #require(try log.forks(old).first)
        #expect(recorded.index == 4)
        #expect(recorded.peer == TestHouse.origin)
        #expect(recorded.evidence["givenUp"]?["to"]?.integer == 7)
        #expect(recorded.evidence["givenUp"]?["reason"]?.string == "the disk was lost")
        let evidence = try ForkEvidence(json: recorded.evidence)
        try evidence.verified(by: log.key)
        #expect(evidence.kind == .rolledBack)
        #expect(evidence.older.checkpoint.size == 4)
        #expect(evidence.newer.checkpoint.size == 7)
        #expect(try await run(["log", "verify", "--data", old]).code == 0)
        // The newer backup would have been the other way out: it is not set back.
        let restored = try await Daemon.start(log.house.data, going)
        #expect(try await TestHouse.send(restored, "/readyz").status == 200)
        await restored.stop()
        await again.stop()
    }

    @Test func `a log that forked is caught by its witness, and both sites record the proof`() async throws {
        let log = try await WitnessedHouse()
        let witness = try await log.witness()
        let before = try await Daemon.start(log.house.data)
        try await log.house.settle(before)
        await before.stop()
        let twin = try log.copy("twin")
        // The twin goes its own way while nobody looks.
        let unseen = try await Daemon.start(twin)
        for _ in 0..<3 { #expect(try await TestHouse.post(unseen, try log.house.described()).status == 201) }
        await unseen.stop()
        let watching = try await witness.start()
        let config = try log.config("log", [("partner", watching.server + "/witness", witness.key)])
        let seen = try await Daemon.start(log.house.data, config)
        #expect(try await TestHouse.post(seen, try log.house.described()).status == 201)
        #expect(try await WitnessedHouse.isCosigned(seen, 5, by: witness.key))
        await seen.stop()

        let forked = try await Daemon.start(twin, config)
        let isRecorded = try await WitnessedHouse.until { try !log.forks(twin).isEmpty }
        #expect(isRecorded)
        // It is told in the log, which goes on: the damage is done, and stopping would not undo it.
        #expect(try await TestHouse.post(forked, try log.house.described()).status == 201)
        // Asked for a cosignature, the witness catches it by the proof that it is sent.
        let witnessKey = try VerifierKey(
            name: TestHouse.origin, publicKey: KeyFile.signingKey(witness.house.data + "/keys/checkpoint.jwk").publicKey
        )
        let isCaught = try await WitnessedHouse.until {
            let kept = try Witness.evidence(at: witness.house.data + "/witness.sqlite")
            let head = try await WitnessedHouse.checkpoint(watching).checkpoint.size
            return kept.contains { $0.kind == .fork } && head > 1
        }
        #expect(isCaught)
        await forked.stop()
        await watching.stop()
        let own = try #require(try log.forks(twin).first)
        #expect(own.peer == TestHouse.origin)
        for evidence in [try ForkEvidence(json: own.evidence)]
            + (try Witness.evidence(at: witness.house.data + "/witness.sqlite"))
        {
            try evidence.verified(by: log.key)
            #expect(evidence.kind == .fork)
            #expect(evidence.older.checkpoint.size == 5)
        }
        let watcher = try ReadOnlyLog(
            folder: DataFolder(path: witness.house.data), keys: CheckpointKeys(first: witnessKey), kek: nil)
        #expect(try watcher.entries(in: 0..<watcher.head.size).contains { $0.entry.type == "sharing.fork.detected.v1" })
        #expect(try await Executable.sharectl.run(["log", "verify", "--data", twin]).code == 0)
    }

    @Test func `an old checkpoint that is shown again is refused, kept, and accuses nobody`() async throws {
        let log = try await WitnessedHouse()
        let witness = try await log.witness()
        let watching = try await witness.start()
        let config = try log.config("log", [("partner", watching.server + "/witness", witness.key)])
        let daemon = try await Daemon.start(log.house.data, config)
        let old = try await WitnessedHouse.checkpoint(daemon)
        try await log.house.settle(daemon)
        #expect(try await WitnessedHouse.isCosigned(daemon, 4, by: witness.key))
        let replayed = try await TestHouse.send(
            watching, method: .POST, "/witness/add-checkpoint",
            body: Array("old 0\n\n\(old.signed(only: log.key).note)".utf8))
        #expect(replayed.status == 409)
        #expect(replayed.text == "4\n")
        let shown = try await TestHouse.send(
            watching, "/witness/\(Witness.hash(origin: TestHouse.origin))/checkpoint")
        #expect(shown.status == 200)
        #expect(try SignedCheckpoint(parsing: shown.text).signedNote.verified(by: [log.key, witness.key]).count == 2)
        #expect(try await TestHouse.send(watching, "/witness/\(Witness.hash(origin: "x"))/checkpoint").status == 404)
        await daemon.stop()
        await watching.stop()
        let kept = try Witness.evidence(at: witness.house.data + "/witness.sqlite")
        #expect(kept.map(\.kind) == [.replayed])
        #expect(try log.forks(log.house.data).isEmpty)
    }
}
