import Encodings
import EventStore
import Foundation
import GRDB
import Support
import Testing

/// A history that whoever runs the site wrote anew: sound by itself, and found by whoever kept a checkpoint, in the way that OPERATIONS.md,
/// section 7, tells them.
@Suite struct KeptCheckpointTests {
    /// What the log signed at a size: the documented question to its file.
    private func note(at size: Int64, in data: String) throws -> String? {
        let log = try DatabaseQueue(path: data + "/log.sqlite")
        return try log.read {
            try String.fetchOne($0, sql: "SELECT note FROM checkpoint WHERE size = ?", arguments: [size])
        }
    }

    private func isSound(_ data: String, _ key: VerifierKey) async throws -> Bool {
        try await Executable.sharectl.run(["log", "verify", "--data", data, "--vkey", key.description]).code == 0
    }

    @Test func `a log that was written anew or cut off is sound by itself, and not by a checkpoint that was kept`()
        async throws
    {
        let log = try await WitnessedHouse()
        let house = log.house
        let before = try await Daemon.start(house.data)
        try await house.settle(before)
        await before.stop()
        let (anew, batched, cut) = (try log.copy("anew"), try log.copy("batched"), try log.copy("cut"))

        let honest = try await Daemon.start(house.data)
        for _ in 0..<2 { #expect(try await TestHouse.post(honest, try house.described()).status == 201) }
        let kept = try await WitnessedHouse.checkpoint(honest).checkpoint
        #expect(try await TestHouse.post(honest, try house.described()).status == 201)
        await honest.stop()
        #expect(kept.size == 6)

        // The same keys, and other events where those were.
        let other = try await Daemon.start(anew)
        for _ in 0..<4 { #expect(try await TestHouse.post(other, try house.described()).status == 201) }
        await other.stop()
        let third = try await Daemon.start(batched)
        let lines = try (0..<4).map { _ in try house.described() }.joined(separator: [UInt8(ascii: "\n")])
        #expect(try await TestHouse.post(third, Array(lines), as: "application/x-ndjson").status == 200)
        await third.stop()

        for data in [house.data, anew, batched, cut] { #expect(try await isSound(data, log.key), "\(data)") }
        func root(_ data: String) throws -> MerkleHash? {
            try note(at: kept.size, in: data).map { try SignedCheckpoint(parsing: $0).checkpoint.root }
        }
        #expect(try root(house.data) == kept.root)
        let rewritten = try #require(try root(anew))
        #expect(rewritten != kept.root)
        // Longer, and never had that size; or shorter.
        #expect(try root(batched) == nil)
        #expect(try note(at: 8, in: batched) != nil)
        #expect(try root(cut) == nil)
        #expect(try note(at: 4, in: cut) != nil)
    }
}
