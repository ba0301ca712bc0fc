import Encodings
import EventStore
import Projections
import SharingModel

extension ReadingDesk {
    /// A piece of what a reader follows.
    package struct StreamPage: Sendable {
        /// Each as a row of the list of events, as JSON.
        package let rows: [(position: StreamPosition, event: [UInt8])]
        /// Everything up to here was looked at.
        package let reached: StreamPosition
        /// Whether there may be more at once.
        package let isFull: Bool
    }

    /// Where a reader begins who wants only what is recorded from now on.
    package func streamEnd() throws -> StreamPosition {
        StreamPosition(before: try projections.read { try end($0) })
    }

    /// Checks that a place is one of this log.
    /// - Throws: `beyond-log` for one behind its end: the client has seen more than there is, so this is not the log it followed.
    package func check(_ position: StreamPosition) throws {
        guard position.index < (try projections.read({ try end($0) })) else {
            throw Rejection(
                .conflict, "beyond-log",
                "the log is shorter than that; it was restored from an older backup, or this is another site: compare its checkpoint "
                    + "with one that you kept")
        }
    }

    /// The place behind everything that is known.
    private func end(_ projections: ProjectionReader) throws -> Int64 {
        try projections.place(ofOwn: projections.position().size)
    }

    /// What the reader may see behind a position, in the order of the log; the same rule as for the list of events.
    package func stream(for reader: Reader, after position: StreamPosition) throws -> StreamPage {
        try projections.read { projections in
            let size = try end(projections)
            let indexes = try projections.events(
                reader.scope, .init(), from: max(position.index, 0), limit: ServiceLimits.streamRows)
            var rows: [(position: StreamPosition, event: [UInt8])] = []
            var bytes = 0
            for index in indexes {
                var found = try lateReleases(by: index, to: reader, projections).map {
                    (StreamPosition(index: index, released: $0), $0)
                }
                if try comes(index, to: reader, projections) {
                    found.insert((StreamPosition(index: index), index), at: 0)
                }
                for (place, event) in found where place > position {
                    let row = try self.event(at: event, for: reader, projections).bytes
                    bytes += row.count
                    rows.append((place, row))
                    if bytes >= ServiceLimits.streamBytes {
                        return StreamPage(rows: rows, reached: place, isFull: true)
                    }
                }
            }
            let isFull = indexes.count == ServiceLimits.streamRows
            let end = isFull ? (indexes.last ?? 0) + 1 : size
            return StreamPage(rows: rows, reached: max(position, StreamPosition(before: end)), isFull: isFull)
        }
    }

    /// Whether an event comes in its own place, or only behind the later decision that released it.
    private func comes(_ index: Int64, to reader: Reader, _ projections: ProjectionReader) throws -> Bool {
        guard case .agency(let agency, let asParty) = reader.scope else { return true }
        return try projections.arrival(of: index, to: agency, asParty: asParty) == index
    }

    /// What a decision lets the reader have beside the very event that it decides, which stands right before it.
    private func lateReleases(
        by index: Int64, to reader: Reader, _ projections: ProjectionReader
    ) throws -> [Int64] {
        guard reader.isOfAgency else { return [] }
        let entry = try known(projections).at(index).entry
        guard !entry.releases.isEmpty, let request = entry.cause,
            try (projections.disclosure(of: request) ?? projections.disclosure(of: entry.id))?.recipient
                == reader.agency
        else { return [] }
        return try entry.releases.compactMap { try projections.index(of: $0) }.filter { $0 < index - 1 }.sorted()
    }
}
