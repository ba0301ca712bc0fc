import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// A witness that is killed before it wrote down what it saw, while it did, or after that and before it answered: it never
/// vouches for two histories.
@Suite(.serialized, .enabled(if: Injection.strace != nil)) struct WitnessKillTests {
    /// A checkpoint of a history that differs from others by name.
    private func checkpoint(_ history: String, _ size: Int, _ signer: NoteSigner) throws -> SignedCheckpoint {
        let root = Merkle.root(of: (0..<size).map { .leaf(Array("\(history) \($0)".utf8)) })
        return try SignedCheckpoint(parsing: try signer.sign("\(signer.name)\n\(size)\n\(root.base64)\n").note)
    }

    @Test func `whenever a witness is killed, of two histories it cosigns one`() async throws {
        let log = try await WitnessedHouse()
        let signer = try log.signer()
        var injections: [Injection] = []
        for when in ["1", "2", "3"] {
            injections.append(
                Injection(call: "pwrite64", fault: .killed, file: "witness.sqlite-wal", when: when, phase: .load))
        }
        injections.append(
            Injection(call: "fdatasync", fault: .killed, file: "witness.sqlite-wal", when: "1", phase: .load))
        // Locks of the index are let go behind the commit.
        for when in 1...8 {
            injections.append(
                Injection(call: "fcntl", fault: .killed, file: "witness.sqlite-shm", when: "\(when)", phase: .load))
        }
        var (killed, answered) = (0, 0)
        for (round, injection) in injections.enumerated() {
            let witness = try await log.witness()
            func ask(_ daemon: Daemon, _ checkpoint: SignedCheckpoint, old: Int = 0) async throws -> Int? {
                let body = Array("old \(old)\n\n\(checkpoint.note)".utf8)
                return try? await TestHouse.send(daemon, method: .POST, "/witness/add-checkpoint", body: body).status
            }
            let histories = try ["one", "other"].map { try checkpoint($0, 5, signer) }
            let daemon = try await witness.start()
            let trace = log.house.folder.path("trace-\(round)")
            let tracer = try await injection.attach(to: daemon.process, in: witness.house.data, trace: trace)
            let first = try await ask(daemon, histories[0])
            if first == 200 { answered += 1 }
            if first == nil { killed += 1 }
            await daemon.kill()
            tracer.kill()
            let again = try await witness.start()
            let second = try await ask(again, histories[1])
            // Killed behind its commit it has seen the first, and cosigns that one again for whoever asks from there.
            var third = try await ask(again, histories[0])
            if third == 409 { third = try await ask(again, histories[0], old: 5) }
            await again.stop()
            var cosigned: Set<Int> = first == 200 ? [0] : []
            if second == 200 { cosigned.insert(1) }
            if third == 200 { cosigned.insert(0) }
            #expect(cosigned.count == 1, "\(injection): \(String(describing: first)), \(String(describing: second))")
            let seen = try #require(
                try Witness.lastSeen(at: witness.house.data + "/witness.sqlite", origin: TestHouse.origin))
            #expect(try SignedCheckpoint(parsing: seen).checkpoint == histories[cosigned.first ?? 0].checkpoint)
        }
        print("killed a witness \(killed) times in \(injections.count), \(answered) had answered")
        #expect(killed >= 2)
    }
}
