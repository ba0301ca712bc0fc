import Foundation
import Synchronization

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
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TERM": "dumb"].merging(environment) {
            $1
        }
        let (stdin, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = output
        process.standardError = errors
        async let outputText = text(of: output)
        async let errorText = text(of: errors)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
                try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                try stdin.fileHandleForWriting.close()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        return Result(code: process.terminationStatus, output: await outputText, errors: await errorText)
    }

    private static func text(of pipe: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}

/// A running sharingd.
final class Daemon: Sendable {
    let process: Process
    let port: Int
    private let log: LogLines

    var server: String { "http://127.0.0.1:\(port)" }
    var lines: [String] { log.lines }

    private init(process: Process, port: Int, log: LogLines) {
        self.process = process
        self.port = port
        self.log = log
    }

    /// Starts it on a port that the system chooses, and waits until it listens.
    static func start(_ folder: String, _ arguments: [String] = []) async throws -> Daemon {
        let process = Process()
        process.executableURL = Executable.sharingd.url
        process.arguments = ["--data", folder, "--listen", "127.0.0.1:0"] + arguments
        let errors = Pipe()
        process.standardError = errors
        let log = LogLines()
        errors.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            log.append(data)
        }
        try process.run()
        guard let port = await log.port(of: process) else {
            throw DaemonError(log: log.lines.joined(separator: "\n"))
        }
        return Daemon(process: process, port: port, log: log)
    }

    func kill() async {
        Foundation.kill(process.processIdentifier, SIGKILL)
        await ended()
    }

    /// Asks it to end, and waits.
    @discardableResult
    func stop() async -> Int32 {
        process.terminate()
        await ended()
        return process.terminationStatus
    }

    private func ended() async {
        while process.isRunning { try? await Task.sleep(for: .milliseconds(5)) }
    }

    deinit { if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) } }
}

struct DaemonError: Error {
    let log: String
}

/// The daemon's lines, as they come.
final class LogLines: Sendable {
    private let state = Mutex(Data())

    func append(_ data: Data) { state.withLock { $0.append(data) } }

    var lines: [String] {
        state.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(String.init)
    }

    /// The port, once it listens; nil if it ended before that.
    func port(of process: Process) async -> Int? {
        while true {
            let listening = lines.first { $0.contains(#""message":"listening""#) }
            if let port = listening?.firstMatch(of: #/"address":"[^"]*:(\d+)"/#) { return Int(port.1) }
            guard process.isRunning else { return nil }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
