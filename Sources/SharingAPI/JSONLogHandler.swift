import Encodings
import Foundation
package import Logging

/// Writes one JSON object a line to standard error: time, level, message, and the metadata as members.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]

    package init(level: Logger.Level) { logLevel = level }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONObject([
            ("time", .text(Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))),
            ("level", .string(event.level.rawValue)), ("message", .text(event.message)),
        ])
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (name, value) in all.sorted(by: { $0.key < $1.key }) { line[name] = .text(value) }
        // One write a line, so that lines of several threads never mix.
        FileHandle.standardError.write(Data(JSON.object(line).bytes + [UInt8(ascii: "\n")]))
    }
}
