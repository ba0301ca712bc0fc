import Encodings
import Foundation
import Support
import Testing

/// The doctor as an operator calls it.
@Suite struct DoctorEndToEndTests {
    @Test func `it looks at a folder beside a running daemon and without one, and exits 1 for trouble`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        #expect(try await TestHouse.post(daemon, try house.described()).status == 201)
        let arguments = ["doctor", "--data", house.data, "--format", "json"]
        for isRunning in [true, false] {
            if !isRunning { await daemon.stop() }
            let result = try await Executable.sharectl.run(arguments)
            #expect(result.code == 0, "\(result.output)\(result.errors)")
            let json = try JSON.parse(result.output)
            #expect(json["well"] == .bool(true))
            #expect(json["trouble"] == .integer(0))
            #expect(!result.output.contains("9476719931"))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: house.data + "/vault.sqlite")
        let table = try await Executable.sharectl.run(["doctor", "--data", house.data])
        #expect(table.code == 1)
        #expect(table.output.contains("may use vault.sqlite"))
        #expect(table.output.contains("chmod 600"))
        #expect(table.output.contains("trouble: "))
        #expect(try await Executable.sharectl.run(["doctor", "--data", house.folder.path("none")]).code == 2)
    }

    @Test func `it looks at a site from outside`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        let vkey = try await TestHouse.send(daemon, "/log/vkey").text.trimmingCharacters(in: .newlines)
        let key = ["--key", house.data + "/keys/operator.jwk", "--as", "site:" + TestHouse.origin]
        let seen = try await Executable.sharectl.run(["doctor", "--server", daemon.server, "--vkey", vkey] + key)
        #expect(seen.code == 0, "\(seen.output)\(seen.errors)")
        #expect(seen.output.contains("your key is let in"))
        #expect(seen.output.contains("of size 1, verifies"))
        let other = try await TestHouse()
        let otherDaemon = try await Daemon.start(other.data)
        let doubted = try await Executable.sharectl.run(["doctor", "--server", otherDaemon.server, "--vkey", vkey])
        #expect(doubted.code == 1)
        await otherDaemon.stop()
        await daemon.stop()
        let gone = try await Executable.sharectl.run(["doctor", "--server", daemon.server])
        #expect(gone.code == 1)
    }
}
