package import Encodings
package import EventStore
import Foundation
import Locking
package import Logging
package import Timestamping

/// Has the site's checkpoints stamped, keeps what came, and knows how things stand. It never stands in an append's way: it reads the
/// log's head like any reader, and writes to a file of its own.
package final class TimestampDesk: Sendable {
    package let stamping: Stamping?
    private let log: EventLog
    /// Nil where nothing is to be stamped and nothing ever was.
    private let store: TimestampStore?
    private let metrics: Metrics
    private let logger: Logger
    /// Held for a few moves of memory; `attempt` alone changes it.
    private let state: Locked<State>

    private struct State {
        var schedule: StampSchedule
        var newest: StoredTimestamp?
        /// What the log was last told.
        var saidOverdue = false
        /// When the first entry beyond a size was recorded; it never changes, and readiness is asked for often.
        var since: (covered: Int64, instant: Instant)?
    }

    /// - Throws: `StorageError` where the file that keeps timestamps cannot be used.
    package init(
        folder: DataFolder, log: EventLog, stamping: Stamping?, metrics: Metrics, logger: Logger
    ) throws(StorageError) {
        self.stamping = stamping
        self.log = log
        self.metrics = metrics
        self.logger = logger
        let isThere = FileManager.default.fileExists(atPath: folder.timestamps)
        store = stamping != nil || isThere ? try TimestampStore(path: folder.timestamps) : nil
        try store?.set(stamping?.policy)
        let newest = try store?.newest(limit: 1).first
        state = Locked(
            State(
                schedule: StampSchedule(
                    everySeconds: stamping?.everySeconds ?? 0, stampedSize: newest?.size, stampedAt: newest?.received),
                newest: newest))
    }

    // MARK: - Stamping

    /// Has the newest checkpoint stamped, if it is time, and says so where something changed.
    /// - Parameters:
    ///   - now: the site's clock, read again when the answer is there.
    ///   - jitter: 0 to 1, random.
    package func attend(_ source: some TimestampSource, now: @Sendable () -> Instant, jitter: Double) async {
        let head = log.head
        guard let stamping, let store else { return }
        if state.withLock({ $0.schedule.isDue(size: head.size, now: now()) }) {
            do {
                let stamp = try await Self.stamp(head, source, stamping, now)
                try store.add(stamp)
                state.withLock {
                    $0.newest = stamp
                    $0.schedule.succeeded(size: stamp.size, now: now())
                }
                metrics.count("sharing_timestamps_total")
            } catch {
                // The daemon ends; that is no failure of the authority's.
                guard !Task.isCancelled else { return }
                state.withLock { $0.schedule.failed(now: now(), jitter: jitter) }
                let code = (error as? TimestampError)?.code ?? (error as? StorageError)?.code ?? "internal-error"
                metrics.count("sharing_timestamp_failures_total", "code", code)
                logger.warning("the checkpoint was not stamped", metadata: ["code": "\(code)", "why": "\(error)"])
            }
        }
        report(now())
    }

    /// One call to the authority. What comes back is kept only if it is what was asked for, by somebody trusted, and of this time.
    private static func stamp(
        _ head: LogHead, _ source: some TimestampSource, _ stamping: Stamping, _ now: @Sendable () -> Instant
    ) async throws -> StoredTimestamp {
        let note = head.checkpoint.note
        let request = try TimestampRequest(over: note.utf8)
        let verified = try await source.answer(to: request)
            .verified(over: request.digest, nonce: request.nonce, by: stamping.trusted)
        let received = now()
        try verified.isSane(at: received)
        return StoredTimestamp(size: head.size, note: note, response: verified.response.bytes, received: received)
    }

    /// Once for each change, so that nobody learns to overlook it.
    private func report(_ now: Instant) {
        guard let stamping, let standing = try? standing() else { return }
        let isOverdue = standing.isOverdue(at: now)
        let hasChanged = state.withLock { state in
            defer { state.saidOverdue = isOverdue }
            return state.saidOverdue != isOverdue
        }
        guard hasChanged else { return }
        guard isOverdue else {
            logger.notice("timestamps are current again", metadata: ["size": "\(standing.stampedSize ?? 0)"])
            return
        }
        logger.log(
            level: stamping.policy.isRequired ? .error : .warning, "timestamps are overdue",
            metadata: [
                "stampedSize": "\(standing.stampedSize ?? 0)", "size": "\(log.head.size)",
                "unstampedSince": "\(standing.unstampedSince ?? now)",
            ])
    }

    // MARK: - How things stand

    /// - Throws: `LogError` where the log cannot be read.
    package func standing() throws -> TimestampStanding {
        let (newest, since) = state.withLock { ($0.newest, $0.since) }
        let covered = newest?.size ?? 0
        let policy = stamping?.policy
        if policy != nil, covered < log.head.size, let since, since.covered == covered {
            return TimestampStanding(newest, policy: policy, unstampedSince: since.instant)
        }
        let standing = try TimestampStanding(newest, policy: policy, log: log)
        if let instant = standing.unstampedSince { state.withLock { $0.since = (covered, instant) } }
        return standing
    }

    /// Why the site is not ready; nil where timestamps do not stand in its way.
    package func holdsBack(at now: Instant) -> Rejection? {
        guard stamping?.policy.isRequired == true else { return nil }
        guard let standing = try? standing(), !standing.isOverdue(at: now) else { return .timestampOverdue }
        return nil
    }

    /// For the metrics; empty where nothing is to be stamped.
    package func gauges(at now: Instant) -> [(name: String, value: Int64)] {
        guard stamping != nil, let standing = try? standing() else { return [] }
        var gauges: [(name: String, value: Int64)] = [
            ("sharing_timestamp_overdue", standing.isOverdue(at: now) ? 1 : 0),
            ("sharing_timestamp_size", standing.stampedSize ?? 0),
        ]
        if let at = standing.stampedAt {
            gauges.append(("sharing_timestamp_last_success_age_seconds", max(0, now.seconds - at.seconds)))
        }
        return gauges
    }

    // MARK: - Reading

    /// The newest, the newest first, with what each claims; for everybody, who verifies it with the authority's certificate.
    package func newest(limit: Int) throws -> JSON {
        .object(["timestamps": .array(try (store?.newest(limit: limit) ?? []).map(TimestampJSON.row))])
    }

    /// The one over the checkpoint of a size.
    /// - Throws: `Rejection` where there is none.
    package func at(size: Int64) throws -> StoredTimestamp {
        guard let found = try store?.at(size: size) else { throw ReadingDesk.nothingHere }
        return found
    }
}

extension TimestampStanding {
    /// With the moment known already.
    fileprivate init(_ newest: StoredTimestamp?, policy: TimestampPolicy?, unstampedSince: Instant) {
        self.init(
            stampedSize: newest?.size, stampedAt: newest?.received, unstampedSince: unstampedSince, policy: policy)
    }
}

extension Rejection {
    static let timestampOverdue = Rejection(
        .overloaded, "timestamp-overdue",
        "no outside authority has stamped the log for longer than the site's configuration allows; events are still taken"
    )
}

/// A timestamp as it is listed.
package enum TimestampJSON {
    package static func row(_ stored: StoredTimestamp) -> JSON {
        let claims = try? TimestampResponse(stored.response).claims(
            over: TimestampResponse.digest(of: stored.note.utf8))
        let checkpoint = try? SignedCheckpoint(parsing: stored.note).checkpoint
        return .object([
            "size": .integer(stored.size), "root": checkpoint.map { .string($0.root.base64) },
            "time": claims.map { .text($0.time) },
            "accuracyMicroseconds": claims?.accuracyMicroseconds.map { .integer($0) },
            "authority": claims.map { .string($0.authority) }, "policy": claims.map { .string($0.policy) },
            "serial": claims.map { .string($0.serial) }, "received": .text(stored.received),
            "note": .string(stored.note), "response": .string(Base64.standard.encode(stored.response)),
        ])
    }

    /// Reads a row back; what it claims is drawn from the response again, not believed.
    package static func parse(_ json: JSON) -> StoredTimestamp? {
        guard let size = json["size"]?.integer, let note = json["note"]?.string,
            let received = json["received"]?.string.flatMap({ Instant($0) }),
            let response = json["response"]?.string.flatMap({ Base64.standard.decode($0) })
        else { return nil }
        return StoredTimestamp(size: size, note: note, response: response, received: received)
    }
}
