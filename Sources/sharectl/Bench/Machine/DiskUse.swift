import Encodings
import EventStore
import Foundation

/// What a site's files take on the disk, for each event.
struct DiskUse: Sendable, Hashable {
    /// Bytes by the file's path in the folder, in the order of the names. A file's write-ahead log counts with it.
    let files: [String: Int64]
    let events: Int64
    /// Of the CloudEvents themselves, on average: their JSON, without signature and base64url.
    let eventBytes: Double

    /// - Parameters:
    ///   - folder: best of a site that was ended cleanly, when nothing waits in a write-ahead log.
    ///   - events: how many are in its log.
    ///   - sample: some of them, as they were signed.
    init(_ folder: DataFolder, events: Int64, sample: [[UInt8]]) {
        var files: [String: Int64] = [:]
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for name in names {
            guard let file = name.firstRange(of: ".sqlite").map({ String(name[..<$0.upperBound]) }),
                let size = try? FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.size] as? Int64
            else { continue }
            files[file, default: 0] += size
        }
        self.files = files
        self.events = events
        let sizes = sample.compactMap { BenchWorkload.payload(of: $0)?.count }
        eventBytes = sizes.isEmpty ? 0 : Double(sizes.reduce(0, +)) / Double(sizes.count)
    }

    private var perEvent: [(name: String, bytes: Double)] {
        files.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value) / Double(max(events, 1))) }
    }

    private var totalPerEvent: Double { perEvent.reduce(0) { $0 + $1.bytes } }

    /// All files over the CloudEvents' own bytes.
    var ratio: Double { eventBytes > 0 ? totalPerEvent / eventBytes : 0 }

    var json: JSON {
        .object([
            "events": .integer(events), "eventBytes": .number(eventBytes),
            "bytesPerEvent": .object(JSONObject(perEvent.map { ($0.name, .number($0.bytes)) })),
            "totalBytesPerEvent": .number(totalPerEvent), "ratio": .number(ratio),
        ])
    }

    var words: String {
        String(format: "%.0f bytes an event, %.2f of the %.0f of its CloudEvent: ", totalPerEvent, ratio, eventBytes)
            + perEvent.map { String(format: "%.0f ", $0.bytes) + $0.name }.joined(separator: ", ")
    }
}
