import Encodings
import Foundation
import Projections

/// What a replay gave.
struct ReplayResult {
    let size: Int64
    let root: [UInt8]
    let seconds: Double
    let eventsPerSecond: Double
    /// Nil where nothing was compared.
    var comparison: (shown: [ProjectionDifference], count: Int)?
    /// Whether the live projections say they stand at another root than the log's.
    var isOtherRoot = false

    var differenceCount: Int { (comparison?.count ?? 0) + (isOtherRoot ? 1 : 0) }

    func json(out: String?) -> JSON {
        .object([
            "entries": .integer(size), "root": .string(Base64.standard.encode(root)), "seconds": .number(seconds),
            "eventsPerSecond": .number(eventsPerSecond.rounded()),
            "residentBytesPeak": Memory.peakBytes.map { .integer($0) }, "out": out.map { .string($0) },
            "differenceCount": comparison.map { _ in .integer(Int64(differenceCount)) },
            "differences": comparison.map { comparison in
                .array(
                    comparison.shown.map {
                        .object([
                            "table": .string($0.table), "key": .string($0.key), "kind": .string($0.kind.rawValue),
                            "columns": .strings($0.columns),
                        ])
                    })
            },
        ])
    }

    func words(out: String?) -> String {
        let took = String(format: "%.1f", seconds)
        var lines = ["replayed   \(size) entries in \(took) s, \(Int(eventsPerSecond)) events/s"]
        if let out { lines.append("kept in    \(out)") }
        guard let comparison else { return lines.joined(separator: "\n") }
        if isOtherRoot {
            lines.append(
                Colour.red.apply("differs") + "    position: the live projections were drawn from another log than this"
            )
        }
        lines += comparison.shown.map { Colour.red.apply("differs") + "    \($0.description)" }
        if comparison.count > comparison.shown.count {
            lines.append("… and \(comparison.count - comparison.shown.count) more")
        }
        lines.append(
            differenceCount == 0
                ? Colour.green.apply("same") + "       the live projections are what the log says, row by row"
                : "delete projections.sqlite while the daemon is stopped, and it draws them again from the log")
        return lines.joined(separator: "\n")
    }
}
