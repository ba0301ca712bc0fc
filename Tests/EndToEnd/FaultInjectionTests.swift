import Encodings
import EventStore
import Foundation
import Locking
import Support
import Testing

/// System calls that fail, or kill the process, under load: whatever happens, the log is sound after the next start, and
/// every event that was acknowledged is in it.
@Suite(.serialized, .enabled(if: Injection.strace != nil)) struct FaultInjectionTests {
    /// Events of one round; enough to fill several batches.
    private static let load = 24

    /// A site, and what was acknowledged to whom over all rounds.
    private final class Record: Sendable {
        let house: TestHouse
        let key: VerifierKey
        private let receipts = Locked<[UniqueID: (index: Int64, leaf: String)]>([:])

        init() async throws {
            house = try await TestHouse()
            let keys = try SiteKeys.load(from: DataFolder(path: house.data))
            key = try VerifierKey(name: TestHouse.origin, publicKey: keys.checkpoint.publicKey)
            let daemon = try await Daemon.start(house.data)
            try await house.settle(daemon)
            await daemon.stop()
        }

        var acknowledged: Int { receipts.withLock { $0.count } }

        /// Posts events about new and known people at once, and keeps the receipts. A daemon that is gone answers nobody.
        func post(_ count: Int, to daemon: Daemon, round: Int) async throws {
            let events = try (0..<count).map { number in
                let id = UniqueID.random()
                return (id, try house.described(id, person: "local:\(house.trust.id):\(round)-\(number % 9)"))
            }
            await withTaskGroup(of: Void.self) { group in
                for (id, event) in events {
                    group.addTask {
                        guard let answer = try? await TestHouse.post(daemon, event), answer.status == 201,
                            let index = answer.json["index"]?.integer, let leaf = answer.json["leafHash"]?.string
                        else { return }
                        self.receipts.withLock { $0[id] = (index, leaf) }
                    }
                }
            }
        }

        /// Starts the site once more without faults, ends it, and holds the log against the receipts.
        func recover(after what: String) async throws {
            let daemon = try await Daemon.start(house.data)
            try await post(1, to: daemon, round: -1)
            #expect(await daemon.stop() == 0, "\(what)")
            let verified = try await Executable.sharectl.run(["log", "verify", "--data", house.data])
            #expect(verified.code == 0, "\(what): \(verified.output)\(verified.errors)")
            let log = try ReadOnlyLog(folder: DataFolder(path: house.data), keys: CheckpointKeys(first: key), kek: nil)
            for (id, receipt) in receipts.withLock({ $0 }) {
                #expect(try log.index(of: id) == receipt.index, "\(what)")
                #expect(try log.entry(at: receipt.index).leafHash.base64 == receipt.leaf, "\(what)")
            }
        }
    }

    /// Ends a daemon that may have ended already, within a bound.
    private func end(_ daemon: Daemon, _ what: String) async {
        if daemon.process.isRunning { daemon.process.terminate() }
        for _ in 0..<6_000 where daemon.process.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
        guard daemon.process.isRunning else { return }
        Issue.record("\(what): the daemon did not end in 30 s")
        await daemon.kill()
    }

    /// Runs a daemon with a fault under load, from its start to its end.
    /// - Returns: how many faults were injected.
    private func run(_ injection: Injection, _ record: Record, round: Int) async throws -> Int {
        let trace = record.house.folder.path("trace-\(round)")
        let folder = record.house.data
        switch injection.phase {
        case .start:
            let words = injection.words(in: folder, trace: trace, inPlace: true)
            // A daemon that cannot start says so and ends: nothing was promised.
            if let daemon = try? await Daemon.start(folder, under: words) {
                try await record.post(Self.load, to: daemon, round: round)
                await end(daemon, "\(injection)")
            }
        case .load:
            let daemon = try await Daemon.start(folder)
            _ = try await injection.attach(to: daemon.process, in: folder, trace: trace)
            try await record.post(Self.load, to: daemon, round: round)
            await end(daemon, "\(injection)")
        }
        let count = await settled(trace)
        try await record.recover(after: "\(injection)")
        return count
    }

    /// The count in a trace, once strace has written its last line: it goes a moment after the process that it traced.
    private func settled(_ trace: String) async -> Int {
        var count = Injection.count(trace)
        for _ in 0..<20 {
            try? await Task.sleep(for: .milliseconds(10))
            let again = Injection.count(trace)
            if again == count, count > 0 { break }
            count = again
        }
        return count
    }

    @Test func `system calls that fail or kill under load lose no acknowledged event`() async throws {
        let record = try await Record()
        var injections: [Injection] = []
        let journals = ["log.sqlite-wal", "vault.sqlite-wal", "projections.sqlite-wal"]
        for fault in Injection.Fault.allCases {
            for file in journals {
                for when in fault == .killed ? ["1", "4", "9"] : ["1+1", "2+3", "6+2"] {
                    injections.append(
                        Injection(call: "pwrite64", fault: fault, file: file, when: when, phase: .load))
                }
                injections.append(Injection(call: "pwrite64", fault: fault, file: file, when: "2"))
            }
            for file in journals.prefix(2) {
                for when in ["1", "2", "3"] {
                    injections.append(
                        Injection(call: "fdatasync", fault: fault, file: file, when: when, phase: .load))
                }
                injections.append(Injection(call: "fdatasync", fault: fault, file: file, when: "1"))
            }
            // What the end of a daemon writes back, and removes.
            for file in ["log.sqlite", "vault.sqlite", "projections.sqlite"] {
                injections.append(Injection(call: "pwrite64", fault: fault, file: file, when: "2+1"))
            }
            for file in journals {
                injections.append(Injection(call: "/^unlink", fault: fault, file: file, when: "1"))
            }
            for file in ["log.sqlite", "log.sqlite-wal", "vault.sqlite", "vault.sqlite-wal", "projections.sqlite"] {
                injections.append(Injection(call: "openat", fault: fault, file: file, when: "1"))
            }
        }
        var total = 0
        var idle: [String] = []
        for (round, injection) in injections.enumerated() {
            let count = try await run(injection, record, round: round)
            if count == 0 { idle.append("\(injection)") }
            total += count
        }
        print(
            "faults of system calls in sharingd: \(total) injected in \(injections.count) starts, "
                + "\(record.acknowledged) events acknowledged, none lost; not met: \(idle)")
        #expect(total >= injections.count)
        #expect(record.acknowledged > 2 * injections.count, "the load was too small to mean anything")
        let replay = try await Executable.sharectl.run(["replay", "--data", record.house.data, "--check"])
        #expect(replay.code == 0, "\(replay.output)\(replay.errors)")
    }

    @Test func `a backup or a repair that fails leaves nothing half done, and harms nothing`() async throws {
        let record = try await Record()
        let daemon = try await Daemon.start(record.house.data)
        try await record.post(40, to: daemon, round: 0)
        await daemon.stop()
        var total = 0
        var round = 0
        func run(_ injection: Injection, in folder: String, _ arguments: [String]) async throws -> Int32 {
            round += 1
            let trace = record.house.folder.path("tool-\(round)")
            let words = injection.words(in: folder, trace: trace, inPlace: false)
            let result = try await Executable.run(
                URL(filePath: words[0]), words.dropFirst() + [Executable.sharectl.url.path] + arguments)
            total += Injection.count(trace)
            return result.code
        }
        for fault in Injection.Fault.allCases {
            for (call, file) in [
                ("fsync", "log.sqlite.part"), ("pwrite64", "log.sqlite.part"), ("openat", "log.sqlite.part"),
            ] {
                let (logs, vaults) = (
                    record.house.folder.path("log-\(round)"), record.house.folder.path("vault-\(round)")
                )
                try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
                let arguments = ["backup", "--data", record.house.data, "--log-to", logs, "--vault-to", vaults]
                let injection = Injection(call: call, fault: fault, file: file, when: "1")
                #expect(try await run(injection, in: logs, arguments) != 0, "\(injection)")
                #expect(!FileManager.default.fileExists(atPath: logs + "/log.sqlite"), "\(injection)")
                let again = try await Executable.sharectl.run(arguments)
                #expect(again.code == 0, "\(injection): \(again.output)\(again.errors)")
                let names = try FileManager.default.contentsOfDirectory(atPath: logs)
                #expect(names.contains("log.sqlite") && !names.contains { $0.hasSuffix(".part") }, "\(injection)")
            }
            let injection = Injection(call: "/^rename", fault: fault, file: "projections.sqlite.new", when: "1")
            _ = try await run(
                injection, in: record.house.data, ["log", "verify", "--repair", "--data", record.house.data])
            try await record.recover(after: "\(injection)")
        }
        print("faults of system calls in sharectl backup and repair: \(total) injected")
        #expect(total >= 12)
        let replay = try await Executable.sharectl.run(["replay", "--data", record.house.data, "--check"])
        #expect(replay.code == 0, "\(replay.output)\(replay.errors)")
    }
}
