import EventStore
import Foundation
import Locking
import SharingModel
import Shipping

/// An event of a peer's log, as it is read of the replica.
struct ReadArrival: Sendable {
    let index: Int64
    let entry: Entry
    /// The thumbprint of the key that signed it.
    let kid: String
    /// Nil where it cannot be opened or read, or its entry names an agency in no known way.
    let event: SharingEvent?

    init(_ arrival: ReplicatedEvent, _ seen: inout Replay.Seen) {
        index = arrival.index
        entry = arrival.entry
        kid = seen.text(of: arrival.entry.kid)
        guard arrival.entry.audience.allSatisfy({ $0 == "*" || (try? AgencyID($0)) != nil }) else {
            event = nil
            return
        }
        event = (try? arrival.body.opened?.event(&seen.headers, disclosures: .some)).flatMap(SharingMeaning.decoded)
    }
}

/// Reads what came of a peer's log between two sizes, page by page and ahead of whoever takes it: rows are read, opened and decoded on a thread of
/// their own while the registrar applies those before them. In the order of the peer's log.
final class ArrivalPages: Sendable {
    /// A page on its way.
    private final class Slot: Sendable {
        let isThere = DispatchSemaphore(value: 0)
        /// Written once, by the thread that reads, before the semaphore is raised; nil where nobody wants it.
        let page = Locked<Result<[ReadArrival], any Error>?>(nil)
    }

    private static let pageEvents = 256
    /// Pages that are read or wait to be taken. All that one `sync.advanced` brings came in one piece, which has few megabytes.
    private static let ahead = 3

    private let replica: PeerReplica
    private let old: Int64
    private let size: Int64
    private let queue = DispatchQueue(label: "arrivals")
    /// The pages on their way, in order, and where the next begins; nil behind the last. Held for moves of memory.
    private let state: Locked<(slots: [Slot], next: Int64?)>

    /// - Parameters:
    ///   - old: how much of the peer's log was known before.
    ///   - size: how much of it is to be known.
    init(_ replica: PeerReplica, after old: Int64, upTo size: Int64) {
        self.replica = replica
        self.old = old
        self.size = size
        state = Locked(([], 0))
        for _ in 0..<Self.ahead { readOneMore() }
    }

    /// The next page; empty behind the last.
    /// - Throws: `ReplicaError`
    func next() throws -> [ReadArrival] {
        guard let slot = state.withLock({ $0.slots.isEmpty ? nil : $0.slots.removeFirst() }) else { return [] }
        slot.isThere.wait()
        guard let page = slot.page.withLock({ $0 }) else { return [] }
        readOneMore()
        return try page.get()
    }

    /// Nobody wants more.
    func cancel() { state.withLock { $0.next = nil } }

    private func readOneMore() {
        let slot = Slot()
        let isWanted = state.withLock { state in
            guard state.next != nil else { return false }
            state.slots.append(slot)
            return true
        }
        guard isWanted else { return }
        // One after another: where a page begins is known once the one before it was read.
        queue.async { [self] in
            if let index = state.withLock({ $0.next }) {
                let page = Result { try read(from: index) }
                let last = (try? page.get())?.last
                state.withLock { state in if state.next != nil { state.next = last.map { $0.index + 1 } } }
                slot.page.withLock { $0 = page }
            }
            slot.isThere.signal()
        }
    }

    private func read(from index: Int64) throws -> [ReadArrival] {
        var seen = Replay.Seen()
        return try replica.arrivals(after: old, upTo: size, from: index, limit: Self.pageEvents).map {
            ReadArrival($0, &seen)
        }
    }
}
