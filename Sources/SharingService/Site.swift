package import Encodings
package import EventStore
import Foundation
import Locking
package import Logging
import Projections
import SharingModel

/// A site at work: takes events in, records them, answers readers. The front desk (HTTP) and the tools talk to this and to nothing below it.
package final class Site: Sendable {
    package let store: SiteStore
    package let frontDesk: FrontDesk
    package let metrics = Metrics()
    /// Watches the logs of other sites.
    package let witness: Witness
    /// Has the log stamped by an outside authority.
    package let timestamps: TimestampDesk
    /// What others have seen of this site's own log.
    package let witnessing: Witnessing
    /// Where the log leaves for peers, and theirs come in.
    package let postRoom: PostRoom
    /// Who follows the log.
    package let subscribers = Subscribers(limit: ServiceLimits.streamClients)
    private let directory: KeyDirectory
    private let intake = Intake(limit: ServiceLimits.queueEvents)
    private let registrar: Registrar
    private let forks: ForkReporting
    private let clock: any SiteClock

    /// Opens a founded site and brings its projections up to its log.
    /// - Parameters:
    ///   - watching: the verifier keys of the logs for which it is a witness.
    ///   - policy: whose cosignatures make a checkpoint of its own trusted.
    ///   - stamping: how checkpoints are stamped; nil for not at all.
    ///   - onFatal: is called once when a commit failed; the process must then end, and recovers at its next start.
    /// - Throws: as `SiteStore.init`, `SiteError`.
    package init(
        folder: DataFolder, watching logs: [VerifierKey] = [], policy: TlogPolicy? = nil, stamping: Stamping? = nil,
        logger: Logger,
        clock: any SiteClock = SystemClock(),
        onFatal: @escaping @Sendable (any Error) -> Void
    ) throws {
        store = try SiteStore(folder: folder)
        guard try store.log.entry(at: 0).type == EventType.siteFounded.rawValue else { throw SiteError.notFounded }
        try CatchUp.run(store.projections, from: store.log, replicas: store.replicas) { done, of in
            logger.info("drawing projections", metadata: ["done": "\(done)", "of": "\(of)"])
        }
        witness = try Witness(
            path: folder.witness, cosigner: try Cosignature(name: store.origin + "/witness", key: store.witnessKey),
            logs: logs)
        timestamps = try TimestampDesk(
            folder: folder, log: store.log, stamping: stamping, metrics: metrics, logger: logger)
        let witnessing = try Witnessing(
            folder: folder, log: store.log, key: store.log.verifierKey, witness: witness, policy: policy,
            metrics: metrics, logger: logger, now: clock.now)
        self.witnessing = witnessing
        directory = KeyDirectory(try store.projections.read { try KeyBook($0) })
        frontDesk = FrontDesk(origin: store.origin, directory: directory)
        self.clock = clock
        registrar = Registrar(
            store: store, intake: intake, directory: directory, metrics: metrics, logger: logger, clock: clock,
            lastRecorded: store.log.lastRecorded ?? clock.now, subscribers: subscribers,
            hindrance: { witnessing.setBack == nil ? nil : .logSetBack }, onFatal: onFatal)
        let (intake, registrar) = (intake, registrar)
        // The registrar finds it broken and ends the process, whether or not an event comes.
        // It holds the projections, so they must not hold it: files are closed when nobody has the site any more.
        store.projections.whenBroken { [weak registrar] in registrar?.call() }
        let forks = ForkReporting(store: store, witnessing: witnessing, logger: logger) { events in
            await Self.record(events, intake, registrar)
        }
        self.forks = forks
        postRoom = PostRoom(
            store: store, witness: witness, witnessing: witnessing, policy: policy, subscribers: subscribers,
            metrics: metrics, logger: logger, clock: clock,
            record: { events in await Self.record(events, intake, registrar) },
            reportForks: { await forks.run(now: clock.now) })
    }

    package var origin: String { store.origin }
    package var verifierKey: VerifierKey { store.log.verifierKey }
    package var head: LogHead { store.log.head }
    package var now: Instant { clock.now }
    package var queueDepth: Int { intake.depth }
    /// Whether events are taken.
    package var isReady: Bool { !intake.isClosed && witnessing.setBack == nil }
    package var desk: ReadingDesk {
        ReadingDesk(store: store, keys: directory.current, now: clock.now, checkpoint: witnessing.published)
    }

    /// Records what was found against logs, this site's own among them, that the log does not say yet.
    package func reportForks() async { await forks.run(now: clock.now) }

    /// Why a reader who was let in may not stay: its key was revoked since, or its agency ended. Nil while it may.
    package func dismissal(of reader: Reader) -> Rejection? {
        guard let kid = reader.kid else { return nil }
        guard let key = directory.current[kid] else { return .unknownKey }
        return key.end.map { Rejection($0.reason) }
    }

    /// Whether events can be taken at the moment: asked before their bytes are read.
    /// - Throws: what a client is told whose events cannot be.
    package func checkRoom() throws(Rejection) {
        if intake.isFull { throw .queueFull }
        if intake.isClosed { throw .ending }
    }

    /// Keeps places in the queue for events that are about to be verified. Give back what is not used.
    package func keepPlaces(_ count: Int) throws(Rejection) -> IntakePlaces {
        do throws(Intake.Refusal) {
            return try intake.keep(count)
        } catch {
            throw error == .full ? .queueFull : .ending
        }
    }

    /// Hands in events, all or none, and waits until they are recorded or refused.
    /// - Parameter places: what was kept for them.
    /// - Returns: an answer for each, in order.
    package func record(_ events: [ReceivedEvent], at places: IntakePlaces? = nil) async -> [Answer] {
        await Self.record(events, at: places, intake, registrar)
    }

    private static func record(
        _ events: [ReceivedEvent], at places: IntakePlaces? = nil, _ intake: Intake, _ registrar: Registrar
    ) async -> [Answer] {
        guard !events.isEmpty else { return [] }
        return await withCheckedContinuation { continuation in
            let answers = AnswerCollector(count: events.count) { continuation.resume(returning: $0) }
            let submissions = events.enumerated().map { place, event in
                Submission(event: event) { answers.put($0, at: place) }
            }
            do throws(Intake.Refusal) {
                if try intake.handIn(submissions, at: places) { registrar.call() }
            } catch {
                let rejection: Rejection = error == .full ? .queueFull : .ending
                for place in events.indices { answers.put(.failure(rejection), at: place) }
            }
        }
    }

    /// Takes nothing more, records and answers what was handed in before, and lets the data folder go.
    package func end() async {
        intake.close()
        subscribers.end()
        await registrar.attend()
        store.end()
    }
}

/// Gathers the answers to events that were handed in together.
private final class AnswerCollector: Sendable {
    private struct State {
        var answers: [Answer?]
        var missing: Int
    }

    private let state: Locked<State>
    private let done: @Sendable ([Answer]) -> Void

    init(count: Int, done: @escaping @Sendable ([Answer]) -> Void) {
        state = Locked(State(answers: Array(repeating: nil, count: count), missing: count))
        self.done = done
    }

    func put(_ answer: Answer, at place: Int) {
        let complete: [Answer]? = state.withLock { state in
            guard state.answers[place] == nil else { return nil }
            state.answers[place] = answer
            state.missing -= 1
            return state.missing == 0 ? state.answers.compactMap(\.self) : nil
        }
        if let complete { done(complete) }
    }
}

/// The machine's clock.
package struct SystemClock: SiteClock {
    package init() {}

    package var now: Instant { Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))) }
}
