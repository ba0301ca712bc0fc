import Encodings
import Foundation
import Locking
import Synchronization

/// Posts prepared requests over a number of connections, each taking the next request when it has its answer.
struct BenchRun: Sendable {
    /// What came of a run.
    struct Outcome: Sendable {
        var seconds: Double = 0
        /// One for each request, in nanoseconds.
        var nanoseconds: [UInt64] = []
        var recorded = 0
        var refused = 0
        /// What the first refusal said.
        var firstProblem: String?
        var error: BenchError?
        /// How many events had each outcome.
        var outcomes: [String: Int] = [:]
        /// Answers that were not looked at yet.
        fileprivate var unread: [[UInt8]] = []

        mutating func add(_ other: Outcome) {
            nanoseconds += other.nanoseconds
            recorded += other.recorded
            refused += other.refused
            firstProblem = firstProblem ?? other.firstProblem
            error = error ?? other.error
            outcomes.merge(other.outcomes, uniquingKeysWith: +)
            unread += other.unread
        }
    }

    let address: BenchAddress
    let connections: Int
    /// Events in one request; 1 posts each by itself, more post NDJSON.
    let eventsPerRequest: Int
    /// Requests a second, each at its time whether or not those before are answered; nil to send each when the one before it on its connection
    /// is answered. What a request waits for a free connection counts as its own.
    var requestsPerSecond: Double?

    /// How often to tell how far it is, in milliseconds.
    private static let progressMilliseconds = 200

    /// Runs until every event was answered, or a connection broke.
    /// - Parameter progress: is told how many requests were handed out.
    /// - Throws: `BenchError.unreachable`
    func post(
        _ events: [[UInt8]], progress: @escaping @Sendable (_ requests: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> Outcome {
        let requests = requests(events)
        let connections = try (0..<min(connections, max(requests.count, 1))).map { _ in
            OwnedConnection(try BenchConnection(to: address))
        }
        let shared = Shared(requests: requests, requestsPerSecond: requestsPerSecond)
        let started = DispatchTime.now().uptimeNanoseconds
        let ticker = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(Self.progressMilliseconds))
                progress(min(shared.handedOut.load(ordering: .relaxed), requests.count), requests.count)
            }
        }
        defer { ticker.cancel() }
        var outcome = await withCheckedContinuation { continuation in
            let group = DispatchGroup()
            for connection in connections {
                group.enter()
                let thread = Thread {
                    shared.work(connection.connection, eventsPerRequest: eventsPerRequest)
                    group.leave()
                }
                thread.stackSize = 1 << 20
                thread.start()
            }
            group.notify(queue: .global()) { continuation.resume(returning: shared.outcome.withLock { $0 }) }
        }
        outcome.seconds = Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9
        outcome.readAnswers()
        return outcome
    }

    /// The requests that post these events.
    func requests(_ events: [[UInt8]]) -> [[UInt8]] {
        guard eventsPerRequest > 1 else {
            return events.map { address.request("POST", "/v1/events", type: "application/jose", body: $0) }
        }
        return stride(from: 0, to: events.count, by: eventsPerRequest).map { start in
            let lines = events[start..<min(start + eventsPerRequest, events.count)].flatMap {
                $0 + [UInt8(ascii: "\n")]
            }
            return address.request("POST", "/v1/events", type: "application/x-ndjson", body: lines)
        }
    }
}

/// A connection on its way to the one thread that uses it from then on.
private struct OwnedConnection: @unchecked Sendable {
    // Unchecked, because nobody but that thread touches it after it was handed over.
    let connection: BenchConnection

    init(_ connection: BenchConnection) { self.connection = connection }
}

/// What the threads of a run share.
private final class Shared: Sendable {
    let requests: [[UInt8]]
    /// Between two requests, in nanoseconds; nil for no schedule.
    private let interval: Double?
    private let started = DispatchTime.now().uptimeNanoseconds
    let handedOut = Atomic<Int>(0)
    /// Sums; each thread adds its own once, when it ends.
    let outcome = Locked(BenchRun.Outcome())

    init(requests: [[UInt8]], requestsPerSecond: Double?) {
        self.requests = requests
        interval = requestsPerSecond.map { 1e9 / $0 }
    }

    /// Waits until a request is due.
    /// - Returns: when it was to be sent, from which its latency counts.
    private func start(of number: Int) -> UInt64 {
        let now = DispatchTime.now().uptimeNanoseconds
        guard let interval else { return now }
        let due = started + UInt64(Double(number) * interval)
        if due > now {
            var time = timespec(tv_sec: Int((due - now) / 1_000_000_000), tv_nsec: Int((due - now) % 1_000_000_000))
            nanosleep(&time, nil)
        }
        return due
    }

    func work(_ connection: BenchConnection, eventsPerRequest: Int) {
        var own = BenchRun.Outcome()
        own.nanoseconds.reserveCapacity(requests.count / 8)
        do throws(BenchError) {
            while case let number = handedOut.wrappingAdd(1, ordering: .relaxed).oldValue, number < requests.count {
                let started = start(of: number)
                let answer = try connection.exchange(requests[number])
                own.nanoseconds.append(DispatchTime.now().uptimeNanoseconds - started)
                own.take(answer, events: eventsPerRequest)
            }
        } catch {
            own.error = error
            // The others need not go on: there is nothing to report.
            handedOut.store(requests.count, ordering: .relaxed)
        }
        outcome.withLock { $0.add(own) }
    }
}

extension BenchRun.Outcome {
    /// Counts what an answer says of its events. What has to be parsed for it waits until the clock has stopped.
    fileprivate mutating func take(_ answer: BenchAnswer, events: Int) {
        switch answer.status {
        case 200 where events > 1: unread.append(answer.body)
        case 200, 201:
            recorded += 1
            outcomes[Self.outcome(answer.body), default: 0] += 1
        default:
            refused += events
            note(try? JSON.parse(answer.body))
        }
    }

    /// The outcome in a receipt, found without reading the rest: the clock runs.
    private static func outcome(_ receipt: [UInt8]) -> String {
        let name = Array("\"outcome\":\"".utf8)
        // It stands near the beginning.
        let place = receipt.indices.first { receipt[$0...].starts(with: name) }
        guard let place else { return "none" }
        return String(decoding: receipt[(place + name.count)...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    /// Counts receipts and problems, one a line: a receipt has a leaf hash.
    fileprivate mutating func readAnswers() {
        for line in unread.lazy.flatMap({ $0.split(separator: UInt8(ascii: "\n")) }) {
            let json = try? JSON.parse(line)
            if json?["leafHash"] != nil {
                recorded += 1
                outcomes[json?["outcome"]?.string ?? "none", default: 0] += 1
            } else {
                refused += 1
                note(json)
            }
        }
        unread = []
    }

    private mutating func note(_ problem: JSON?) {
        if firstProblem == nil { firstProblem = problem?["code"]?.string ?? "an answer without a code" }
    }
}
