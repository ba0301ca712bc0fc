import Encodings
import EventStore
import Foundation
import Support
import Testing

/// How the daemon starts, ends, and is ended.
@Suite(.serialized) struct DaemonLifeTests {
    @Test func `a daemon that cannot start says why`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        let second = try await Executable.sharingd.run(["--data", house.data, "--listen", "127.0.0.1:0"])
        #expect(second.code == 1)
        #expect(second.errors.contains("another process has the data folder"))
        let other = try await TestHouse()
        let taken = try await Executable.sharingd.run(["--data", other.data, "--listen", "127.0.0.1:\(daemon.port)"])
        #expect(taken.code == 1)
        #expect(taken.errors.contains("is in use by another process"))
        let open = try await Executable.sharingd.run(["--data", other.data, "--listen", "0.0.0.0:0"])
        #expect(open.code == 2)
        #expect(open.errors.contains("nothing is served in plaintext there"))
        let nowhere = try await Executable.sharingd.run(["--data", house.folder.path("nowhere")])
        #expect(nowhere.code == 1)
        #expect(nowhere.errors.contains("sharectl init"))
        await daemon.stop()
    }

    @Test func `told to end, it answers what it accepted and ends in time`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        let events = try (0..<200).map { _ in try house.described() }
        let statuses = await withTaskGroup(of: Int?.self) { group in
            for event in events {
                group.addTask { try? await TestHouse.post(daemon, event).status }
            }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(30))
                daemon.process.terminate()
                return nil
            }
            var statuses: [Int] = []
            for await status in group { if let status { statuses.append(status) } }
            return statuses
        }
        let started = ContinuousClock.now
        let code = await daemon.stop()
        #expect(code == 0)
        #expect(ContinuousClock.now - started < .seconds(20))
        #expect(statuses.allSatisfy { $0 == 201 || $0 == 503 })
        let log = try await Executable.sharectl.run(["log", "verify", "--data", house.data])
        #expect(log.code == 0, "\(log.output)\(log.errors)")
    }

    /// Kill after kill under load: what got a receipt is there, at the place the receipt says, and the log is sound.
    @Test func `killed at any moment under load, it loses nothing that got a receipt`() async throws {
        let house = try await TestHouse()
        var generator = SeededGenerator(seed: 0x5EED)
        var receipts: [UniqueID: (index: Int64, leaf: String)] = [:]
        var settled = false
        for round in 0..<8 {
            let daemon = try await Daemon.start(house.data)
            if !settled {
                try await house.settle(daemon)
                settled = true
            }
            for (id, receipt) in receipts.shuffled(using: &generator).prefix(20) {
                let found = try await TestHouse.send(
                    daemon, "/v1/events/\(id)", headers: try house.token(house.trust))
                #expect(found.json["index"]?.integer == receipt.index, "round \(round)")
            }
            // Counted in receipts, not in time: on a busy machine a moment may pass without a single one.
            let enough = Int.random(in: 8...40, using: &generator)
            let delay = Int.random(in: 0...20, using: &generator)
            let handedOut = Count()
            let collected = await withTaskGroup(of: [(UniqueID, Int64, String)].self) { group in
                for writer in 0..<12 {
                    group.addTask { await Self.write(house, daemon, writer: writer, counting: handedOut) }
                }
                while await handedOut.value < enough, daemon.process.isRunning {
                    try? await Task.sleep(for: .milliseconds(2))
                }
                try? await Task.sleep(for: .milliseconds(delay))
                await daemon.kill()
                return await group.reduce(into: []) { $0 += $1 }
            }
            for (id, index, leaf) in collected { receipts[id] = (index, leaf) }
        }
        #expect(receipts.count > 50, "the load was too small to mean anything")
        let daemon = try await Daemon.start(house.data)
        for (id, receipt) in receipts {
            let found = try await TestHouse.send(daemon, "/v1/events/\(id)", headers: try house.token(house.trust))
            #expect(found.json["index"]?.integer == receipt.index)
            let bytes = found.json["entryBytes"]?.string.flatMap { Base64.standard.decode($0) } ?? []
            #expect(MerkleHash.leaf(bytes).base64 == receipt.leaf)
        }
        let replay = try await Executable.sharectl.run(["replay", "--data", house.data, "--check"])
        #expect(replay.code == 0, "\(replay.output)\(replay.errors)")
        await daemon.stop()
        let log = try await Executable.sharectl.run(["log", "verify", "--data", house.data])
        #expect(log.code == 0, "\(log.output)\(log.errors)")
    }

    /// Posts until the daemon is gone; new persons too, so that the vault is written.
    private static func write(
        _ house: TestHouse, _ daemon: Daemon, writer: Int, counting handedOut: Count
    ) async -> [(UniqueID, Int64, String)] {
        var receipts: [(UniqueID, Int64, String)] = []
        var number = 0
        while daemon.process.isRunning {
            number += 1
            let id = UniqueID.random()
            let person = "local:\(house.trust.id):\(writer)-\(number % 7)-\(id.description.prefix(4))"
            guard let event = try? house.described(id, person: person),
                let answer = try? await TestHouse.post(daemon, event), answer.status == 201,
                let index = answer.json["index"]?.integer, let leaf = answer.json["leafHash"]?.string
            else { continue }
            receipts.append((id, index, leaf))
            await handedOut.add()
        }
        return receipts
    }

    @Test func `a full disk refuses events, says so, and harms nothing`() async throws {
        guard let disk = try await SmallDisk.mount(megabytes: 48) else {
            FileHandle.standardError.write(Data("skipped: the full disk; mounting a small one needs root\n".utf8))
            return
        }
        let house = try await TestHouse(at: disk.path + "/site")
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        #expect(try await TestHouse.post(daemon, try house.described()).status == 201)
        try disk.fill()
        let event = try house.described()
        let refused = try await TestHouse.post(daemon, event)
        #expect(refused.status == 503)
        #expect(refused.code == "storage-full")
        #expect(refused.header("retry-after") != nil)
        try disk.makeRoom()
        let again = try await TestHouse.post(daemon, event)
        #expect(again.status == 201, "\(again.status) \(again.code ?? "")")
        await daemon.stop()
        let log = try await Executable.sharectl.run(["log", "verify", "--data", house.data])
        #expect(log.code == 0, "\(log.output)\(log.errors)")
        try await disk.unmount()
    }
}

/// A file system of a few megabytes in memory.
struct SmallDisk {
    let folder: TemporaryFolder

    var path: String { folder.url.path }

    /// Nil where this may not be done.
    static func mount(megabytes: Int) async throws -> SmallDisk? {
        let folder = try TemporaryFolder()
        let mounted = try? await Executable.run(
            URL(filePath: "/bin/mount"), ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.url.path])
        return mounted?.code == 0 ? SmallDisk(folder: folder) : nil
    }

    /// Leaves a few kilobytes.
    func fill() throws {
        // A daemon that another test starts meanwhile must not inherit the file, and keep what it takes.
        let ballast = FileHandle(
            fileDescriptor: open(path + "/ballast", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600), closeOnDealloc: true)
        let block = Data(repeating: 1, count: 1 << 16)
        while (try? ballast.write(contentsOf: block)) != nil {}
        try? ballast.close()
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: path + "/ballast") }

    func unmount() async throws { _ = try await Executable.run(URL(filePath: "/bin/umount"), [path]) }
}

/// Counts what several tasks do.
private actor Count {
    private(set) var value = 0

    func add() { value += 1 }
}
