import Foundation
import Support
import Testing

@Suite struct ExampleClientTests {
    /// The Python that has the modules of the example client; `make test` finds or makes one.
    static let python: URL? = {
        if let path = ProcessInfo.processInfo.environment["SHARING_PYTHON"], !path.isEmpty {
            return URL(filePath: path.contains("/") ? path : "/usr/bin/env")
        }
        FileHandle.standardError.write(
            Data(
                "skipped: the tests of examples/client.py; SHARING_PYTHON names no Python with cryptography and joserfc\n"
                    .utf8))
        return nil
    }()

    @Test(.enabled(if: python != nil), arguments: [[], ["--es256"]])
    func `a client in another language enrols a key, posts, and verifies what it got`(_ options: [String]) async throws
    {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        let key = try await TestHouse.send(daemon, "/log/vkey").text
        let client = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../examples/client.py")
            .path
        let python = try #require(Self.python)
        let program = python.lastPathComponent == "env" ? ["python3"] : []
        let result = try await Executable.run(
            python,
            program + [
                client, "--server", daemon.server, "--operator-key", house.data + "/keys/operator.jwk", "--vkey",
                key.trimmingCharacters(in: .whitespacesAndNewlines), "--agency", "ods:XYZ12", "--name", "A trust",
            ] + options, environment: ProcessInfo.processInfo.environment)
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains("is included in the signed tree"))
        #expect(result.output.contains("commitment = SHA-256(salt || JWS)"))
        await daemon.stop()
    }
}
