package import Encodings
package import EventStore
import Foundation
package import Projections
import SharingModel

extension Replay {
    /// The event at a position with its entry's metadata.
    /// - Parameter place: among everything that is known; nil where only the log is looked at.
    /// - Throws: `SiteError` if the body cannot be opened or read.
    static func recorded(
        _ entry: Entry, at index: Int64, place: Int64? = nil, _ body: StoredBody
    ) throws -> RecordedEvent {
        var seen = Seen()
        return try recorded(entry, at: index, body, &seen).at(place ?? index)
    }

    /// What many events have in common, read once.
    struct Seen {
        var headers = SeenHeaders()
        private var kids: [Thumbprint: String] = [:]

        mutating func text(of kid: Thumbprint) -> String {
            if let text = kids[kid] { return text }
            let text = kid.description
            kids[kid] = text
            return text
        }
    }

    /// The same, for one of many.
    static func recorded(
        _ entry: Entry, at index: Int64, _ body: StoredBody, _ seen: inout Seen
    ) throws -> RecordedEvent {
        guard let body = body.opened else { throw SiteError.bodyUnavailable(index: index) }
        let event: SharingEvent
        do {
            let parsed = try body.event(&seen.headers)
            event = try SharingEvent.decode(
                payload: parsed.payload, resolved: parsed.resolved.json, sdPointers: parsed.resolved.sdPointers)
        } catch let error as EventParseError {
            throw SiteError.eventUnreadable(index: index, reason: error.description)
        } catch let error as InvalidEvent {
            throw SiteError.eventUnreadable(index: index, reason: error.description)
        }
        return RecordedEvent(
            index: index, id: entry.id, type: entry.type, author: event.envelope.source,
            kid: seen.text(of: entry.kid), subject: entry.subject.map(SubjectReference.init), audience: entry.audience,
            cause: entry.cause, releases: entry.releases, recorded: entry.recorded, event: event)
    }
}

/// How far a replay goes.
package enum ReplayEnd: Sendable, Hashable {
    /// All there is.
    case newest
    /// Up to an index, itself not included.
    case size(Int64)
    /// Everything recorded up to and at a moment.
    case time(Instant)

    package init?(_ text: String) {
        if let size = Int64(text), size >= 0 {
            self = .size(size)
        } else if let instant = Instant(text) {
            self = .time(instant)
        } else {
            return nil
        }
    }
}

/// Draws projections from a log.
package enum Replay {
    /// Events that are read at a time, and applied in one transaction.
    private static let pageEntries: Int64 = 512
    /// Pages of one transaction where nobody sees the file before it is whole: each commit writes the pages that it changed, and an index by random
    /// ids changes them all.
    private static let drawingPages = 128

    /// Applies the events from the projections' own position on.
    /// - Parameters:
    ///   - replicas: where what `sync.advanced` brought is to be had.
    ///   - progress: is given how many of how many entries are done.
    /// - Returns: the position reached.
    /// - Throws: `SiteError.replicaBehind`, `ReplicaError` where a replica does not have what was known.
    package static func run(
        _ projections: ProjectionStore, from log: any LogReader, replicas: any ReplicaShelf,
        until end: ReplayEnd = .newest,
        progress: (_ done: Int64, _ of: Int64) -> Void
    ) throws -> ProjectionStore.Position {
        var position = try projections.read { try $0.position() }
        let size = try size(of: end, in: log)
        guard position.size < size else { return position }
        var taking = try projections.read { try Taking(log: log, replicas: replicas, $0) }
        let pages = try ReplayPages(log, position.size..<size, pageEntries: pageEntries)
        defer { pages.cancel() }
        var next = try pages.next()
        while position.size < size {
            if next?.bringsArrivals == true { try projections.keepJournal() }
            let reached = try projections.write { writer in
                var reached = position.size
                for _ in 0..<(projections.isDrawing ? drawingPages : 1) {
                    guard let page = next, !page.events.isEmpty, projections.canTakeBack || !page.bringsArrivals
                    else { break }
                    for event in page.events { try taking.apply(event, to: writer) }
                    reached = page.range.upperBound
                    progress(reached, size)
                    next = try pages.next()
                }
                guard reached > position.size else { return position }
                let next = ProjectionStore.Position(size: reached, root: try log.root(at: reached).bytes)
                try writer.advance(to: next)
                return next
            }
            guard reached != position else { break }
            position = reached
        }
        return position
    }

    /// The size of the log at an end, by the recorded times, which never go backwards.
    package static func size(of end: ReplayEnd, in log: any LogReader) throws -> Int64 {
        switch end {
        case .newest: return log.head.size
        case .size(let size):
            guard size <= log.head.size else { throw ReplayError.beyondLog(size: log.head.size) }
            return size
        case .time(let instant):
            var (low, high) = (Int64(0), log.head.size)
            while low < high {
                let middle = (low + high) / 2
                if try log.entry(at: middle).recorded <= instant { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}

package enum ReplayError: Error, CustomStringConvertible {
    case beyondLog(size: Int64)

    package var description: String {
        switch self {
        case .beyondLog(let size):
            "the log has \(size) entries; give an index up to that, or a time such as 2026-11-22T12:00:00Z"
        }
    }
}

/// Brings projections up to the log after a start: a crash may have come between the two commits.
package enum CatchUp {
    /// Projections that show no prefix of this log are thrown away and drawn again.
    package static func run(
        _ projections: ProjectionStore, from log: any LogReader, replicas: any ReplicaShelf,
        progress: (_ done: Int64, _ of: Int64) -> Void
    ) throws {
        let position = try projections.read { try $0.position() }
        let fits = try position.size <= log.head.size && log.root(at: position.size).bytes == position.root
        if !fits { try projections.empty(root: MerkleHash.emptyRoot.bytes) }
        _ = try Replay.run(projections, from: log, replicas: replicas, progress: progress)
    }
}
