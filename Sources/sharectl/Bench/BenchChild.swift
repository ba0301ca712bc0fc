import Encodings
import Foundation

/// Another process of this very program, as a user would start it.
enum BenchChild {
    /// Runs it, and times it from its start to its end.
    /// - Parameter arguments: without `--format`.
    /// - Returns: what it said; nil where it failed.
    static func run(_ arguments: [String]) throws -> (json: JSON, seconds: Double)? {
        guard let executable = Bundle.main.executableURL else {
            throw Failure(.no, "this program does not know where it lies; nothing was measured")
        }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments + ["--format", "json"]
        let pipe = Pipe()
        process.standardOutput = pipe
        let stopwatch = Stopwatch()
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let seconds = stopwatch.seconds
        guard process.terminationStatus == 0, let json = try? JSON.parse(Array(output)) else { return nil }
        return (json, seconds)
    }
}
