package import Encodings
package import EventStore
import Foundation
import Locking
import SharingModel

/// Which keys were valid where in this site's log, for whoever verifies it. Drawn from the events of keys and agencies alone, which are
/// sealed for nobody.
package struct LogAuthority: KeyTimeline {
    private var book = KeyBook()
    /// Of the few keys that were revoked: asked for every entry.
    private var distrustedSince: [Thumbprint: Instant] = [:]
    /// The keys of its checkpoints, as every event that announces one says; nil where the founding cannot be read.
    package private(set) var checkpointKeys: CheckpointKeys?
    /// Announcements of keys that may not follow.
    package private(set) var findings: [Finding] = []

    /// How many entries one read goes through. Where each of them enrols a key, they are 16 MB.
    private static let entriesAtOnce: Int64 = 16_384

    /// Reads the whole log once for the events that enrol and end keys.
    /// - Throws: nothing for a damaged entry: the verifier names it, and keys that it enrolled are unknown.
    package init(reading log: any LogReader) {
        let types: Set<EventType> = [
            .siteFounded, .agencyRegistered, .agencyEnded, .keyEnrolled, .keyRevoked, .checkpointKeyRotated,
        ]
        let names = types.map(\.rawValue)
        for stored in Self.entries(of: names, in: log) {
            let index = stored.index
            guard let entry = try? Entry(parsing: stored.bytes), names.contains(entry.type),
                let body = try? log.body(at: index),
                let recorded = try? Replay.recorded(entry, at: index, body)
            else { continue }
            follow(recorded.event.data, at: index)
            _ = try? book.apply(recorded)
        }
        for (kid, _, since) in distrusted { distrustedSince[kid] = since }
    }

    /// Nearly all entries are of other types; only those that may matter leave the storage. Every core goes through a part of the log, because
    /// nothing else can be verified before.
    private static func entries(of types: [String], in log: any LogReader) -> [StoredBytes] {
        let size = log.head.size
        let starts = Array(stride(from: 0, to: size, by: Int(entriesAtOnce)))
        return AllCores.map(starts, atOnce: 1) { start in
            (try? log.storage.entries(in: start..<min(start + entriesAtOnce, size), mayBeOf: types)) ?? []
        }.flatMap(\.self)
    }

    private mutating func follow(_ data: EventData, at index: Int64) {
        switch data {
        case .siteFounded(let founded) where index == 0:
            checkpointKeys = (try? VerifierKey(parsing: founded.vkey)).map(CheckpointKeys.init(first:))
        case .checkpointKeyRotated(let rotated):
            do throws(CheckpointKeyError) {
                try checkpointKeys?.rotate(to: rotated.vkey, at: index)
            } catch {
                findings.append(Finding(.checkpointKeyRefused, at: index, error.description))
            }
        default: break
        }
    }

    /// Keys that were revoked, or fell with one that was.
    package var distrusted: [(kid: Thumbprint, key: EnrolledKey, since: Instant)] {
        book.keys.compactMap { kid, key in key.distrustedSince.map { (kid, key, $0) } }.sorted { $0.kid < $1.kid }
    }

    package func isDistrusted(_ kid: Thumbprint, recorded: Instant) -> Bool {
        distrustedSince[kid].map { recorded >= $0 } ?? false
    }

    package func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding {
        book.standing(of: kid, author: author, at: index)
    }
}
