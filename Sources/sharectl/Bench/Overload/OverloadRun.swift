import Encodings
import Foundation
import Locking
import Synchronization

/// Offers requests at their times whatever becomes of those before, over a number of connections.
///
/// A request whose time is long past when a connection is free for it is not sent at all: those who would have sent it have gone. So the load that
/// was really offered may be less than what was meant, and is told.
final class OverloadRun: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        var sent = 0
        /// Times at which no connection was free.
        var missed = 0
        /// Requests of which every event was recorded.
        var accepted = 0
        /// Answered 503 with `Retry-After`.
        var refused = 0
        /// Anything else: other answers, and 503 without `Retry-After`.
        var strange = 0
        var firstStrange: String?
        /// Connections that broke.
        var broken = 0
        /// From a request's time to its answer.
        var acceptedNanoseconds: [UInt64] = []
        var refusedNanoseconds: [UInt64] = []
        var receipts = OverloadReceipts()
        /// When each accepted request was answered, in nanoseconds from the start.
        var moments: [UInt64] = []
        var seconds = 0.0

        mutating func add(_ other: Outcome) {
            sent += other.sent
            missed += other.missed
            accepted += other.accepted
            refused += other.refused
            strange += other.strange
            firstStrange = firstStrange ?? other.firstStrange
            broken += other.broken
            acceptedNanoseconds += other.acceptedNanoseconds
            refusedNanoseconds += other.refusedNanoseconds
            receipts.add(other.receipts)
            moments += other.moments
        }
    }

    private let address: BenchAddress
    private let spool: OverloadSpool
    /// Between two requests; 0 sends the next as soon as a connection is free.
    private let intervalNanoseconds: UInt64
    private let seconds: Double
    private let nextSlot = Atomic<Int>(0)
    private let outcome = Locked(Outcome())

    /// How late a request may be sent.
    private static let lateNanoseconds: UInt64 = 250_000_000

    /// - Parameters:
    ///   - requestsPerSecond: nil sends as fast as answers come.
    ///   - seconds: how long.
    init(to address: BenchAddress, _ spool: OverloadSpool, requestsPerSecond: Double?, seconds: Double) {
        self.address = address
        self.spool = spool
        intervalNanoseconds = requestsPerSecond.map { UInt64(1e9 / $0) } ?? 0
        self.seconds = seconds
    }

    /// Runs until the time is over or no request is left.
    func run(connections: Int) async throws -> Outcome {
        let start = DispatchTime.now().uptimeNanoseconds
        let end = start + UInt64(seconds * 1e9)
        return await withCheckedContinuation { continuation in
            let group = DispatchGroup()
            for _ in 0..<connections {
                group.enter()
                let thread = Thread {
                    self.work(from: start, to: end)
                    group.leave()
                }
                thread.stackSize = 1 << 20
                thread.start()
            }
            group.notify(queue: .global()) {
                var outcome = self.outcome.withLock { $0 }
                outcome.seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
                continuation.resume(returning: outcome)
            }
        }
    }

    private func work(from start: UInt64, to end: UInt64) {
        var own = Outcome()
        var connection: BenchConnection?
        while true {
            let slot = nextSlot.wrappingAdd(1, ordering: .relaxed).oldValue
            var now = DispatchTime.now().uptimeNanoseconds
            let due = intervalNanoseconds == 0 ? now : start + UInt64(slot) * intervalNanoseconds
            guard due < end, now < end else { break }
            if now < due {
                usleep(useconds_t((due - now) / 1_000))
            } else if now - due > Self.lateNanoseconds {
                own.missed += 1
                continue
            }
            guard let number = spool.next() else { break }
            do throws(BenchError) {
                let open: BenchConnection
                if let connection { open = connection } else { open = try BenchConnection(to: address) }
                connection = open
                let answer = try open.exchange(try spool.request(number))
                now = DispatchTime.now().uptimeNanoseconds
                own.sent += 1
                take(answer, number, took: now - min(due, now), at: now - start, &own)
            } catch {
                own.broken += 1
                own.firstStrange = own.firstStrange ?? error.description
                connection = nil
            }
        }
        let ended = own
        outcome.withLock { $0.add(ended) }
    }

    private func take(_ answer: BenchAnswer, _ number: Int, took: UInt64, at moment: UInt64, _ own: inout Outcome) {
        switch answer.status {
        case 200, 201:
            let (receipts, others) = own.receipts.take(answer.body)
            guard receipts > 0, others == 0 else {
                // Some of its events may be recorded: it is not sent again.
                note("a request was recorded in part only", &own)
                return
            }
            own.accepted += 1
            own.acceptedNanoseconds.append(took)
            own.moments.append(moment)
        case 503 where answer.hasRetryAfter:
            own.refused += 1
            own.refusedNanoseconds.append(took)
            spool.refuse(number)
        default:
            let code = (try? JSON.parse(answer.body))?["code"]?.string ?? "none"
            note("status \(answer.status), code `\(code)`", &own)
        }
    }

    private func note(_ what: String, _ own: inout Outcome) {
        own.strange += 1
        own.firstStrange = own.firstStrange ?? what
    }
}
