import Foundation
import Support

/// A fault of a system call on one file, injected with strace.
struct Injection: Sendable, CustomStringConvertible {
    enum Fault: String, CaseIterable, Sendable {
        case inputOutput = "error=EIO"
        case full = "error=ENOSPC"
        case killed = "signal=KILL"
    }

    /// From when on it is injected.
    enum Phase: Sendable {
        /// From the program's first instruction on.
        case start
        /// Once the daemon serves.
        case load
    }

    /// As strace knows it; a regular expression where machines differ.
    let call: String
    let fault: Fault
    /// The name of a file, in the folder at hand.
    let file: String
    /// Which calls fail, of each thread: `3` is the third, `3+2` the third and every second one after.
    let when: String
    var phase = Phase.start

    var description: String { "\(call) on \(file), \(fault.rawValue), at \(when)" }

    /// The program that injects; nil where it cannot be used here.
    static let strace: String? = {
        let found = ["/usr/bin/strace", "/bin/strace", "/usr/local/bin/strace"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        if let found {
            let words = ["-qq", "-o", "/dev/null", "-e", "inject=getpid:error=EIO", "/bin/true"]
            if let process = try? ChildProcess(found, words) {
                while process.isRunning { usleep(5_000) }
                if process.exitCode == 0 { return found }
            }
        }
        FileHandle.standardError.write(
            Data("SKIPPED: the faults of system calls; strace is not here, or may not trace\n".utf8))
        return nil
    }()

    /// The words before the program that is to fail.
    /// - Parameters:
    ///   - folder: of the file.
    ///   - trace: where strace writes what it did.
    ///   - inPlace: whether the program keeps its process, with strace beside it.
    func words(in folder: String, trace: String, inPlace: Bool) -> [String] {
        [Self.strace ?? "strace", "-qq"] + (inPlace ? ["-D"] : []) + options(folder, trace)
    }

    private func options(_ folder: String, _ trace: String) -> [String] {
        [
            "-f", "-o", trace, "-P", folder + "/" + file, "-e", "trace=\(call)",
            "-e", "inject=\(call):\(fault.rawValue):when=\(when)",
        ]
    }

    /// Attaches to a process, and waits until every thread of it is traced. It ends with that process.
    func attach(to process: ChildProcess, in folder: String, trace: String) async throws -> ChildProcess {
        let tracer = try ChildProcess(
            Self.strace ?? "strace", options(folder, trace) + ["-p", String(process.processIdentifier)])
        for _ in 0..<3_000 {
            if tracer.errors.lines.contains(where: { $0.contains("attached") }) { return tracer }
            guard tracer.isRunning else { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw DaemonError(log: "strace did not attach: " + tracer.errors.lines.joined(separator: " "))
    }

    /// How many faults strace injected: calls that failed, or a process that was killed.
    static func count(_ trace: String) -> Int {
        let text = (try? String(contentsOfFile: trace, encoding: .utf8)) ?? ""
        let failed = text.split(separator: "\n").filter { $0.hasSuffix("(INJECTED)") }
        let killed = text.contains("+++ killed by SIGKILL")
        return killed ? max(1, failed.filter { $0.contains("= -1 ") }.count) : failed.count
    }
}
