public import Foundation
import Locking

/// A program that these tests started, with what it writes.
///
/// Not Foundation's `Process`: in a test run that starts many at once with thousands of files open, its `run()` has been seen to read
/// beyond a buffer of its own (Swift 6.3.1, Linux). Here the kernel is asked directly.
public final class ChildProcess: Sendable {
    private struct State {
        var status: Int32?
        /// Streams that are still open, and the process itself.
        var open = 3
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    public let processIdentifier: pid_t
    public let output = LogLines()
    public let errors = LogLines()
    private let state = Locked(State())

    /// - Parameters:
    ///   - environment: the whole of it; this process's own if nil.
    ///   - input: is written to its standard input, which is then closed. Small enough for a pipe.
    public init(_ program: String, _ arguments: [String], environment: [String: String]? = nil, input: String = "")
        throws
    {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let child = try Self.spawning.withLock { try Self.spawn(program, arguments, environment) }
        let identifier = child.identifier
        processIdentifier = identifier
        signal(SIGPIPE, SIG_IGN)
        _ = Array(input.utf8).withUnsafeBytes { write(child.input, $0.baseAddress, $0.count) }
        close(child.input)
        read(child.output, into: output)
        read(child.errors, into: errors)
        let state = Box(self)
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            state.value.finish(one: status)
        }
    }

    public var isRunning: Bool { state.withLock { $0.status == nil } }

    /// What it exited with; 128 and the signal's number where one ended it; nil while it runs.
    public var exitCode: Int32? {
        state.withLock { $0.status }.map { status in
            status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        }
    }

    public func terminate() { send(SIGTERM) }

    public func kill() { send(SIGKILL) }

    public func hangUp() { send(SIGHUP) }

    /// Waits until it has ended and everything that it wrote was read.
    public func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.open > 0 { state.waiting.append(continuation) }
                return state.open == 0
            }
            if isOver { continuation.resume() }
        }
    }

    /// Sends a signal, unless it has ended: its number may be another's by then.
    private func send(_ signal: Int32) {
        state.withLock { state in
            guard state.status == nil else { return }
            Foundation.kill(processIdentifier, signal)
        }
    }

    private func read(_ descriptor: Int32, into lines: LogLines) {
        let state = Box(self)
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = Foundation.read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                lines.append(Data(buffer[..<count]))
            }
            close(descriptor)
            state.value.finish(one: nil)
        }
    }

    private func finish(one status: Int32?) {
        let waiting = state.withLock { state in
            if let status { state.status = status }
            state.open -= 1
            guard state.open == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// One at a time, so that no program inherits the pipes of another before they are marked.
    private static let spawning = NSLock()

    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String]
    ) throws -> (identifier: pid_t, input: Int32, output: Int32, errors: Int32) {
        let (stdin, stdout, stderr) = (try pipe(), try pipe(), try pipe())
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, stdin.read, 0)
        posix_spawn_file_actions_adddup2(&actions, stdout.write, 1)
        posix_spawn_file_actions_adddup2(&actions, stderr.write, 2)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        var identifier: pid_t = 0
        let result = posix_spawn(&identifier, program, &actions, nil, &words, &settings)
        for descriptor in [stdin.read, stdout.write, stderr.write] { close(descriptor) }
        guard result == 0 else {
            for descriptor in [stdin.write, stdout.read, stderr.read] { close(descriptor) }
            throw POSIXError(POSIXErrorCode(rawValue: result) ?? .ENOENT)
        }
        return (identifier, stdin.write, stdout.read, stderr.read)
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Foundation.pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Keeps the process's record alive for its threads.
    private struct Box: Sendable {
        let value: ChildProcess

        init(_ value: ChildProcess) { self.value = value }
    }
}

/// What a program writes, as it comes.
public final class LogLines: Sendable {
    private let state = Locked(Data())

    public func append(_ data: Data) { state.withLock { $0.append(data) } }

    public var text: String { state.withLock { String(decoding: $0, as: UTF8.self) } }
    public var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// The port, once it listens; nil if it ended before that.
    public func port(of process: ChildProcess) async -> Int? {
        while true {
            let listening = lines.first { $0.contains(#""message":"listening""#) }
            if let port = listening?.firstMatch(of: #/"address":"[^"]*:(\d+)"/#) { return Int(port.1) }
            guard process.isRunning else { return nil }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }
}
