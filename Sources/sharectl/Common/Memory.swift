import Foundation

/// This process's memory.
enum Memory {
    /// The most that was ever resident, in bytes; nil where the system does not say (it is in Linux's `/proc`).
    static var peakBytes: Int64? { bytes("VmHWM") }

    /// What is resident now, in bytes; nil where the system does not say.
    static var residentBytes: Int64? { bytes("VmRSS") }

    private static func bytes(_ name: String) -> Int64? {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int64($0) }
        return kibibytes.map { $0 << 10 }
    }
}
