import Encodings
import EventStore
import Foundation

/// A `sharingd` of the same build that a measurement started on a free port.
final class BenchDaemon {
    let address: BenchAddress
    private let process: Process
    private let signals: [any DispatchSourceSignal]

    /// How long the daemon may take to become ready, in seconds; it may have a log to draw projections from.
    private static let patienceSeconds = 120

    /// Starts it, and waits until it listens.
    /// - Parameters:
    ///   - executable: `sharingd`; found beside this one or on the PATH where nil.
    ///   - log: path of the file that it logs to.
    ///   - folder: is removed where an interrupt ends this process.
    init(executable: String? = nil, data: DataFolder, log: String, folder: String) throws(BenchError) {
        guard let executable = executable ?? Self.path() else { throw .daemonNotFound }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = ["--data", data.path, "--listen", "127.0.0.1:0"]
        guard FileManager.default.createFile(atPath: log, contents: nil), let output = FileHandle(forWritingAtPath: log)
        else { throw .daemonNotReady(log: "its log could not be written") }
        process.standardError = output
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw .daemonNotFound
        }
        self.process = process
        signals = Self.endWithUs(process, folder)
        do throws(BenchError) {
            address = BenchAddress(host: "127.0.0.1", port: try Self.port(of: process, log: log))
        } catch {
            Self.end(process, signals)
            throw error
        }
    }

    /// The daemon's resident memory, in bytes: now, and the most it ever was. Nil where the system does not say (it is in Linux's `/proc`).
    var memory: (residentBytes: Int64, peakBytes: Int64)? { Self.memory(of: process.processIdentifier) }

    var processID: Int32 { process.processIdentifier }

    /// The same of any process.
    static func memory(of pid: Int32) -> (residentBytes: Int64, peakBytes: Int64)? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return nil }
        func kibibytes(_ name: String) -> Int64? {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) }
        }
        guard let resident = kibibytes("VmRSS"), let peak = kibibytes("VmHWM") else { return nil }
        return (resident << 10, peak << 10)
    }

    /// Processor time that it has used so far, its own and the system's for it, in seconds. Nil where the system does not say.
    var processorSeconds: Double? {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8) else {
            return nil
        }
        // The name, in parentheses, may hold anything; user and system time are the 12th and 13th behind it.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ").dropFirst()
        guard fields.count > 13, let user = Double(Array(fields)[11]), let system = Double(Array(fields)[12]) else {
            return nil
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Ends it, and waits.
    func end() { Self.end(process, signals) }

    /// Kills it: what it has not made durable is not there afterwards, as far as the process matters.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static func end(_ process: Process, _ signals: [any DispatchSourceSignal]) {
        for signal in signals { signal.cancel() }
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// `sharingd` beside this executable, else on the PATH.
    private static func path() -> String? {
        let beside = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path
        let folders =
            [beside].compactMap(\.self)
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return folders.map { $0 + "/sharingd" }.first(where: FileManager.default.isExecutableFile)
    }

    /// A child of Foundation's has a process group of its own, so that an interrupt at the terminal does not reach it.
    private static func endWithUs(_ process: Process, _ folder: String) -> [any DispatchSourceSignal] {
        let pid = process.processIdentifier
        return [SIGINT, SIGTERM].map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                Foundation.kill(pid, SIGKILL)
                try? FileManager.default.removeItem(atPath: folder)
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    /// Waits until the daemon says where it listens; it chooses the port itself.
    private static func port(of process: Process, log: String) throws(BenchError) -> Int {
        var text = ""
        for _ in 0..<(patienceSeconds * 20) {
            text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            for line in text.split(separator: "\n") {
                guard let json = try? JSON.parse(String(line)), json["message"]?.string == "listening",
                    let port = json["address"]?.string?.split(separator: ":").last.flatMap({ Int($0) })
                else { continue }
                return port
            }
            guard process.isRunning else { break }
            usleep(50_000)
        }
        throw .daemonNotReady(log: text.split(separator: "\n").suffix(3).joined(separator: " | "))
    }
}
