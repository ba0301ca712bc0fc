import Foundation
import Support

/// The executables that were built with these tests.
enum Executable: String {
    case sharingd, sharectl

    var url: URL {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: rawValue)
    }

    struct Result: Sendable {
        let code: Int32
        let output: String
        let errors: String
    }

    /// Runs it to its end, in a new process, with an environment of its own.
    func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws -> Result {
        try await Self.run(url, arguments, input: input, environment: environment)
    }

    static func run(
        _ program: URL, _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) async throws -> Result {
        let process = try ChildProcess(
            program.path, arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TERM": "dumb"].merging(environment) { $1 },
            input: input)
        await process.ended()
        return Result(code: process.exitCode ?? -1, output: process.output.text, errors: process.errors.text)
    }
}

/// A running sharingd.
final class Daemon: Sendable {
    let process: ChildProcess
    let port: Int

    private let scheme: String

    var server: String { "\(scheme)://127.0.0.1:\(port)" }
    var lines: [String] { process.errors.lines }

    private init(process: ChildProcess, port: Int, scheme: String) {
        self.process = process
        self.port = port
        self.scheme = scheme
    }

    /// Starts it on a port that the system chooses, and waits until it listens.
    /// - Parameter wrapper: a program, with its arguments, that replaces itself with the daemon, such as `strace -D`.
    static func start(
        _ folder: String, _ arguments: [String] = [], under wrapper: [String] = [], scheme: String = "http",
        listen: String = "127.0.0.1:0"
    ) async throws -> Daemon {
        let words =
            wrapper + [Executable.sharingd.url.path, "--data", folder, "--listen", listen] + arguments
        let process = try ChildProcess(words[0], Array(words.dropFirst()))
        guard let port = await process.errors.port(of: process) else {
            throw DaemonError(log: process.errors.text)
        }
        return Daemon(process: process, port: port, scheme: scheme)
    }

    func kill() async {
        process.kill()
        await ended()
    }

    /// Asks it to end, and waits.
    @discardableResult
    func stop() async -> Int32 {
        process.terminate()
        await ended()
        return process.exitCode ?? -1
    }

    private func ended() async {
        while process.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
    }

    deinit { process.kill() }
}

struct DaemonError: Error {
    let log: String
}
