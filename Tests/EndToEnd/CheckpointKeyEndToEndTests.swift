import Encodings
import EventStore
import Foundation
import Support
import Testing

/// Another checkpoint key as an operator gives it, and as those see it who pinned the first.
@Suite struct CheckpointKeyEndToEndTests {
    private func sharectl(_ arguments: String...) async throws -> Executable.Result {
        try await Executable.sharectl.run(arguments)
    }

    private func vkey(_ daemon: Daemon) async throws -> String {
        try await TestHouse.send(daemon, "/log/vkey").text.trimmingCharacters(in: .newlines)
    }

    @Test(.enabled(if: ExampleClientTests.python != nil))
    func `the first verifier key leads to the current one, here and in a second implementation`() async throws {
        let house = try await TestHouse()
        var daemon = try await Daemon.start(house.data)
        let first = try await vkey(daemon)
        try await house.settle(daemon)
        let beside = try await sharectl("key", "rotate-checkpoint", "--data", house.data)
        #expect(beside.code == 1)
        #expect(beside.errors.contains("another process has the data folder"))
        await daemon.stop()
        let changed = try await sharectl("key", "rotate-checkpoint", "--data", house.data, "--format", "json")
        #expect(changed.code == 0, "\(changed.errors)")
        let second = try #require(try JSON.parse(changed.output)["vkey"]?.string)
        daemon = try await Daemon.start(house.data)
        #expect(try await vkey(daemon) == second)
        let checkpoint = try await sharectl("log", "checkpoint", "--server", daemon.server, "--vkey", second)
        #expect(checkpoint.code == 0, "\(checkpoint.errors)")
        #expect(try await TestHouse.post(daemon, try house.described()).status == 201)
        let late = try await Executable.sharectl.run([
            "agency", "register", "urn:104714", "--name", "A school", "--kind", "education", "--server", daemon.server,
            "--key", house.data + "/keys/operator.jwk", "--as", "site:" + TestHouse.origin, "--vkey", first,
        ])
        #expect(late.code == 1 && late.errors.contains("Did the site change its key?"), "\(late.errors)")
        let doctor = try await sharectl("doctor", "--data", house.data, "--vkey", first)
        #expect(doctor.code == 0, "\(doctor.output)")
        await daemon.stop()
        for key in [first, second] {
            let verified = try await sharectl("log", "verify", "--data", house.data, "--vkey", key)
            #expect(verified.code == 0, "\(verified.output)")
        }
        let folder = house.folder.path("export")
        #expect(try await sharectl("log", "export", folder, "--data", house.data, "--vkey", first).code == 0)
        for key in [first, second] {
            let result = try await ExportTests.verify(folder, key)
            #expect(result.code == 0, "\(result.output)\(result.errors)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/checkpoints")
        #expect(names == ["5"])
        let path = folder + "/checkpoints/5"
        let covering = try String(contentsOfFile: path, encoding: .utf8)
        let other = try await TestHouse()
        let otherKey = try await sharectl("key", "rotate-checkpoint", "--data", other.data, "--format", "json")
        let stranger = try #require(try JSON.parse(otherKey.output)["old"]?.string)
        #expect(try await ExportTests.verify(folder, stranger).code == 1)
        let elsewhere = try VerifierKey(
            name: "elsewhere.example", publicKey: SigningKey.generate().publicKey
        ).description
        let mistaken = try await sharectl("log", "verify", "--data", house.data, "--vkey", elsewhere)
        #expect(mistaken.code == 1)
        #expect(!mistaken.output.contains("damaged"), "a wrong key is no damage: \(mistaken.output)")
        // Without the old key's signature nothing leads from the first key to the second.
        let lines = covering.split(separator: "\n", omittingEmptySubsequences: false)
        try (lines[..<4] + lines[5...]).joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        let unled = try await ExportTests.verify(folder, first)
        #expect(unled.code == 1)
        #expect(unled.output.contains("checkpoints/5"))
        try FileManager.default.removeItem(atPath: path)
        #expect(try await ExportTests.verify(folder, first).code == 1)
    }
}
