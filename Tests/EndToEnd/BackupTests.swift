import Encodings
import EventStore
import Foundation
import Support
import Testing

/// Backups, restores and repairs as an operator makes them.
@Suite struct BackupTests {
    private func filled() async throws -> (house: TestHouse, daemon: Daemon) {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        for number in 0..<12 {
            let answer = try await TestHouse.post(
                daemon, try house.described(person: "local:\(house.trust.id):\(number)"))
            #expect(answer.status == 201)
        }
        return (house, daemon)
    }

    @Test func `a backup beside a running daemon is restored in three steps, and serves what was in it`() async throws {
        let (house, daemon) = try await filled()
        let (logs, vaults, keys, site) = (
            house.folder.path("logs"), house.folder.path("vaults"), house.folder.path("keys"),
            house.folder.path("again")
        )
        let id = UniqueID.random()
        #expect(try await TestHouse.post(daemon, try house.described(id)).status == 201)
        async let load: Void = {
            for _ in 0..<60 {
                _ = try? await TestHouse.post(
                    daemon,
                    try house.described(person: "local:\(house.trust.id):\(UniqueID.random().description.prefix(5))"))
            }
        }()
        let backup = try await Executable.sharectl.run(
            ["backup", "--data", house.data, "--log-to", logs, "--vault-to", vaults])
        await load
        #expect(backup.code == 0, "\(backup.output)\(backup.errors)")
        #expect(backup.output.contains("not copied"))
        for path in [logs + "/log.sqlite", vaults + "/vault.sqlite"] {
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        }
        await daemon.stop()
        try FileManager.default.copyItem(atPath: house.data + "/keys", toPath: keys)
        let arguments = ["restore", "--log-from", logs, "--vault-from", vaults, "--keys-from", keys, "--data", site]
        let restored = try await Executable.sharectl.run(arguments)
        #expect(restored.code == 0, "\(restored.output)\(restored.errors)")
        let check = try await Executable.sharectl.run(["replay", "--data", site, "--check"])
        #expect(check.code == 0, "\(check.output)\(check.errors)")
        let again = try await Daemon.start(site)
        let found = try await TestHouse.send(again, "/v1/events/\(id)", headers: try house.token(house.trust))
        #expect(found.status == 200)
        #expect(found.json["state"] == "present")
        #expect(try await TestHouse.post(again, try house.described()).status == 201)
        await again.stop()
        let second = try await Executable.sharectl.run(arguments)
        #expect(second.code == 1)
        #expect(second.errors.contains("is not empty"))
    }

    @Test func `a backup is refused in one place, over another, and without keys; each says what to do`() async throws {
        let house = try await TestHouse()
        let (logs, vaults) = (house.folder.path("logs"), house.folder.path("vaults"))
        let arguments = ["backup", "--data", house.data, "--log-to", logs, "--vault-to", vaults]
        let onePlace = try await Executable.sharectl.run(Array(arguments.dropLast()) + [logs])
        #expect(onePlace.code == 2)
        #expect(onePlace.errors.contains("separate places"))
        #expect(try await Executable.sharectl.run(arguments).code == 0)
        let over = try await Executable.sharectl.run(arguments)
        #expect(over.code == 1)
        #expect(over.errors.contains("nothing is written over"))
        let keyless = try await Executable.sharectl.run(
            [
                "restore", "--log-from", logs, "--vault-from", vaults, "--keys-from", logs, "--data",
                house.folder.path("x"),
            ])
        #expect(keyless.code == 1)
        #expect(keyless.errors.contains("there are no keys"))
        #expect(!FileManager.default.fileExists(atPath: house.folder.path("x")))
        // Log and vault in each other's place, then a key of another site: what the first try leaves, the second names.
        func restore(_ log: String, _ vault: String, _ more: String...) async throws -> Executable.Result {
            try await Executable.sharectl.run(
                [
                    "restore", "--log-from", log, "--vault-from", vault, "--keys-from", house.data + "/keys", "--data",
                    house.folder.path("x"),
                ] + more)
        }
        let swapped = try await restore(vaults, logs)
        #expect(swapped.code == 1 && swapped.errors.contains("backup --log-to"), "\(swapped.errors)")
        #expect(!FileManager.default.fileExists(atPath: house.folder.path("x")))
        let stranger = try VerifierKey(
            name: "elsewhere.example", publicKey: SigningKey.generate().publicKey
        ).description
        #expect(try await restore(logs, vaults, "--vkey", stranger).code != 0)
        let again = try await restore(logs, vaults)
        #expect(again.code == 1 && again.errors.contains("an earlier restore left"), "\(again.errors)")
        try FileManager.default.removeItem(atPath: house.folder.path("x"))
        #expect(try await restore(logs, vaults).code == 0)
    }

    @Test func `a restore with a vault older than the log says so, and is not for serving`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        func backup(_ name: String) async throws {
            let result = try await Executable.sharectl.run([
                "backup", "--data", house.data, "--log-to", house.folder.path("log-" + name), "--vault-to",
                house.folder.path("vault-" + name),
            ])
            #expect(result.code == 0, "\(result.output)\(result.errors)")
        }
        #expect(try await TestHouse.post(daemon, try house.described()).status == 201)
        try await backup("old")
        #expect(try await TestHouse.post(daemon, try house.described(person: "nhs:4010232137")).status == 201)
        try await backup("new")
        await daemon.stop()
        let wrong = try await Executable.sharectl.run([
            "restore", "--log-from", house.folder.path("log-new"), "--vault-from", house.folder.path("vault-old"),
            "--keys-from", house.data + "/keys", "--data", house.folder.path("wrong"),
        ])
        #expect(wrong.code == 1)
        #expect(wrong.output.contains("vault-older"))
        #expect(wrong.output.contains("do not serve"))
        #expect(!wrong.output.contains("4010232137"))
        let other = try await Executable.sharectl.run([
            "restore", "--log-from", house.folder.path("log-old"), "--vault-from", house.folder.path("vault-new"),
            "--keys-from", house.data + "/keys", "--data", house.folder.path("right"),
        ])
        #expect(other.code == 0, "\(other.output)\(other.errors)")
    }

    @Test func `a repair rebuilds projections, and is refused beside a daemon`() async throws {
        let (house, daemon) = try await filled()
        let arguments = ["log", "verify", "--repair", "--data", house.data]
        let beside = try await Executable.sharectl.run(arguments)
        #expect(beside.code == 1)
        #expect(beside.errors.contains("another process has the data folder"))
        await daemon.stop()
        try Data(repeating: 7, count: 9000).write(to: URL(filePath: house.data + "/projections.sqlite"))
        let repaired = try await Executable.sharectl.run(arguments)
        #expect(repaired.code == 0, "\(repaired.output)\(repaired.errors)")
        #expect(repaired.output.contains("projections drawn again from"))
        let check = try await Executable.sharectl.run(["replay", "--data", house.data, "--check"])
        #expect(check.code == 0, "\(check.output)\(check.errors)")
    }
}
