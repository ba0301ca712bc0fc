import EventStore
import Foundation
import Locking
import SharingModel

/// Reads a log for a replay, page by page and ahead of it: entries and bodies are read, opened, held against their commitments and decoded on all cores,
/// while whoever draws applies what came before. Pages are given out in the order of the log.
final class ReplayPages: Sendable {
    /// An event as it was read; at its position in the log, because only who draws knows its place.
    struct Page: Sendable {
        let range: Range<Int64>
        let events: [RecordedEvent]
        /// Whether one of them brings something of a peer's log.
        let bringsArrivals: Bool

        init(from first: Int64, _ events: [RecordedEvent]) {
            range = first..<(first + Int64(events.count))
            self.events = events
            bringsArrivals = events.contains { $0.type == EventType.syncAdvanced.rawValue }
        }
    }

    /// A page on its way.
    private final class Slot: Sendable {
        let isThere = DispatchSemaphore(value: 0)
        /// Written once, by the thread that reads, before the semaphore is raised.
        let page = Locked<Result<Page, any Error>?>(nil)
    }

    /// Pages that are read or wait to be applied, for each core: 64 of the largest events are 64 MiB.
    private static let ahead = 3
    /// From how many entries on it pays to unwrap every person's key at once.
    private static let tableFrom: Int64 = 20_000

    private let log: any LogReader
    private let end: Int64
    private let pageEntries: Int64
    private let persons: PersonTable
    private let queue = DispatchQueue(label: "replay", attributes: .concurrent)
    /// Where the next page begins that nobody reads yet, and the pages on their way in order. Held for moves of memory.
    private let state: Locked<(next: Int64, slots: [Slot], isCancelled: Bool)>

    init(_ log: any LogReader, _ range: Range<Int64>, pageEntries: Int64) throws {
        self.log = log
        self.pageEntries = pageEntries
        end = range.upperBound
        persons =
            range.count >= Self.tableFrom ? try log.vault?.persons() ?? PersonTable(limit: 0) : PersonTable(limit: 0)
        state = Locked((range.lowerBound, [], false))
        for _ in 0..<(Self.ahead * ProcessInfo.processInfo.activeProcessorCount) { readOneMore() }
    }

    /// The next page; nil after the last.
    func next() throws -> Page? {
        guard let slot = state.withLock({ $0.slots.isEmpty ? nil : $0.slots.removeFirst() }) else { return nil }
        slot.isThere.wait()
        guard let page = slot.page.withLock({ $0 }) else { return nil }
        readOneMore()
        return try page.get()
    }

    /// Nobody wants more.
    func cancel() { state.withLock { $0.isCancelled = true } }

    private func readOneMore() {
        let slot = Slot()
        let range: Range<Int64>? = state.withLock { state in
            guard state.next < end else { return nil }
            let range = state.next..<min(state.next + pageEntries, end)
            state.next = range.upperBound
            state.slots.append(slot)
            return range
        }
        guard let range else { return }
        queue.async { [self] in
            let isCancelled = state.withLock { $0.isCancelled }
            let page = isCancelled ? nil : Result { try read(range) }
            slot.page.withLock { $0 = page }
            slot.isThere.signal()
        }
    }

    private func read(_ range: Range<Int64>) throws -> Page {
        var seen = Replay.Seen()
        let events = try log.events(in: range, persons: persons).map { stored in
            try Replay.recorded(stored.entry, at: stored.index, stored.body, &seen)
        }
        return Page(from: range.lowerBound, events)
    }
}
