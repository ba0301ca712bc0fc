import Dispatch
package import Encodings
import EventStore
import Locking
import Logging
import Projections
import SharingModel
import Shipping

/// The one writer: one log, one order (DESIGN section 3).
///
/// It takes what waits as one batch. Each event is admitted, and decided where it needs a decision, on projections that show every event
/// before it, those of this very batch included; then vault, log and projections are committed in that order, and only then does anybody
/// get an answer. Nothing in between suspends. What a withdrawal's receipt promises rests on this: there is no window between the
/// order of the log and what the judge knew.
///
/// A commit that fails may or may not have happened. The registrar then answers nobody, says so once through `onFatal`, and takes
/// nothing more; the process ends and recovers at its next start.
actor Registrar {
    private let store: SiteStore
    private let intake: Intake
    private let directory: KeyDirectory
    private let metrics: Metrics
    private let logger: Logger
    private let clock: any SiteClock
    /// Why nothing may be recorded at the moment; nil while events are taken.
    private let hindrance: @Sendable () -> Rejection?
    private let subscribers: Subscribers
    private let onFatal: @Sendable (any Error) -> Void
    private var book: KeyBook
    private var shelf = PolicyShelf()
    private let files = PersonFiles()
    private var lastRecorded: Instant
    private var isDead = false

    /// Commits wait for the disk, so they have a thread of their own and keep none of the pool's.
    private let executor = QueueExecutor(label: "registrar")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        store: SiteStore, intake: Intake, directory: KeyDirectory, metrics: Metrics, logger: Logger,
        clock: any SiteClock, lastRecorded: Instant, subscribers: Subscribers,
        hindrance: @escaping @Sendable () -> Rejection?,
        onFatal: @escaping @Sendable (any Error) -> Void
    ) {
        self.store = store
        self.intake = intake
        self.directory = directory
        self.metrics = metrics
        self.logger = logger
        self.clock = clock
        self.lastRecorded = lastRecorded
        self.hindrance = hindrance
        self.subscribers = subscribers
        self.onFatal = onFatal
        book = directory.current
    }

    /// Has the in-tray worked through, soon and on the registrar's own thread: without a task, which would go over another.
    nonisolated func call() {
        executor.run { self.assumeIsolated { $0.attend() } }
    }

    /// Works through the in-tray until it is empty.
    func attend() {
        while true {
            let submissions = intake.take(atMost: ServiceLimits.batchEvents)
            if submissions.isEmpty { return settle() }
            guard !isDead else {
                // Nobody may be told anything but that the process ends.
                for submission in submissions { submission.answer(.failure(.ending)) }
                continue
            }
            record(submissions)
        }
    }

    /// Commits projections that were left for a batch which did not come.
    private func settle() {
        guard !isDead else { return }
        do {
            try store.projections.settle()
        } catch {
            die(error)
        }
    }

    private func record(_ submissions: [Submission]) {
        if let rejection = hindrance() {
            for submission in submissions { submission.answer(.failure(rejection)) }
            return
        }
        guard store.hasRoom() else {
            for submission in submissions { submission.answer(.failure(.storageFull)) }
            return
        }
        let started = ContinuousClock.now
        do {
            let answers = try commit(submissions)
            metrics.count("sharing_batches_total")
            metrics.observeCommit(seconds: (ContinuousClock.now - started).inSeconds)
            for (submission, answer) in zip(submissions, answers) {
                if case .success(let receipt) = answer {
                    metrics.count("sharing_events_total", "outcome", receipt.outcome)
                }
                submission.answer(answer)
            }
        } catch let error as LogError where !error.isFatal {
            takeBack(submissions, error)
        } catch let error as VaultError {
            // Thrown by a look-up: a commit of the vault that fails comes as the log's error.
            takeBack(submissions, .vault(error))
        } catch let error as ReplicaError {
            // Nothing of the site's own was touched: what came of a peer could not be read.
            takeBack(submissions, code: error.code)
        } catch let error as OwnEventError {
            // Nobody has seen it, and nobody may.
            logger.critical("an own event was not recorded", metadata: ["reason": "\(error)"])
            takeBack(submissions, code: error.code)
        } catch SiteError.replicaBehind {
            takeBack(submissions, code: "replica-behind")
        } catch {
            for submission in submissions { submission.answer(.failure(.ending)) }
            die(error)
        }
    }

    /// Nothing is taken any more, and the process is told to end.
    private func die(_ error: any Error) {
        isDead = true
        intake.close()
        onFatal(error)
    }

    private func takeBack(_ submissions: [Submission], _ error: LogError) {
        takeBack(submissions, code: error.code, .notRecorded(error))
    }

    /// Nothing was written; the transaction of the projections was taken back. If batches before this one were in it, what they drew is drawn
    /// again from the log, before anything is judged by it.
    private func takeBack(_ submissions: [Submission], code: String, _ rejection: Rejection? = nil) {
        store.vault.discardStaged()
        do {
            if try store.projections.read({ try $0.position().size }) < store.log.head.size {
                try CatchUp.run(store.projections, from: store.log, replicas: store.replicas) { _, _ in }
            }
        } catch {
            for submission in submissions { submission.answer(.failure(.ending)) }
            return die(error)
        }
        book = directory.current
        shelf.forget()
        files.forget()
        logger.error("a batch was not recorded", metadata: ["code": "\(code)", "events": "\(submissions.count)"])
        for submission in submissions { submission.answer(.failure(rejection ?? .notRecorded(code))) }
    }

    /// Admits, decides, appends and projects one batch.
    private func commit(_ submissions: [Submission]) throws -> [Answer] {
        let now = max(clock.now, lastRecorded)
        let (batch, appended) = try store.projections.extend(
            limit: ServiceLimits.eventsUnsettled, more: { [intake] in intake.depth > 0 }
        ) { writer -> ((Batch, [AppendedEntry]), events: Int) in
            var batch = try Batch(
                of: submissions.map(\.event), store: store, writer: writer, keys: book, shelf: shelf, files: files,
                now: now, logger: logger, metrics: metrics)
            for submission in submissions { try batch.take(submission.event) }
            guard !batch.isEmpty else { return ((batch, []), 0) }
            let appended = try store.log.append(batch.signed())
            let head = store.log.head
            try writer.advance(to: .init(size: head.size, root: head.root.bytes))
            return ((batch, appended), appended.count)
        }
        book = batch.keys
        shelf = batch.shelf
        if batch.keysChanged { directory.publish(book) }
        if !appended.isEmpty { lastRecorded = now }
        // Whoever is woken finds the batch in the projections and the keys as they are after it.
        subscribers.wake(batch.keysChanged ? nil : Set(appended.flatMap(\.entry.audience)))
        if batch.peersChanged { subscribers.wakePeersWatchers() }
        return try batch.answers(appended: appended)
    }
}

/// Runs an actor's jobs one after the other on a dispatch queue, so that blocking calls block nobody else.
final class QueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Runs `work` behind the jobs that wait.
    func run(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}

/// What time it is at the site. A test sets its own.
package protocol SiteClock: Sendable {
    /// May go backwards; what is recorded never does.
    var now: Instant { get }
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

extension Rejection {
    static let storageFull = Rejection(
        .storageFull, "storage-full",
        "the site's disk is nearly full, so nothing is recorded; the operator must make room, then send the event again"
    )
    package static let ending = Rejection(
        .overloaded, "site-ending",
        "the site is ending; send the event again when it is back: the same event is recorded once")
    package static let notReady = Rejection(
        .overloaded, "not-ready", "the site takes no events at the moment; try again")
    static let queueFull = Rejection(
        .overloaded, "queue-full",
        "more than \(ServiceLimits.queueEvents) events are waiting; send the event again after `Retry-After`")

    /// A batch that the store refused before anything was written.
    static func notRecorded(_ error: LogError) -> Rejection {
        if case .refused(.storage(.diskFull)) = error { return .storageFull }
        return notRecorded(error.code)
    }

    fileprivate static func notRecorded(_ code: String) -> Rejection {
        Rejection(.overloaded, "not-recorded", "the event was not recorded (\(code)); send it again")
    }
}
